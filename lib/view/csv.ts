/** A text as one cell: quoted, and disarmed where a spreadsheet would take it for a formula. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Rows as CSV with a head line, as RFC 4180 has it. */
export function csvText(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** What the numbers of a column are counted in; the simulator's dollars are nobody's. */
export function currencyOf(simulated: boolean): string {
  return simulated ? 'simulated USD' : 'USD'
}
