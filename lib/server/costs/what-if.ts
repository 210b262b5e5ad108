import type { WhatIfReport } from '@/lib/api/what-if'
import type { UsageOf, UsageSum } from '@/lib/core/money/cost-store'
import { findPrice } from '@/lib/core/money/pricing'
import { type Scenario, whatIf } from '@/lib/core/money/what-if'
import type { App } from '@/lib/server/app/app'
import { queryCosts } from '@/lib/server/money/query-costs'
import { getHead } from '@/lib/server/runs/read-run'
import { type PeriodQuery, periodOf } from './costs'

/** What the tokens of a run would have cost under other prices. */
export async function whatIfRun(app: App, runId: string, signal: AbortSignal): Promise<WhatIfReport> {
  await getHead(app, runId)
  return report(app, { runId }, signal)
}

/** What the tokens of a period would have cost under other prices. */
export function whatIfPeriod(app: App, query: PeriodQuery, signal: AbortSignal): Promise<WhatIfReport> {
  return report(app, { period: periodOf(app, query) }, signal)
}

async function report(app: App, of: UsageOf, signal: AbortSignal): Promise<WhatIfReport> {
  const found = await queryCosts(app, 'usage', { of }, signal)
  const prices = app.prices.list()
  // What a model without a price cost is unknown, and so is what it would have saved: it is left out and
  // counted.
  const lines = found.filter(({ day, model }) => findPrice(prices, model, `${day}T23:59:59.999Z`) !== null)
  const turnsOf = (some: readonly UsageSum[]) => some.reduce((sum, { turns }) => sum + turns, 0)
  const models = [...new Set(prices.map(({ model }) => model))]
  const scenarios: Scenario[] = [
    { kind: 'as-it-was' },
    { kind: 'batch' },
    { kind: 'fast' },
    ...(lines.some(({ pricingTiers }) => pricingTiers.includes('fast'))
      ? [{ kind: 'standard' } as const]
      : []),
    { kind: 'perfect-cache' },
    { kind: 'no-cache' },
    ...models.map((model) => ({ kind: 'model', model }) as const),
  ]
  return {
    bookedNanoUsd: lines.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0),
    turns: turnsOf(lines),
    unpricedTurns: turnsOf(found) - turnsOf(lines),
    scenarios: scenarios.map((scenario) => {
      const { nanoUsd, unchangedTurns } = whatIf(lines, scenario, prices)
      return {
        kind: scenario.kind,
        model: scenario.kind === 'model' ? scenario.model : null,
        nanoUsd,
        unchangedTurns,
      }
    }),
  }
}
