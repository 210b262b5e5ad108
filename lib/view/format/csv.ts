/** A text as one cell: quoted, and disarmed where a spreadsheet would take it for a formula. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = isFormula(value) ? `'${value}` : value
  // Quoted for a semicolon or a tab too: where those part cells, what follows one would be a cell of its own.
  return /[",;\t\n\r]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * Whether a spreadsheet may take a text for a formula. Some look past blanks and invisible characters at its
 * start, and take the wide and small forms of a sign for the sign.
 */
function isFormula(text: string): boolean {
  if (/^[\t\r\n]/.test(text)) return true
  const [first = ''] = text.replace(/^[\s\p{Cc}\p{Cf}]+/u, '')
  return /^[=+\-@\u2212]/.test(first.normalize('NFKC'))
}

/** Rows as CSV with a head line, as RFC 4180 has it. */
export function csvText(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** What the numbers of a column are counted in; the simulator's dollars are nobody's. */
export function currencyOf(simulated: boolean): string {
  return simulated ? 'simulated USD' : 'USD'
}
