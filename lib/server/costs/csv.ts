import type { Costs } from '@/lib/api/costs'

/** The rows of a cost answer as CSV, dollars with nine digits so that nothing is rounded away. */
export function costsCsv({ groupBy, rows }: Costs): string {
  const figures = [
    'turns',
    'inputTokens',
    'outputTokens',
    'cacheReadTokens',
    'cacheWriteTokens',
    'costNanoUsd',
    'unsettledNanoUsd',
  ] as const
  const head = [...groupBy, 'title', ...figures.map((name) => name.replace('NanoUsd', ' (USD)'))]
  const lines = rows.map((row) => [
    ...groupBy.map((group) => row.key[group] ?? ''),
    row.title ?? '',
    ...figures.map((name) => (name.endsWith('NanoUsd') ? dollars(row[name]) : String(row[name]))),
  ])
  return `${[head, ...lines].map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`
}

function dollars(nano: number): string {
  return (nano / 1e9).toFixed(9)
}

/** A cell that no spreadsheet takes for a formula or a second cell. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
