import { isDay } from '@/lib/core/money/price-check'
import type { Price, Rates } from '@/lib/core/money/pricing'

export const rateKinds: readonly { kind: keyof Rates; label: string }[] = [
  { kind: 'input', label: 'Input' },
  { kind: 'cacheWrite5m', label: 'Write, 5 min' },
  { kind: 'cacheWrite1h', label: 'Write, 1 h' },
  { kind: 'cacheRead', label: 'Cache read' },
  { kind: 'output', label: 'Output' },
]

/** A price as it is being typed: dollars per million tokens as text. */
export type PriceForm = {
  model: string
  effectiveFrom: string
  rates: Record<keyof Rates, string>
  /** '' where long prompts cost the same. */
  longAbove: string
  longRates: Record<keyof Rates, string>
  /** '' for a model without fast mode. */
  fast: string
  geoPriced: boolean
  batch: boolean
}

const PICO_PER_USD = 1_000_000
const noRates = { input: '', cacheWrite5m: '', cacheWrite1h: '', cacheRead: '', output: '' }

/** An empty form, beginning on a day. */
export function emptyPrice(effectiveFrom: string): PriceForm {
  return {
    model: '',
    effectiveFrom,
    rates: noRates,
    longAbove: '',
    longRates: noRates,
    fast: '',
    geoPriced: true,
    batch: true,
  }
}

/** A row as a form; with another day, it is a form for the row that follows it. */
export function formOf(price: Price, effectiveFrom = price.effectiveFrom): PriceForm {
  return {
    model: price.model,
    effectiveFrom,
    rates: textsOf(price.rates),
    longAbove: price.longPrompt === null ? '' : String(price.longPrompt.aboveTokens),
    longRates: price.longPrompt === null ? noRates : textsOf(price.longPrompt.rates),
    fast: price.fastMultiplier === null ? '' : String(price.fastMultiplier),
    geoPriced: price.geoPriced,
    batch: price.batch,
  }
}

function textsOf(rates: Rates): Record<keyof Rates, string> {
  const text = (kind: keyof Rates) => String(rates[kind] / PICO_PER_USD)
  return {
    input: text('input'),
    cacheWrite5m: text('cacheWrite5m'),
    cacheWrite1h: text('cacheWrite1h'),
    cacheRead: text('cacheRead'),
    output: text('output'),
  }
}

export type PriceErrors = { [field: string]: string }

/** The price a form says, or what is wrong with it, field by field. */
export function readPriceForm(form: PriceForm): { price: Price } | { errors: PriceErrors } {
  const errors: PriceErrors = {}
  if (form.model.trim() === '') errors.model = 'Which model?'
  if (!isDay(form.effectiveFrom)) errors.effectiveFrom = 'Enter a day, like 2026-12-01.'
  const read = (texts: PriceForm['rates'], prefix: string): Rates => {
    const rate = (kind: keyof Rates) => {
      const pico = picoOf(texts[kind])
      if (pico === null) errors[`${prefix}.${kind}`] = 'Enter dollars per million tokens, such as 2.50.'
      return pico ?? 0
    }
    return {
      input: rate('input'),
      cacheWrite5m: rate('cacheWrite5m'),
      cacheWrite1h: rate('cacheWrite1h'),
      cacheRead: rate('cacheRead'),
      output: rate('output'),
    }
  }
  const rates = read(form.rates, 'rates')
  const hasLong = form.longAbove.trim() !== ''
  const longRates = hasLong ? read(form.longRates, 'longPrompt.rates') : null
  const aboveTokens = wholeOf(form.longAbove)
  if (hasLong && aboveTokens === null) errors['longPrompt.aboveTokens'] = 'Enter a whole number of tokens.'
  const fast = wholeOf(form.fast)
  if (form.fast.trim() !== '' && fast === null) errors.fastMultiplier = 'Enter a whole number, such as 2.'
  if (Object.keys(errors).length > 0) return { errors }
  return {
    price: {
      model: form.model.trim(),
      effectiveFrom: form.effectiveFrom,
      rates,
      longPrompt: longRates === null || aboveTokens === null ? null : { aboveTokens, rates: longRates },
      fastMultiplier: fast,
      geoPriced: form.geoPriced,
      batch: form.batch,
    },
  }
}

function picoOf(text: string): number | null {
  const cleaned = text.trim().replace(/^\$/, '')
  if (!/^\d+(\.\d{1,6})?$/.test(cleaned)) return null
  return Math.round(Number(cleaned) * PICO_PER_USD)
}

function wholeOf(text: string): number | null {
  const cleaned = text.trim().replaceAll(',', '')
  return /^\d{1,9}$/.test(cleaned) ? Number(cleaned) : null
}

/** Errors of an answer that are about one row of the list, by the field of the form. */
export function rowErrors(errors: readonly { path: string; message: string }[], row: number): PriceErrors {
  const prefix = `prices.${row}.`
  return Object.fromEntries(
    errors.flatMap(({ path, message }) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), message]] : [],
    ),
  )
}

/** Dollars per million tokens, as price lists print them. */
export function perMillion(pico: number): string {
  const usd = pico / PICO_PER_USD
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`
}

/** The list with one row set, in the place of the one it replaces. */
export function withPrice(
  prices: readonly Price[],
  price: Price,
  replaces: Price | null,
): { prices: Price[]; at: number } {
  const isRow = (row: Price, other: Price) =>
    row.model === other.model && row.effectiveFrom === other.effectiveFrom
  const rest = prices.filter((row) => !isRow(row, price) && (replaces === null || !isRow(row, replaces)))
  return { prices: [...rest, price], at: rest.length }
}

/** What differs between two versions of a row, in words. */
export function priceChanges(before: Price | null, after: Price | null): string {
  if (after === null) return 'removed'
  if (before === null) return `${perMillion(after.rates.input)} in, ${perMillion(after.rates.output)} out`
  const rates = rateKinds.flatMap(({ kind, label }) =>
    before.rates[kind] === after.rates[kind]
      ? []
      : [`${label.toLowerCase()} ${perMillion(before.rates[kind])} → ${perMillion(after.rates[kind])}`],
  )
  const others = [
    ...(JSON.stringify(before.longPrompt) === JSON.stringify(after.longPrompt) ? [] : ['long prompts']),
    ...(before.fastMultiplier === after.fastMultiplier ? [] : ['fast mode']),
    ...(before.geoPriced === after.geoPriced ? [] : ['US inference']),
    ...(before.batch === after.batch ? [] : ['batch']),
  ]
  const all = [...rates, ...others]
  return all.length === 0 ? 'as it was' : all.join(', ')
}

/** Rows by model, newest first, with the one in force on a day. */
export function priceGroups(prices: readonly Price[], today: string) {
  const models = [...new Set(prices.map(({ model }) => model))]
  return models.map((model) => {
    const rows = prices
      .filter((price) => price.model === model)
      .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))
    const current = rows.find(({ effectiveFrom }) => effectiveFrom <= today) ?? null
    return { model, rows: rows.map((price) => ({ price, state: stateOf(price, current, today) })) }
  })
}

function stateOf(price: Price, current: Price | null, today: string): 'in force' | 'coming' | 'past' {
  if (price === current) return 'in force'
  return price.effectiveFrom > today ? 'coming' : 'past'
}
