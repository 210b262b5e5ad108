import { withCheckpoint } from './checkpoints'
import type { Envelope, RunEventType } from './events'
import type { Barrier, LogLine, RunState } from './state'

/** Lines kept in memory and sent with a snapshot; older ones are in the journal. */
export const LOG_LINES = 500

/** A list of lines with one more, the oldest dropped. */
export function withLine(lines: readonly LogLine[], line: LogLine): LogLine[] {
  return [...lines.slice(-(LOG_LINES - 1)), line]
}

/** The barriers after a barrier event. */
export function withBarrier(barriers: readonly Barrier[], { event, at }: Envelope): Barrier[] {
  if (event.type === 'barrier.opened') {
    const { barrierId: id, kind, size, callSite, within } = event
    return [...barriers, { id, kind, size, openedAt: at, closedAt: null, line: callSite?.line ?? null, within }]
  }
  if (event.type !== 'barrier.closed') return [...barriers]
  return barriers.map((barrier) => (barrier.id === event.barrierId ? { ...barrier, closedAt: at } : barrier))
}

/** The line an event adds to the log, if any. */
export function lineOf({ event, at, seq }: Envelope): LogLine | null {
  if (event.type === 'run.logged') return { seq, at, kind: 'logged', message: event.message, agentId: null }
  if (event.type === 'run.noted') return { seq, at, kind: 'noted', message: event.message, agentId: event.agentId }
  return null
}

/** The events that `unfolded` is made of. */
export const unfoldedEvents = [
  'run.logged',
  'run.noted',
  'run.ended',
  'run.retried',
  'barrier.opened',
  'barrier.closed',
  'checkpoint.opened',
  'checkpoint.answered',
  'checkpoint.expired',
] as const satisfies readonly RunEventType[]

/** Log, barriers and checkpoints from the journal alone: in rows they would be written again with every commit. */
export function unfolded(envelopes: readonly Envelope[]): Pick<RunState, 'log' | 'barriers' | 'checkpoints'> {
  const log = envelopes.map(lineOf).filter((line) => line !== null)
  return {
    log: log.slice(-LOG_LINES),
    barriers: envelopes.reduce<Barrier[]>(withBarrier, []),
    checkpoints: envelopes.reduce(withCheckpoint, []),
  }
}
