/** The UTC date of a time in milliseconds: days of the books do not move with a server's zone. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
