'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { AgentState } from '@/lib/core/agent/agent'
import { type AgentFilter, agentRows, parseSort, rowsByPhase } from '@/lib/view/agent/agent-rows'
import { useReplay } from './replay-context'
import { useLiveRun } from './run-context'

type ThrottledRows = { rows: AgentState[]; total: number; hold: () => void; release: () => void }

const none: AgentState[] = []

/**
 * Agents that pass a filter, in a throttled order: sorted again at most once a second, at once when the filter
 * or the order changes, and not at all while `hold` is on, so nothing moves under the pointer.
 */
export function useThrottledRows(filter: AgentFilter, sort: string | null): ThrottledRows {
  const { store } = useLiveRun()
  const isHeld = useRef(false)
  const [beat, setBeat] = useState(0)
  const {
    displayStatus,
    phase,
    groups = null,
    text,
    span = null,
    site = null,
    typed = null,
    saying = null,
  } = filter
  const replayed = useReplay().seq

  useEffect(() => {
    let seen = store.seq()
    const timer = setInterval(() => {
      if (isHeld.current || store.seq() === seen) return
      seen = store.seq()
      setBeat((before) => before + 1)
    }, 1000)
    return () => clearInterval(timer)
  }, [store])

  // The beat says when to read the store again.
  const read = useMemo(() => {
    const { state } = store.getView()
    if (state === null) return { rows: none, total: 0 }
    const asked = { displayStatus, phase, groups, text, span, site, typed, saying }
    const order = parseSort(sort)
    return {
      rows: order === null ? rowsByPhase(state, asked) : agentRows(state, asked, order),
      total: state.agents.size,
    }
  }, [store, beat, replayed, displayStatus, phase, groups, text, span, site, typed, saying, sort])

  const hold = useCallback(() => {
    isHeld.current = true
  }, [])
  const release = useCallback(() => {
    isHeld.current = false
  }, [])
  return { ...read, hold, release }
}
