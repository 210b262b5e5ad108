import type { Envelope } from './events'
import type { Barrier, LogLine } from './state'

/** Lines kept in memory and sent with a snapshot; older ones are in the journal. */
export const LOG_LINES = 500

/** A list of lines with one more, the oldest dropped. */
export function withLine(lines: readonly LogLine[], line: LogLine): LogLine[] {
  return [...lines.slice(-(LOG_LINES - 1)), line]
}

/** The barriers after a barrier event. */
export function withBarrier(barriers: readonly Barrier[], { event, at }: Envelope): Barrier[] {
  if (event.type === 'barrier.opened') {
    const { barrierId: id, kind, size, callSite } = event
    return [...barriers, { id, kind, size, openedAt: at, closedAt: null, line: callSite?.line ?? null }]
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

/** Log and barriers from the journal alone: rows do not repeat them, they would be written with every commit. */
export function unfoldedLog(envelopes: readonly Envelope[]): { log: LogLine[]; barriers: Barrier[] } {
  const log = envelopes.map(lineOf).filter((line) => line !== null)
  return { log: log.slice(-LOG_LINES), barriers: envelopes.reduce<Barrier[]>(withBarrier, []) }
}
