import { expect, test } from 'vitest'
import { noUsage, usageAtLoss } from './usage'

const heard = { outputCharacters: 0, silentMs: 0, maxTokens: 4000 }

test('what broke off is taken for what was heard', () => {
  expect(usageAtLoss({ ...noUsage, inputTokens: 50 }, { ...heard, outputCharacters: 400 })).toMatchObject({
    inputTokens: 50,
    outputTokens: 100,
  })
})

test('a long silence before the first word was thought, and is paid for', () => {
  expect(usageAtLoss(noUsage, { ...heard, silentMs: 5_000 }).outputTokens).toBe(0)
  expect(usageAtLoss(noUsage, { ...heard, silentMs: 15_000, outputCharacters: 40 }).outputTokens).toBe(1010)
})

test('no loss is more than the turn was allowed, so no reservation is exceeded', () => {
  expect(usageAtLoss(noUsage, { ...heard, silentMs: 7_200_000 }).outputTokens).toBe(4000)
  expect(
    usageAtLoss({ ...noUsage, outputTokens: 4100 }, { ...heard, silentMs: 9_000_000 }).outputTokens,
  ).toBe(4100)
})
