/** Nothing is put off for longer than a day. */
const LONGEST_MS = 86_400_000

/**
 * When something is due that was put off, in milliseconds; at once where nothing is said. What is put off for longer
 * than anything ever is was put off by a clock that was ahead, and is due now.
 */
export function dueTime(nextAt: string | null, nowMs: number): number {
  if (nextAt === null) return 0
  const dueMs = Date.parse(nextAt)
  return dueMs - nowMs > LONGEST_MS ? nowMs : dueMs
}
