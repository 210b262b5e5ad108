import { expect, test } from 'vitest'
import { priceTable } from '../money/price-table'
import { findPrice, type Price } from '../money/pricing'
import { ANSWER_TOKENS, costOfCall, singleCall } from './single-call'

function priceOf(model: string): Price {
  const price = findPrice(priceTable, model, '2026-11-27T00:00:00Z')
  if (price === null) throw new Error(`${model} has no price`)
  return price
}

test('a single call is its measured prompt and one answer, priced apart', () => {
  const price = priceOf('claude-sonnet-5-5')
  const use = singleCall(2_000, 16_384)
  expect(use).toEqual({ input: { low: 2_000, likely: 2_000, high: 2_000 }, output: ANSWER_TOKENS })
  const { input, output, cacheWrite5m } = price.rates
  expect(costOfCall(use, price)).toEqual({
    low: Math.round((2_000 * input + ANSWER_TOKENS.low * output) / 1000),
    likely: Math.round((2_000 * input + ANSWER_TOKENS.likely * output) / 1000),
    high: Math.round((2_000 * cacheWrite5m + ANSWER_TOKENS.high * output) / 1000),
  })
})

test('no answer is longer than the call lets it be', () => {
  expect(singleCall(10, 500).output).toEqual({ low: ANSWER_TOKENS.low, likely: 500, high: 500 })
  expect(singleCall(10, 1).output).toEqual({ low: 1, likely: 1, high: 1 })
})

test('a prompt beyond the threshold of its model is priced at the rates of long ones', () => {
  const price = priceOf('claude-haiku-5-5')
  if (price.longPrompt === null) throw new Error('Haiku 5.5 has long-prompt rates')
  const { aboveTokens, rates } = price.longPrompt
  const at = (tokens: number) => costOfCall(singleCall(tokens, 200), price).likely
  expect(at(aboveTokens + 1)).toBe(Math.round(((aboveTokens + 1) * rates.input + 200 * rates.output) / 1000))
  expect(at(aboveTokens)).toBeLessThan(at(aboveTokens + 1))
})
