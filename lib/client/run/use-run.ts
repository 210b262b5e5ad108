'use client'

import { useEffect, useSyncExternalStore } from 'react'
import type { AgentState } from '@/lib/core/agent/agent'
import type { RunState } from '@/lib/core/run/state'
import type { LiveText } from './live-text'
import { useLiveRun } from './run-context'
import type { AgentPulse, Connection, RunView } from './run-view'

/** One value out of the run. The selector must return the same object while nothing it reads has changed. */
export function useRunView<T>(select: (view: RunView) => T): T {
  const { store, opening } = useLiveRun()
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.getView()),
    () => select(opening),
  )
}

/** The whole fold; repaints with every change, so only for one component a surface. */
export function useRunState(): RunState | null {
  return useRunView((view) => view.state)
}

/** One agent: `fold` keeps untouched agents identical, so this repaints one node only. */
export function useAgent(agentId: string): AgentState | undefined {
  return useRunView((view) => view.state?.agents.get(agentId))
}

/** What an agent's open turn has produced so far; gone when the turn commits. */
export function usePulse(agentId: string): AgentPulse | undefined {
  return useRunView((view) => view.pulses.get(agentId))
}

export function useLiveText(agentId: string): LiveText | undefined {
  return useRunView((view) => view.texts.get(agentId))
}

export function useConnection(): Connection {
  return useRunView((view) => view.connection)
}

/** Asks for the live text of an agent while this component is mounted. */
export function useWatch(agentId: string | null): void {
  const { watch } = useLiveRun()
  useEffect(() => {
    watch(agentId === null ? [] : [agentId])
    return () => watch([])
  }, [agentId, watch])
}
