import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { readUsage } from '@/lib/core/money/usage'

const folder = fileURLToPath(new URL('../../../../shared/recorded/', import.meta.url))
const isThere = existsSync(`${folder}cases`)

/** After every price on the list began. */
const AT = '2026-11-27T12:00:00Z'

/**
 * The public list in cents per million tokens, written down again: input, five-minute write, hour write,
 * read, output. Nothing of the price table or of its arithmetic is used below: text is searched, whole cents
 * are multiplied.
 */
const cents: Record<string, readonly [number, number, number, number, number]> = {
  'claude-fable-5-2': [800, 1000, 1600, 20, 4000],
  'claude-mythos-5-2': [800, 1000, 1600, 20, 4000],
  'claude-fable-5-1': [1000, 1250, 2000, 25, 5000],
  'claude-mythos-5-1': [1000, 1250, 2000, 25, 5000],
  'claude-fable-5': [1000, 1250, 2000, 100, 5000],
  'claude-mythos-5': [1000, 1250, 2000, 100, 5000],
  'claude-opus-5-5': [400, 500, 800, 20, 2000],
  'claude-opus-5': [500, 625, 1000, 50, 2500],
  'claude-opus-4-8': [500, 625, 1000, 50, 2500],
  'claude-opus-4-7': [500, 625, 1000, 50, 2500],
  'claude-opus-4-6': [500, 625, 1000, 50, 2500],
  'claude-opus-4-5': [500, 625, 1000, 50, 2500],
  'claude-sonnet-5-5': [200, 250, 400, 10, 1000],
  'claude-sonnet-5': [200, 250, 400, 20, 1000],
  'claude-sonnet-4-6': [300, 375, 600, 30, 1500],
  'claude-sonnet-4-5': [300, 375, 600, 30, 1500],
  'claude-haiku-4-5': [100, 125, 200, 10, 500],
}
/** Haiku 5.5 is priced in tenths of a cent, five times as much above a hundred thousand tokens of prompt. */
const haiku55 = [100, 125, 200, 10, 500] as const
const withoutUsFactor = /^claude-(opus|sonnet|haiku)-4-5$/

type Wire = { [name: string]: unknown }

const isWire = (value: unknown): value is Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const num = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0)

/** Every finished response of a recorded file: its model, and its usage as the last word on each field. */
function responsesIn(file: string, text: string): { model: string; usage: Wire }[] {
  if (file.endsWith('.sse')) {
    let model: string | null = null
    let usage: Wire = {}
    let isWhole = false
    for (const line of text.split(/\r?\n/)) {
      if (!line.startsWith('data:')) continue
      const data: unknown = tryParse(line.slice(5))
      if (!isWire(data)) continue
      if (data.type === 'message_start' && isWire(data.message)) {
        model = String(data.message.model)
        usage = merged({}, data.message.usage)
      }
      if (data.type === 'message_delta') usage = merged(usage, data.usage)
      if (data.type === 'message_stop') isWhole = true
    }
    return model !== null && isWhole ? [{ model, usage }] : []
  }
  return text.split('\n').flatMap((line) => {
    const data = tryParse(file.endsWith('.jsonl') ? line : text)
    if (file.endsWith('.json') && line !== text.split('\n')[0]) return []
    const message = isWire(data) && isWire(data.result) ? data.result.message : data
    if (!isWire(message) || message.type !== 'message' || !isWire(message.usage)) return []
    return [{ model: String(message.model), usage: message.usage }]
  })
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Fields that are present replace, fields that are absent or null stay. */
function merged(before: Wire, news: unknown): Wire {
  if (!isWire(news)) return before
  return {
    ...before,
    ...Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null && value !== undefined)),
  }
}

/** Cost in nanodollars by hand; null for a model that is not on the list. */
function byHand({ model, usage }: { model: string; usage: Wire }): number | null {
  const passes = Array.isArray(usage.iterations) ? usage.iterations.filter(isWire) : []
  const parts = [
    { model, part: usage },
    ...passes
      .filter(({ type }) => type !== 'message')
      .map((part) => ({ model: typeof part.model === 'string' ? part.model : model, part })),
  ]
  let sum = 0
  for (const one of parts) {
    const cost = partByHand(one.model, one.part, usage)
    if (cost === null) return null
    sum += cost
  }
  const searches = isWire(usage.server_tool_use) ? num(usage.server_tool_use.web_search_requests) : 0
  return sum + searches * 10_000_000
}

function partByHand(name: string, part: Wire, whole: Wire): number | null {
  const model = name.replace(/-20\d{6}$/, '')
  const written = num(part.cache_creation_input_tokens)
  const split = isWire(part.cache_creation) ? part.cache_creation : {}
  const splitSum = num(split.ephemeral_5m_input_tokens) + num(split.ephemeral_1h_input_tokens)
  const total = part.cache_creation_input_tokens === undefined ? splitSum : written
  const hour = Math.min(num(split.ephemeral_1h_input_tokens), total)
  const tokens = [
    num(part.input_tokens),
    total - hour,
    hour,
    num(part.cache_read_input_tokens),
    num(part.output_tokens),
  ]
  const prompt = (tokens[0] ?? 0) + (tokens[1] ?? 0) + (tokens[2] ?? 0) + (tokens[3] ?? 0)
  const isHaiku = model === 'claude-haiku-5-5'
  const list = isHaiku ? haiku55 : cents[model]
  if (list === undefined) return null
  // One cent per million tokens is ten nanodollars a token; a tenth of a cent is one.
  const unit = isHaiku ? (prompt > 100_000 ? 5 : 1) : 10
  const hasFast = [
    'claude-fable-5-2',
    'claude-mythos-5-2',
    'claude-opus-5-5',
    'claude-opus-5',
    'claude-opus-4-8',
  ].includes(model)
  const fast = whole.speed === 'fast' && hasFast ? 2 : 1
  const us = whole.inference_geo === 'us' && !withoutUsFactor.test(model) ? 11 : 10
  const batch = whole.service_tier === 'batch' ? 1 : 2
  // All whole numbers below 2^53: rounded half up to a nanodollar, kind by kind.
  return tokens.reduce(
    (sum, count, at) => sum + Math.floor((count * (list[at] ?? 0) * unit * fast * us * batch + 10) / 20),
    0,
  )
}

// Skipped where the recorded traffic is not beside the project; it is not part of it.
describe.skipIf(!isThere)('the cost of recorded traffic', () => {
  const found = isThere
    ? readdirSync(`${folder}cases`).flatMap((id) =>
        readdirSync(`${folder}cases/${id}`)
          .filter((file) => file.startsWith('response') && !file.includes('headers'))
          .flatMap((file) =>
            responsesIn(file, readFileSync(`${folder}cases/${id}/${file}`, 'utf8')).map((one) => ({
              id,
              ...one,
            })),
          ),
      )
    : []

  test('is that of a calculation by hand, to the nanodollar, response by response and in all', () => {
    const sums = { ours: 0, byHand: 0, priced: 0 }
    for (const { id, model, usage } of found) {
      const ours = costOf(readUsage(usage), model, priceTable, AT)?.totalNanoUsd ?? null
      const hand = byHand({ model, usage })
      expect(ours, `${id}, ${model}`).toBe(hand)
      if (ours === null || hand === null) continue
      sums.ours += ours
      sums.byHand += hand
      sums.priced += 1
    }
    expect(sums.ours).toBe(sums.byHand)
    expect(sums.priced).toBeGreaterThan(100)
    expect(sums.ours).toBeGreaterThan(0)
  })
})
