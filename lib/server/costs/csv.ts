import type { Costs } from '@/lib/api/costs'
import { csvText, currencyOf } from '@/lib/view/format/csv'

const counts = [
  'turns',
  'unpricedTurns',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
] as const

/**
 * The rows of a cost answer as CSV, dollars with nine digits so that nothing is rounded away. By token kind,
 * responses and what is unsettled belong to no row: they are left blank there, and what is unsettled has a
 * line of its own. A cost that is not known is blank, never zero.
 */
export function costsCsv({ groupBy, rows, omitted, totals, simulated }: Costs): string {
  const isByKind = groupBy.includes('tokenKind')
  return csvText(
    [
      ...groupBy,
      'title',
      ...counts,
      `cost (${currencyOf(simulated)})`,
      `unsettled (${currencyOf(simulated)})`,
    ],
    [
      ...rows.map((row) => [
        ...groupBy.map((group) => row.key[group] ?? ''),
        row.title ?? '',
        ...counts.map((name) => (isByKind && name === 'turns' ? '' : row[name])),
        row.costNanoUsd === 0 && row.unpricedTurns > 0 ? '' : (row.costNanoUsd / 1e9).toFixed(9),
        isByKind ? '' : (row.unsettledNanoUsd / 1e9).toFixed(9),
      ]),
      ...(omitted.rows === 0
        ? []
        : [
            [
              `and ${omitted.rows} more rows`,
              ...groupBy.slice(1).map(() => ''),
              '',
              ...counts.map(() => ''),
              (omitted.costNanoUsd / 1e9).toFixed(9),
              '',
            ],
          ]),
      ...(isByKind && totals.unsettledNanoUsd > 0
        ? [
            [
              'interrupted turns',
              ...groupBy.slice(1).map(() => ''),
              '',
              ...counts.map(() => ''),
              '',
              (totals.unsettledNanoUsd / 1e9).toFixed(9),
            ],
          ]
        : []),
    ],
  )
}
