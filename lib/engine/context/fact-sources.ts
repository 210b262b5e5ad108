import type { RunEvent } from '@/lib/core/run/events'

/** What a script may wait for, by name: the same name when it is asked about and when it is recorded. */
export const sourceOf = {
  agent: (agentId: string) => agentId,
  timer: (timerId: string) => `timer:${timerId}`,
  /**
   * A call that is told yes or no before anything runs: a refused one of any kind, or a workflow that was
   * entered.
   */
  call: (key: string) => `call:${key}`,
  merge: (key: string) => `merge:${key}`,
  changes: (key: string) => `changes:${key}`,
  quotes: (key: string) => `quotes:${key}`,
  checkpoint: (checkpointId: string) => `checkpoint:${checkpointId}`,
} as const

/** Key of a `workflow()` call, by the scope it opens. */
export function workflowKey(scope: string): string {
  return `workflow:${scope}`
}

/** The source that an event answers; null for events that no script hears of. */
export function sourceIn(event: RunEvent): string | null {
  switch (event.type) {
    case 'agent.ended':
      return sourceOf.agent(event.agentId)
    case 'timer.fired':
      return sourceOf.timer(event.timerId)
    case 'call.refused':
      return sourceOf.call(event.key)
    case 'workflow.entered':
      return sourceOf.call(workflowKey(event.scope))
    case 'merge.ended':
      return sourceOf.merge(event.key)
    case 'changes.told':
      return sourceOf.changes(event.key)
    case 'quotes.checked':
      return sourceOf.quotes(event.key)
    case 'checkpoint.answered':
    case 'checkpoint.expired':
      return sourceOf.checkpoint(event.checkpointId)
    default:
      return null
  }
}
