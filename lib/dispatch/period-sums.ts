import { type DaySpend, monthOf } from '@/lib/core/base/utc-day'

/** What a UTC day or month came to: nanodollars, tokens, agents. */
export type PeriodSum = Omit<DaySpend, 'day'>

const nothing: PeriodSum = { spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, agents: 0 }

/**
 * Sums of UTC days and months. All are kept, so that a clock that jumps and returns finds the sums it left.
 */
export class PeriodSums {
  readonly #sums = new Map<string, PeriodSum>()

  /** Adds to a day and to its month. */
  book(day: string, more: Partial<PeriodSum>): void {
    for (const name of [day, monthOf(day)]) {
      const before = this.of(name)
      this.#sums.set(name, {
        spentNanoUsd: before.spentNanoUsd + (more.spentNanoUsd ?? 0),
        unsettledNanoUsd: before.unsettledNanoUsd + (more.unsettledNanoUsd ?? 0),
        tokens: before.tokens + (more.tokens ?? 0),
        agents: before.agents + (more.agents ?? 0),
      })
    }
  }

  /** The sum of a day or month, by its name: `2026-11-27` or `2026-11`. */
  of(name: string): Readonly<PeriodSum> {
    return this.#sums.get(name) ?? nothing
  }
}
