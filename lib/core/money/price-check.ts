import { type Price, priceSchema, type Rates } from './pricing'

/** Where in a pasted table something is wrong, and what. */
export type PriceComplaint = { path: string; message: string }

/** No token has ever cost a tenth of this: $1,000 per million. */
const MOST_PICO_USD = 1_000_000_000

/** Fast mode costs twice; a factor beyond this is a slip of the finger. */
const MOST_TIMES = 20

const kinds: readonly (keyof Rates)[] = ['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output']

/** A row as it is given: it may say until when it applies, and is then held to it. */
export type PriceRow = Price & { effectiveUntil?: string | null | undefined }

/**
 * What is wrong with a price table as a whole; empty when it can be used. `usedSince` says for each model
 * since which UTC day it has been used here, so no booked turn is left without a price; `known` are
 * models that exist.
 */
export function checkPrices(
  rows: readonly PriceRow[],
  usedSince: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): PriceComplaint[] {
  const complaints: PriceComplaint[] = rows.flatMap((row, at) => rowComplaints(row, `prices.${at}`, known))
  const byModel = new Map<string, { row: PriceRow; at: number }[]>()
  rows.forEach((row, at) => {
    byModel.set(row.model, [...(byModel.get(row.model) ?? []), { row, at }])
  })
  for (const own of byModel.values()) complaints.push(...sequenceComplaints(own))
  for (const [model, day] of usedSince) complaints.push(...gapComplaints(model, day, byModel))
  return complaints
}

function rowComplaints(row: PriceRow, path: string, known: ReadonlySet<string>): PriceComplaint[] {
  const complaints: PriceComplaint[] = []
  const say = (field: string, message: string) => complaints.push({ path: `${path}.${field}`, message })
  if (!known.has(row.model.replace(/-\d{8}$/, '')) && !known.has(row.model))
    say(
      'model',
      `unknown model ${JSON.stringify(row.model)}: check its spelling, or send \`newModels: ["${row.model}"]\` to add it`,
    )
  if (!isDay(row.effectiveFrom))
    say('effectiveFrom', `${JSON.stringify(row.effectiveFrom)} is no day: write it like 2026-11-22 (UTC)`)
  const { rates, longPrompt } = row
  const groups: [string, Rates][] = [['rates', rates]]
  if (longPrompt !== null) groups.push(['longPrompt.rates', longPrompt.rates])
  for (const [name, group] of groups)
    for (const kind of kinds)
      if (group[kind] > MOST_PICO_USD)
        say(
          `${name}.${kind}`,
          `${group[kind]} picodollars a token is $${(group[kind] / 1e6).toLocaleString('en')} per million, which no model costs: 1,000,000 is $1 per million`,
        )
  if (rates.output > 0 && rates.input === 0)
    say('rates.input', 'is 0 while output costs something: leave the row out if the price is not known')
  if (longPrompt !== null && longPrompt.aboveTokens <= 0)
    say('longPrompt.aboveTokens', 'must be more than 0 tokens')
  if (row.fastMultiplier !== null && (row.fastMultiplier < 1 || row.fastMultiplier > MOST_TIMES))
    say('fastMultiplier', `must be from 1 to ${MOST_TIMES}, or null for a model without fast mode`)
  return complaints
}

/**
 * Rows of one model: never two from the same day, and where a row says its end, the next one begins there.
 */
function sequenceComplaints(own: readonly { row: PriceRow; at: number }[]): PriceComplaint[] {
  const sorted = [...own].sort((a, b) => (a.row.effectiveFrom < b.row.effectiveFrom ? -1 : 1))
  return sorted.flatMap(({ row, at }, index): PriceComplaint[] => {
    const next = sorted[index + 1]
    const until = row.effectiveUntil ?? null
    if (next !== undefined && next.row.effectiveFrom === row.effectiveFrom)
      return [
        {
          path: `prices.${Math.max(at, next.at)}.effectiveFrom`,
          message: `overlaps: ${row.model} has two prices from ${row.effectiveFrom}; keep one`,
        },
      ]
    if (until === null) return []
    const path = `prices.${at}.effectiveUntil`
    if (!isDay(until) || until <= row.effectiveFrom)
      return [{ path, message: `must be a day after ${row.effectiveFrom}, or null` }]
    if (next === undefined)
      return [
        {
          path,
          message: `leaves a gap: ${row.model} has no price from ${until} on; add a row, or leave it out`,
        },
      ]
    const from = next.row.effectiveFrom
    if (from < until)
      return [
        { path, message: `overlaps: the next price of ${row.model} begins on ${from}, before ${until}` },
      ]
    if (from > until)
      return [
        {
          path,
          message: `leaves a gap: ${row.model} has no price from ${until} to ${from}; let one end where the next begins`,
        },
      ]
    return []
  })
}

/** A model that was used here must have a price since its first use. */
function gapComplaints(
  model: string,
  since: string,
  byModel: ReadonlyMap<string, { row: PriceRow; at: number }[]>,
): PriceComplaint[] {
  const undated = model.replace(/-\d{8}$/, '')
  const own = [...(byModel.get(model) ?? []), ...(undated === model ? [] : (byModel.get(undated) ?? []))]
  if (own.some(({ row }) => row.effectiveFrom <= since)) return []
  const first = own.sort((a, b) => (a.row.effectiveFrom < b.row.effectiveFrom ? -1 : 1))[0]
  if (first === undefined)
    return [
      {
        path: 'prices',
        message: `leaves a gap: ${model} has been used here since ${since} and would have no price`,
      },
    ]
  return [
    {
      path: `prices.${first.at}.effectiveFrom`,
      message: `leaves a gap: ${model} has been used here since ${since}, and its first price would begin on ${first.row.effectiveFrom}`,
    },
  ]
}

/** True for a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** Whether two rows say the same. */
export function isSamePrice(a: Price, b: Price): boolean {
  return JSON.stringify(priceSchema.parse(a)) === JSON.stringify(priceSchema.parse(b))
}
