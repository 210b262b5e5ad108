import type { CostsQuery } from '@/lib/api/costs'
import type { WhatIfReport } from '@/lib/api/what-if'
import type { UsageOf } from '@/lib/core/cost-store'
import { type Scenario, whatIf } from '@/lib/core/what-if'
import type { App } from '@/lib/server/app'
import { askBooks } from '@/lib/server/money/books'
import { getRun } from '@/lib/server/runs/read'
import { periodOf } from './costs'

/** What the tokens of a run would have cost otherwise. */
export async function whatIfRun(app: App, runId: string, signal: AbortSignal): Promise<WhatIfReport> {
  await getRun(app, runId)
  return report(app, { runId }, signal)
}

/** What the tokens of a period would have cost otherwise. */
export function whatIfPeriod(
  app: App,
  query: Pick<CostsQuery, 'from' | 'to' | 'simulated'>,
  signal: AbortSignal,
): Promise<WhatIfReport> {
  return report(app, { period: periodOf(app, query) }, signal)
}

async function report(app: App, of: UsageOf, signal: AbortSignal): Promise<WhatIfReport> {
  const lines = await askBooks(app, 'usage', { of }, signal)
  const prices = app.prices.list()
  const models = [...new Set(prices.map(({ model }) => model))]
  const scenarios: Scenario[] = [
    { kind: 'as-it-was' },
    { kind: 'batch' },
    { kind: 'fast' },
    ...(lines.some(({ terms }) => terms.includes('fast')) ? [{ kind: 'standard' } as const] : []),
    { kind: 'perfect-cache' },
    ...models.map((model) => ({ kind: 'model', model }) as const),
  ]
  return {
    bookedNanoUsd: lines.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0),
    turns: lines.reduce((sum, { turns }) => sum + turns, 0),
    unpricedTurns: lines.reduce((sum, { unpricedTurns }) => sum + unpricedTurns, 0),
    scenarios: scenarios.map((scenario) => {
      const { nanoUsd, unchangedTurns } = whatIf(lines, scenario, prices)
      return { kind: scenario.kind, model: scenario.kind === 'model' ? scenario.model : null, nanoUsd, unchangedTurns }
    }),
  }
}
