const NANO = 1_000_000_000

/** By number of digits after the point; made once, since making one costs far more than using it. */
const formats = [0, 1, 2, 3, 4, 5].map(
  (digits) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
)

/** Dollars with as many digits as matter; null is an unknown price and never zero. */
export function formatUsd(nanoUsd: number | null): string {
  if (nanoUsd === null) return 'unknown'
  if (nanoUsd === 0) return '$0'
  const usd = Math.abs(nanoUsd) / NANO
  const sign = nanoUsd < 0 ? '−' : ''
  if (usd < 0.0001) return `${sign}<$0.0001`
  return `${sign}$${formats[digitsFor(usd)]?.format(usd) ?? usd}`
}

/**
 * A sum that some responses may be missing from: unknown when it has none but those, and said to be more
 * otherwise.
 */
export function knownCost(nanoUsd: number, unpricedTurns: number): string {
  if (unpricedTurns === 0) return formatUsd(nanoUsd)
  return nanoUsd === 0 ? 'unknown' : `${formatUsd(nanoUsd)} + unknown`
}

/** A cap as a person would say it: whole dollars without cents. */
export function formatCap(nanoUsd: number | null): string {
  if (nanoUsd === null) return 'no cap'
  return nanoUsd % NANO === 0 ? `$${(nanoUsd / NANO).toLocaleString('en-US')}` : formatUsd(nanoUsd)
}

/** Low to high, once when both read the same. */
export function formatUsdRange(range: { low: number; high: number }): string {
  const low = formatUsd(range.low)
  const high = formatUsd(range.high)
  return low === high ? low : `${low}–${high}`
}

/** Dollars that a person typed, in dollars; undefined when the text is not a number of dollars. */
export function parseUsd(text: string): number | undefined {
  const cleaned = text.trim().replace(/^\$/, '').replaceAll(',', '')
  if (!/^\d+(\.\d+)?$/.test(cleaned)) return undefined
  return Number(cleaned)
}

function digitsFor(usd: number): number {
  if (usd >= 1000) return 0
  if (usd >= 0.1) return 2
  if (usd >= 0.01) return 3
  if (usd >= 0.001) return 4
  return 5
}

/** Puts a text with amounts in one money or the other. */
export type MoneyWords = { (text: string): string; (text: string | null): string | null }

/** Dollars of one money or the other. */
export function usdIn(simulated: boolean): (nanoUsd: number | null) => string {
  return (nanoUsd) => moneyWords(simulated)(formatUsd(nanoUsd))
}

/** The unit of a field for dollars of one money or the other. */
export function dollarsOf(simulated: boolean): string {
  return simulated ? 'dollars (simulated)' : 'dollars'
}

/**
 * Leaves amounts as they are, or marks each as the simulator's: money that nobody pays is a currency of its
 * own.
 */
export function moneyWords(simulated: boolean): MoneyWords {
  return simulated ? inSimulatedMoney : asItIs
}

function inSimulatedMoney(text: string): string
function inSimulatedMoney(text: string | null): string | null
function inSimulatedMoney(text: string | null): string | null {
  return text === null ? null : text.replace(/(sim )?([−<]*\$)(?=[\d,.])/g, 'sim $2')
}

function asItIs(text: string): string
function asItIs(text: string | null): string | null
function asItIs(text: string | null): string | null {
  return text
}
