/**
 * When the days of cost rollups turn, on the clock of the reader; `offsetMinutes` as
 * `Date.getTimezoneOffset` says it.
 */
export function dayTurns(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'Days are UTC (same as your time zone).'
  const minutes = ((-offsetMinutes % 1440) + 1440) % 1440
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return `Days and months are UTC; in your time zone they start at ${clock}.`
}

/** `auto` is as much of the last 90 days as has spending. */
export const periods = ['auto', '7d', '30d', '90d', 'month', 'last-month'] as const
export type Period = (typeof periods)[number]

const lengths: Record<Exclude<Period, 'month' | 'last-month'>, number> = {
  auto: 90,
  '7d': 7,
  '30d': 30,
  '90d': 90,
}

/** UTC days of a period that ends today, or of the whole month before this one. */
export function periodDays(period: Period, nowMs: number): { from: string; to: string } {
  const to = new Date(nowMs).toISOString().slice(0, 10)
  if (period === 'month') return { from: `${to.slice(0, 7)}-01`, to }
  if (period === 'last-month') {
    const end = new Date(Date.parse(`${to.slice(0, 7)}-01T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
    return { from: `${end.slice(0, 7)}-01`, to: end }
  }
  return { from: new Date(nowMs - (lengths[period] - 1) * DAY_MS).toISOString().slice(0, 10), to }
}

const DAY_MS = 86_400_000

/** Days that are drawn even where fewer have spending: one bar alone says nothing of its neighbours. */
const FEWEST_DAYS = 7

/** The days from the first that has something on, and never fewer than a week. */
export function daysWithData<T>(days: readonly T[], hasData: (day: T) => boolean): T[] {
  const first = days.findIndex(hasData)
  return days.slice(Math.max(0, Math.min(first < 0 ? days.length : first, days.length - FEWEST_DAYS)))
}
