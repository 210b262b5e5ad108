/** The UTC date of a time in milliseconds: days of cost rollups do not move with a server's zone. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

const DAY_MS = 86_400_000

/** Every UTC day of a period, both ends included; none where it ends before it begins. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += DAY_MS)
    days.push(utcDay(at))
  return days
}

/** The UTC month of a UTC date: `2026-11`. */
export function monthOf(day: string): string {
  return day.slice(0, 7)
}

/** The first UTC date of a month, and its last. */
export function monthDays(month: string): { from: string; to: string; count: number } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return { from: `${month}-01`, to: `${month}-${String(count).padStart(2, '0')}`, count }
}

/** A day's totals: nanodollars, tokens of all kinds (including the estimate for lost turns), agents made. */
export type DaySpend = {
  day: string
  spentNanoUsd: number
  unsettledNanoUsd: number
  tokens: number
  agents: number
}
