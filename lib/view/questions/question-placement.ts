import { type OpenCheckpoint, openCheckpoints } from '@/lib/core/run/checkpoints'
import type { RunState } from '@/lib/core/run/state'

/**
 * An open question and the agent beside which it is placed: the last one its script had made when it asked.
 */
export type PlacedQuestion = { checkpoint: OpenCheckpoint; agentId: string | null }

const none: readonly PlacedQuestion[] = []

/** Open questions with their places; a script that asks before its first agent has none. */
export function placedQuestions(
  state: Pick<RunState, 'run' | 'checkpoints' | 'agents'>,
): readonly PlacedQuestion[] {
  const open = openCheckpoints(state)
  return open.length === 0
    ? none
    : open.map((checkpoint) => {
        let home: string | null = null
        for (const agent of state.agents.values())
          if (
            agent.scope === checkpoint.scope &&
            agent.parentId === null &&
            agent.queuedAt <= checkpoint.openedAt
          )
            home = agent.id
        return { checkpoint, agentId: home }
      })
}

/** `homedQuestions` that answers with the same array until a question is put or closed. */
export function questionSelector(): (state: RunState | null) => readonly PlacedQuestion[] {
  let checkpoints: RunState['checkpoints'] | null = null
  let status: RunState['run']['status'] | null = null
  let last = none
  return (state) => {
    if (state === null || (state.checkpoints === checkpoints && state.run.status === status)) return last
    checkpoints = state.checkpoints
    status = state.run.status
    last = placedQuestions(state)
    return last
  }
}
