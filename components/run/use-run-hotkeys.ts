'use client'

import type { RefObject } from 'react'
import { useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { useHeadFold } from '@/lib/client/run/head-fold'
import { useLiveRun } from '@/lib/client/run/run-context'
import { type RunViewName, useRunUrl, useSelectedAgent } from '@/lib/client/run/use-run-url'
import {
  type AgentFilter,
  agentRows,
  neighbour,
  nextFailure,
  parseSort,
  rowsByPhase,
} from '@/lib/view/agent/agent-rows'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { neighbourPhase } from '@/lib/view/timeline/phase-progress'

type Shown = {
  view: RunViewName
  filter: AgentFilter
  hasChanges: boolean
  /** Where agents are searched for. */
  field: RefObject<HTMLInputElement | null>
  /** Shows all agents again. */
  clear: () => void
}

/** The keys of a run's page: from agent to agent, phase to phase and view to view, and out of what was opened last. */
export function useRunHotkeys({ view, filter, hasChanges, field, clear }: Shown): void {
  const [url, setUrl] = useRunUrl()
  const [agentId, select] = useSelectedAgent()
  const { store } = useLiveRun()
  const { isFull, setFull } = useHeadFold()
  const step = (by: 1 | -1) => {
    const { state } = store.getView()
    if (state === null) return
    const sort = view === 'table' ? parseSort(url.sort) : null
    const rows =
      view === 'table' && sort === null ? rowsByPhase(state, filter) : agentRows(state, filter, sort)
    select(
      neighbour(
        rows.map((agent) => agent.id),
        agentId,
        by,
      ),
    )
  }
  const stepPhase = (by: 1 | -1) => {
    const phases = store.getView().state?.phases ?? []
    const titles = phaseGroups(phases)
      .of(phases)
      .map(({ title }) => title)
    void setUrl({ phase: neighbourPhase(titles, url.phase, by) })
  }
  const show = (name: RunViewName) => () => void setUrl({ view: name })
  useHotkeys({
    // Over the changes these keys go from file to file.
    ...(view === 'changes' ? {} : { j: () => step(1), k: () => step(-1) }),
    f: () => {
      const { state } = store.getView()
      if (state !== null) select(nextFailure(state, agentId) ?? agentId)
    },
    '[': () => stepPhase(-1),
    ']': () => stepPhase(1),
    '/': () => field.current?.focus(),
    '1': show('map'),
    '2': show('timeline'),
    '3': show('table'),
    '4': show('log'),
    '5': show('script'),
    '6': show('cost'),
    '7': show('result'),
    '8': show('questions'),
    ...(hasChanges ? { '9': show('changes') } : {}),
    F: () => setFull(!isFull),
    Escape: () => {
      if (agentId !== null) select(null)
      else if (isFull) setFull(false)
      else clear()
    },
  })
}
