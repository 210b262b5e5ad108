import type { Plan } from '@/lib/api/plan'
import { assertNever } from '@/lib/core/base/assert-never'
import { modelName } from '../format/model-name'
import { formatUsd, formatUsdRange } from '../format/money'
import { formatTokens, plural } from '../format/numbers'
import { formatDuration } from '../format/time'
import { agentRange } from './plan-view'

type Row = Plan['rows'][number]

/** One row of a plan in words: what it is, and each of its numbers with where it comes from. */
export type PlanRow = { id: string; name: string; cost: string; facts: { label: string; value: string }[] }

/** The rows of one phase, which its figures are the sums of. */
export function planRows(plan: Pick<Plan, 'rows' | 'historyRuns'>, phase: string): PlanRow[] {
  return plan.rows
    .filter((row) => row.phase === phase)
    .map((row, at) => ({
      id: `${at}.${row.model}.${row.speed}.${row.delivery}`,
      name: [modelName(row.model), ...travel(row)].join(', '),
      cost: row.costNanoUsd === null ? 'no price' : formatUsdRange(row.costNanoUsd),
      facts: [
        { label: 'Agents', value: `${agentRange(row.agents)}, ${countWords(row, plan.historyRuns)}` },
        {
          label: 'Tokens',
          value: `${withLikely(row.tokens, formatTokens)}; ${tokenWords(row, plan.historyRuns)}`,
        },
        ...(row.costNanoUsd === null
          ? []
          : [
              {
                label: 'Dollars',
                value: withLikely(row.costNanoUsd, formatUsd),
              },
            ]),
        {
          label: 'Each takes',
          value: `${range(row.secondsEach, (seconds) => formatDuration(seconds * 1000))}, ${turnsWords(row)}`,
        },
        ...(row.chain === 1 ? [] : [{ label: 'Sequential', value: plural(row.chain, 'agent') }]),
        ...(row.reservationNanoUsd === null
          ? []
          : [
              { label: 'Reserved for the first turn', value: `${formatUsd(row.reservationNanoUsd)} at most` },
            ]),
        ...(row.deliveryOptions.live.costNanoUsd === null
          ? []
          : [
              {
                label: 'Delivery options, likely',
                value: `live ${formatUsd(row.deliveryOptions.live.costNanoUsd)}, fast ${formatUsd(row.deliveryOptions.fast.costNanoUsd)}, batch ${formatUsd(row.deliveryOptions.batch.costNanoUsd)}`,
              },
            ]),
      ],
    }))
}

function travel({ speed, delivery }: Row): string[] {
  return [...(delivery === 'batch' ? ['in batches'] : []), ...(speed === 'fast' ? ['fast'] : [])]
}

function withLikely(value: Row['tokens'], words: (value: number) => string): string {
  const whole = range(value, words)
  return whole === words(value.low) ? whole : `${whole}, ${words(value.likely)} likely`
}

function range({ low, high }: Row['tokens'], words: (value: number) => string): string {
  const [from, to] = [words(low), words(high)]
  return from === to ? from : `${from}–${to}`
}

function turnsWords({ turnsEach }: Row): string {
  return turnsEach.high === 1 ? '1 turn' : `${range(turnsEach, String)} turns`
}

function countWords({ countBasis }: Row, runs: number): string {
  switch (countBasis) {
    case 'dry-run':
      return 'counted in a dry run'
    case 'history':
      return `as in ${plural(runs, 'earlier run')}`
    case 'source':
      return 'from the source'
    default:
      return assertNever(countBasis)
  }
}

function tokenWords({ tokenBasis }: Row, runs: number): string {
  switch (tokenBasis) {
    case 'measured':
      return 'prompts measured'
    case 'history':
      return plural(runs, 'earlier run')
    case 'prior':
      return 'a guess'
    default:
      return assertNever(tokenBasis)
  }
}
