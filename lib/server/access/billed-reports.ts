import { MOST_DAYS } from '@/lib/billing/client'
import type { BillingProblem } from '@/lib/billing/problem'
import { isNamed } from '@/lib/core/base/named-error'
import { daysBetween, utcDay } from '@/lib/core/base/utc-day'
import { type BilledDay, isOpenDay } from '@/lib/core/billing/billed'
import type { BillingStore } from '@/lib/core/ports/billing-store'
import type { BillingAccount } from './billing-account'

/** How often days that still grow are asked for while a page is open, and how soon a press asks for them again. */
const HOUR_MS = 3_600_000
const PRESS_MS = 10_000

/** Longest that one reading may take. */
const READING_MS = 120_000

/** Why nothing newer could be read, in a sentence. `untilMs` is when asking again may help, where that was said. */
export type Unread = { message: string; atMs: number; untilMs: number | null }

type Parts = { account: BillingAccount; store: { billing: BillingStore }; now: () => number }

/** Reads reports of what was billed and keeps them by day, so that what has ended is asked once. */
export class BilledReports {
  #last: Promise<unknown> = Promise.resolve()
  #unread: Unread | null = null

  constructor(private readonly parts: Parts) {}

  /** Null while the last reading went well. */
  get unread(): Unread | null {
    return this.#unread
  }

  /** Another key is another start. */
  forgetProblem(): void {
    this.#unread = null
  }

  /**
   * Reads what is missing of a period, one reading after the other. Days that still grow are read again at most once
   * an hour, sooner where somebody pressed a button. Never throws for what the Admin API does: `unread` says it.
   */
  refresh(period: { from: string; to: string }, isPressed: boolean): Promise<void> {
    const done = this.#last.then(() => this.#refresh(period, isPressed))
    this.#last = done.catch(() => {})
    return done
  }

  async #refresh({ from, to }: { from: string; to: string }, isPressed: boolean): Promise<void> {
    const { account, store, now } = this.parts
    if (account.hint === null || this.#isHeldBack(isPressed)) return
    const kept = await store.billing.billedDays(from, to)
    const today = utcDay(now())
    const days = daysBetween(from, to < today ? to : today)
    const wanted = daysToRead(days, kept, { nowMs: now(), waitMs: isPressed ? PRESS_MS : HOUR_MS })
    const signal = AbortSignal.timeout(READING_MS)
    try {
      const api = account.reach()
      for (const [first, last] of spansOf(wanted).reverse())
        await account.save(api, await api.readDays(first, last, signal))
      this.#unread = null
    } catch (error) {
      if (!isNamed<BillingProblem>(error, 'BillingProblem')) throw error
      this.#unread = { message: error.message, atMs: now(), untilMs: error.retryAtMs }
    }
  }

  #isHeldBack(isPressed: boolean): boolean {
    if (this.#unread === null) return false
    const { atMs, untilMs } = this.#unread
    return this.parts.now() < (untilMs ?? (isPressed ? 0 : atMs + HOUR_MS))
  }
}

/** Days that were never read, and those that were read while they still grew and not just now. In their order. */
export function daysToRead(
  days: readonly string[],
  kept: readonly Pick<BilledDay, 'day' | 'readAt'>[],
  { nowMs, waitMs }: { nowMs: number; waitMs: number },
): string[] {
  const readAt = new Map(kept.map((one) => [one.day, Date.parse(one.readAt)]))
  return days.filter((day) => {
    const atMs = readAt.get(day)
    return atMs === undefined || (isOpenDay(day, atMs) && nowMs - atMs >= waitMs)
  })
}

/** Days that follow one another as spans, none longer than a report may be. */
export function spansOf(days: readonly string[]): [from: string, to: string][] {
  const spans: [string, string][] = []
  for (const day of days) {
    const last = spans.at(-1)
    const length = last === undefined ? 0 : daysBetween(last[0], day).length
    const isNext = last !== undefined && daysBetween(last[1], day).length === 2
    if (last !== undefined && isNext && length <= MOST_DAYS) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
