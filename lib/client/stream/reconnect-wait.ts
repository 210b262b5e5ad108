/** Longest wait between two tries, in milliseconds. */
const LONGEST_MS = 10_000

/**
 * How long to wait before a stream is opened again, in milliseconds: doubled with each try in vain up to ten seconds,
 * half of it by chance, so that all the pages of a server that came back do not ask at once.
 */
export function reconnectWaitMs(attempt: number, random: () => number): number {
  const bound = Math.min(LONGEST_MS, 400 * 2 ** Math.min(attempt, 6))
  return bound / 2 + (random() * bound) / 2
}
