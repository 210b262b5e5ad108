import { promptTokens } from '@/lib/core/money/pricing'
import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { addSums, sumsOfTurn } from '@/lib/core/money/sums'
import type { TurnRow } from '@/lib/core/ports/agent-store'
import type { ImportSums } from '@/lib/core/ports/import-store'

/** Sums of turns by day, model, phase and pricing tiers, added up one agent at a time. */
export class SumsOfImport {
  readonly #sums = new Map<string, ImportSums>()

  /** Adds the turns of one agent, in their order. */
  add(phase: string, rows: readonly TurnRow[]): void {
    let promptBefore = 0
    for (const row of rows) {
      const { usage, cost, model, endedAt } = row
      const place = { day: endedAt.slice(0, 10), model, phase, pricingTiers: pricingTiersOf(usage, cost) }
      const key = JSON.stringify(place)
      const sums = sumsOfTurn({ usage, cost, promptBefore })
      const before = this.#sums.get(key)
      this.#sums.set(key, { ...place, sums: before === undefined ? sums : addSums(before.sums, sums) })
      promptBefore = promptTokens(usage)
    }
  }

  list(): ImportSums[] {
    return [...this.#sums.values()]
  }
}
