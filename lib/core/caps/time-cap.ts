import type { RunState } from '../run/state'
import { phaseLimitsOf } from '../spec/phase-settings'

/** A cap of time that is used up. */
export type TimeOver = {
  reason: 'wall-clock-cap' | 'phase-wall-clock-cap'
  detail: string
  phase: string | null
}

/**
 * The time cap that a run has used up; null while none is. The run's own comes first, then those of phases
 * with a running clock: a phase whose agents have all ended stops nothing. Times are work time in
 * milliseconds, without pauses.
 */
export function timeOver(
  { run, phases }: Pick<RunState, 'run' | 'phases'>,
  worked: { totalMs(): number; phaseMs(title: string): number },
): TimeOver | null {
  const { limits } = run
  if (limits.wallClockSeconds !== null && worked.totalMs() >= limits.wallClockSeconds * 1000) {
    const detail = `The run has reached its time limit of ${limits.wallClockSeconds} seconds.`
    return { reason: 'wall-clock-cap', detail, phase: null }
  }
  for (const { title, workingSince } of phases) {
    const { wallClockSeconds } = phaseLimitsOf(limits.phases, title)
    if (wallClockSeconds === null || workingSince === null) continue
    if (worked.phaseMs(title) < wallClockSeconds * 1000) continue
    const detail = `The “${title}” phase has reached its time limit of ${wallClockSeconds} seconds.`
    return { reason: 'phase-wall-clock-cap', detail, phase: title }
  }
  return null
}

/** Share of a cap of dollars from which people are warned. */
const WARNED_AT = 0.8

/** Whether what was spent has come near a cap of dollars. */
export function isNearCap(usedNanoUsd: number, capNanoUsd: number): boolean {
  return usedNanoUsd >= capNanoUsd * WARNED_AT
}
