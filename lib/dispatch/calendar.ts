import { type DaySpend, monthOf, utcDay } from '@/lib/core/base/utc-day'

type Sums = Omit<DaySpend, 'day'>

const nothing: Sums = { spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, agents: 0 }

/**
 * Totals of UTC days and months. All are kept, so that a clock that jumps and returns finds the totals it
 * left.
 */
export class Calendar {
  readonly #sums = new Map<string, Sums>()
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

  get today(): Readonly<Sums> {
    return this.#of(this.day)
  }

  get thisMonth(): Readonly<Sums> {
    return this.#of(monthOf(this.day))
  }

  book(day: string, more: Partial<Sums>): void {
    for (const name of [day, monthOf(day)]) {
      const before = this.#of(name)
      this.#sums.set(name, {
        spentNanoUsd: before.spentNanoUsd + (more.spentNanoUsd ?? 0),
        unsettledNanoUsd: before.unsettledNanoUsd + (more.unsettledNanoUsd ?? 0),
        tokens: before.tokens + (more.tokens ?? 0),
        agents: before.agents + (more.agents ?? 0),
      })
    }
  }

  #of(name: string): Readonly<Sums> {
    return this.#sums.get(name) ?? nothing
  }
}
