import { hasEnded } from '../spec/run-status'
import type { Checkpoint } from './checkpoint'
import type { Envelope } from './events'
import type { RunState } from './state'

/** The checkpoints after one more event. A run that ends leaves none open. */
export function withCheckpoint(checkpoints: Checkpoint[], { event, at }: Envelope): Checkpoint[] {
  switch (event.type) {
    case 'checkpoint.opened': {
      const { type, key, ...question } = event
      return [...checkpoints, { ...question, status: 'open', openedAt: at }]
    }
    case 'checkpoint.answered': {
      const { value, by, actor } = event
      return close(checkpoints, event.checkpointId, (one) => ({
        ...one,
        status: 'answered',
        closedAt: at,
        value,
        by,
        actor,
      }))
    }
    case 'checkpoint.expired':
      return close(checkpoints, event.checkpointId, (one) => ({ ...one, status: 'unanswered', closedAt: at }))
    case 'run.resumed':
      return checkpoints.map((one) => (isOpen(one) ? dueLater(one, event.pausedMs) : one))
    case 'run.retried':
      // Those that the end of the run closed are open again; those whose time had run out before are not.
      return checkpoints.map(({ ...one }) =>
        one.status === 'unanswered' &&
        one.kind === 'question' &&
        (one.dueAt === null || one.dueAt > one.closedAt)
          ? reopened(one)
          : one,
      )
    case 'run.ended':
      return checkpoints.some(isOpen)
        ? close(checkpoints, null, (one) => ({ ...one, status: 'unanswered', closedAt: at }))
        : checkpoints
    default:
      return checkpoints
  }
}

/** The questions of a run that a person can answer now. */
export function openCheckpoints({
  run,
  checkpoints,
}: Pick<RunState, 'run' | 'checkpoints'>): OpenCheckpoint[] {
  return hasEnded(run.status) ? [] : checkpoints.filter(isOpen)
}

export type OpenCheckpoint = Extract<Checkpoint, { status: 'open' }>

/** Closes an open checkpoint, or all of them. */
function close(
  checkpoints: Checkpoint[],
  id: string | null,
  next: (one: OpenCheckpoint) => Checkpoint,
): Checkpoint[] {
  return checkpoints.map((one) => (isOpen(one) && (id === null || one.checkpointId === id) ? next(one) : one))
}

/** A paused run stops the clock of its questions. */
function dueLater(one: OpenCheckpoint, ms: number): OpenCheckpoint {
  return one.dueAt === null ? one : { ...one, dueAt: new Date(Date.parse(one.dueAt) + ms).toISOString() }
}

function reopened({ closedAt, ...one }: Extract<Checkpoint, { status: 'unanswered' }>): Checkpoint {
  return { ...one, status: 'open' }
}

function isOpen(checkpoint: Checkpoint): checkpoint is OpenCheckpoint {
  return checkpoint.status === 'open'
}
