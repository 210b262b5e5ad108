import type { Costs } from '@/lib/api/costs'
import { csvText } from '@/lib/view/csv'

const counts = ['turns', 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const

/** The rows of a cost answer as CSV, dollars with nine digits so that nothing is rounded away. */
export function costsCsv({ groupBy, rows, omitted }: Costs): string {
  return csvText(
    [...groupBy, 'title', ...counts, 'cost (USD)', 'unsettled (USD)'],
    [
      ...rows.map((row) => [
        ...groupBy.map((group) => row.key[group] ?? ''),
        row.title ?? '',
        ...counts.map((name) => row[name]),
        (row.costNanoUsd / 1e9).toFixed(9),
        (row.unsettledNanoUsd / 1e9).toFixed(9),
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
    ],
  )
}
