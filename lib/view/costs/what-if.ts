import type { ShownScenario, WhatIfReport } from '@/lib/api/what-if'
import { modelName } from '../format/model-name'
import { formatCount } from '../format/numbers'

export type WhatIfLine = {
  key: string
  title: string
  /** How the figure comes about. */
  detail: string
  nanoUsd: number | null
  /** Against the same tokens as they were; null when one of the two is unknown. */
  changeNanoUsd: number | null
}

/** The scenarios of a report, one model among them, each with how its figure comes about. */
export function whatIfLines(report: WhatIfReport, model: string): WhatIfLine[] {
  const asItWas = report.scenarios.find(({ kind }) => kind === 'as-it-was')?.nanoUsd ?? null
  return report.scenarios
    .filter(
      (scenario) => scenario.kind !== 'as-it-was' && (scenario.kind !== 'model' || scenario.model === model),
    )
    .map((scenario) => ({
      key: scenario.kind,
      ...wordsOf(scenario, report.turns),
      nanoUsd: scenario.nanoUsd,
      changeNanoUsd: scenario.nanoUsd === null || asItWas === null ? null : scenario.nanoUsd - asItWas,
    }))
}

/** Models that the same tokens can be priced at. */
export function whatIfModels(report: WhatIfReport): string[] {
  return report.scenarios.flatMap(({ kind, model }) => (kind === 'model' && model !== null ? [model] : []))
}

function wordsOf(scenario: ShownScenario, turns: number): { title: string; detail: string } {
  const unchanged = (why: string) =>
    scenario.unchangedTurns === 0
      ? ''
      : ` ${formatCount(scenario.unchangedTurns)} of ${formatCount(turns)} ${why}.`
  switch (scenario.kind) {
    case 'as-it-was':
      return { title: 'As recorded', detail: 'The same tokens at the prices of their days.' }
    case 'batch':
      return {
        title: 'All by batch',
        detail: `Half the price of every token; most answers within an hour, all within a day.${unchanged('went by batch, or have no batch price')}`,
      }
    case 'fast':
      return {
        title: 'All in fast mode',
        detail: `Twice the price where the model supports it.${unchanged('were fast, or their model has no fast mode')}`,
      }
    case 'standard':
      return {
        title: 'None in fast mode',
        detail: `At standard speed and price.${unchanged('were at standard speed')}`,
      }
    case 'perfect-cache':
      return {
        title: 'Perfect caching',
        detail: `Each conversation reads everything it sent before from the cache. Sharing between agents is not counted.${unchanged('had nothing to reuse')}`,
      }
    case 'no-cache':
      return {
        title: 'Without a cache',
        detail: `All of every prompt at the price of input.${unchanged('were sent without a cache')}`,
      }
    case 'model':
      return {
        title: `All on ${modelName(scenario.model ?? '')}`,
        detail: 'The same tokens at its price. Real token counts would differ.',
      }
  }
}
