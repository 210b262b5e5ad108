export type Tally = { passed: number; failed: number; skipped: number }

/** Counts from what `vitest --reporter=json` wrote. */
export function fromVitest(report: unknown): Tally
/** Counts from what Playwright's json reporter wrote. */
export function fromPlaywright(report: unknown): Tally
/** The files of a Vitest report that took longest, one a line, the slowest first. */
export function slowest(report: unknown, most: number): string
export function sum(tallies: readonly Tally[]): Tally
/** The last line of `npm test`. */
export function tallyLine(tally: Tally): string
