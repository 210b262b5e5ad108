import { type DaySpend, monthOf, utcDay } from '@/lib/core/base/utc-day'
import { type PeriodSum, PeriodSums } from './period-sums'

/** Totals of UTC days and months over all runs, and which day it is. */
export class Calendar {
  readonly #sums = new PeriodSums()
  #day: string

  constructor(
    private readonly now: () => number,
    spentByDay: readonly DaySpend[],
    /** Told when another day has begun. */
    private readonly onDay: () => void,
  ) {
    this.#day = utcDay(now())
    for (const { day, ...sums } of spentByDay) this.book(day, sums)
  }

  /** The current day. When it has changed since the last read, the change is announced first. */
  get day(): string {
    const day = utcDay(this.now())
    if (day !== this.#day) {
      this.#day = day
      this.onDay()
    }
    return this.#day
  }

  get today(): Readonly<PeriodSum> {
    return this.#sums.of(this.day)
  }

  get thisMonth(): Readonly<PeriodSum> {
    return this.#sums.of(monthOf(this.day))
  }

  book(day: string, more: Partial<PeriodSum>): void {
    this.#sums.book(day, more)
  }
}
