import { agentCount, endedCount } from '../agent/agent-status'
import type { PhaseState } from '../agent/phase-state'

/**
 * The clock of a phase goes while the run is running (started, not paused, not ended) and the phase is open:
 * at least one of its agents was made and has not ended, whether it works, waits for a slot or is away in a
 * batch. Phases that overlap each count their own time; between two waves of a phase, when none of its agents
 * is left, its clock is stopped. It is computed from the times in the journal alone, so it continues after a
 * crash; time in which the server was down counts, as it does for the run's own wall clock.
 */
export function withClock<P extends Clocked>(phase: P, isRunning: boolean, at: string): P {
  const isOpen = agentCount(phase.counts) > endedCount(phase.counts)
  const goes = isRunning && isOpen
  if (goes === (phase.workingSince !== null)) return phase
  return goes
    ? { ...phase, workingSince: at }
    : { ...phase, workingSince: null, workedMs: workedMs(phase, Date.parse(at)) }
}

type Clocked = Pick<PhaseState, 'counts' | 'workedMs' | 'workingSince'>

/**
 * Milliseconds on the clock of a phase, the stretch that goes on included. A clock set back takes nothing
 * away.
 */
export function workedMs(
  { workedMs, workingSince }: Pick<PhaseState, 'workedMs' | 'workingSince'>,
  nowMs: number,
) {
  return workedMs + (workingSince === null ? 0 : Math.max(0, nowMs - Date.parse(workingSince)))
}
