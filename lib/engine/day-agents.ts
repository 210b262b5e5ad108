import type { Failure } from '@/lib/core/failure'
import type { ActiveRun } from './active-run'

/** Where an agent is counted when it is made; null in a rehearsal, which nobody counts. */
export type Counted = { day: string; simulated: boolean } | null

export type CountedToday = { kind: 'counted'; counted: Counted } | { kind: 'again' } | { kind: 'ended'; why: Failure }

/**
 * Counts agents that are about to be made against the day's cap. Where there is no room the run pauses and, once it
 * goes on, the caller asks again, its other caps included; a run that ends at its limits ends. `beforeWait` puts on
 * disk what must not wait that long. Rejects when the run is stopped.
 */
export async function countToday(
  run: ActiveRun,
  count: number,
  signal: AbortSignal,
  beforeWait: () => Promise<void>,
): Promise<CountedToday> {
  const answer = run.lane.dispatcher.countAgents(count)
  if (answer.kind === 'counted') {
    const { rehearsal, simulated } = run.state.run
    return { kind: 'counted', counted: rehearsal === null ? { day: answer.day, simulated } : null }
  }
  await beforeWait()
  const why = await run.reachCap('day-agent-cap', answer.detail)
  if (why !== null) return { kind: 'ended', why }
  await run.gate.pass(signal)
  return { kind: 'again' }
}
