import { expect, test } from 'vitest'
import { priceTable } from '../money/price-table'
import { type BoughtCall, costOfFork, type Measured } from './fork-cost'

const at = '2026-11-28T00:00:00Z'
const like: Measured = {
  model: 'claude-sonnet-5-5',
  effort: 'high',
  turns: 1,
  inputTokens: 1000,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 500,
  thinkingTokens: 100,
}
const call: BoughtCall = {
  model: 'claude-sonnet-5-5',
  effort: 'high',
  deliveryTerms: { speed: 'standard', delivery: 'live' },
  isCached: false,
  alike: 1,
  ownShare: 0.5,
  maxTokens: 16_000,
  like,
  isSame: true,
  promptTokens: 1000,
}
const likely = (more: Partial<BoughtCall> = {}) =>
  costOfFork([{ ...call, ...more }], priceTable, at)?.likely ?? 0

test('a call is priced at the model, speed and delivery that it will go by', () => {
  // 1,000 × $2 + 500 × $10 a million.
  expect(likely()).toBe(7_000_000)
  expect(likely({ deliveryTerms: { speed: 'standard', delivery: 'batch' } })).toBe(3_500_000)
  expect(likely({ model: 'claude-opus-5-5' })).toBe(14_000_000)
  expect(likely({ model: 'claude-opus-5-5', deliveryTerms: { speed: 'fast', delivery: 'live' } })).toBe(
    28_000_000,
  )
  expect(likely({ model: 'claude-haiku-5-5', effort: 'high' })).toBe(350_000)
  // Older models count fewer tokens of the same text, and the oldest do not think.
  expect(likely({ model: 'claude-sonnet-4-6' })).toBe(8_076_923)
  expect(likely({ model: 'claude-haiku-4-5' })).toBe(Math.round((1000 / 1.3) * 1000 + (400 / 1.3) * 5000))
})

test('more effort thinks more, and writes a little more', () => {
  expect(likely({ effort: 'medium' })).toBe(5_833_333)
  expect(likely({ effort: 'max' })).toBe(10_583_333)
  expect(likely({ effort: null })).toBe(likely({ effort: 'high' }))
})

test('a range is at most three times as wide for the same call, and narrower for many of them', () => {
  const range = costOfFork([call], priceTable, at)
  const many = costOfFork(Array(50).fill(call), priceTable, at)
  const width = (one: typeof range) => (one === null ? Number.NaN : one.high / one.low)
  expect(width(range)).toBeLessThan(3)
  expect(width(many)).toBeLessThan(width(range))
  expect(many?.likely).toBe(350_000_000)
})

test('what was written to the cache may be read, or written again, and in a batch for an hour', () => {
  const cached = { ...like, inputTokens: 100, cacheWriteTokens: 4000, turns: 2 }
  const range = (delivery: 'live' | 'batch') =>
    costOfFork(
      [{ ...call, like: cached, isCached: true, deliveryTerms: { speed: 'standard', delivery } }],
      priceTable,
      at,
    )
  expect(range('live')?.likely).toBe(200_000 + 4000 * 2500 + 5_000_000)
  expect(range('batch')?.likely).toBe((200_000 + 4000 * 4000 + 5_000_000) / 2)
  expect(range('live')?.low).toBeLessThan(200_000 + 4000 * 100 + 5_000_000)
})

test('without anything like it a stated prior stands, and without a price nothing', () => {
  expect(likely({ like: null, promptTokens: 2000, isSame: false })).toBe(2000 * 2000 + 500 * 10_000)
  expect(costOfFork([{ ...call, model: 'house-model' }], priceTable, at)).toBeNull()
  expect(costOfFork([], priceTable, at)).toEqual({ low: 0, likely: 0, high: 0 })
})
