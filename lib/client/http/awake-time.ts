/** A longer step means that the tab's timers were stopped or the machine slept. */
const LONGEST_STEP_MS = 2_000

/**
 * Time in which this tab got to run, in milliseconds: silence and leases are judged by it, so a closed
 * lid is no silence. `step` is called about once a second.
 */
export function createAwakeTime(steadyMs: () => number): { now(): number; step(): void } {
  let passedMs = 0
  let lastMs = steadyMs()
  const now = () => passedMs + Math.min(Math.max(0, steadyMs() - lastMs), LONGEST_STEP_MS)
  return {
    now,
    step() {
      passedMs = now()
      lastMs = steadyMs()
    },
  }
}
