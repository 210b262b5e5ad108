import { expect, test } from 'vitest'
import { Metering, probableUsage } from './metering'
import { englishCharacters, noUsage, readUsage, usageAtLoss } from './usage'

/** What a stream says at its start and at its end, and whether that is a usage. */
function isUsable(start: unknown, end: unknown, hasContent = true): boolean {
  const metering = new Metering()
  metering.onEvent(start, false)
  metering.onEvent(end, true)
  return metering.isUsable(readUsage(end, readUsage(start)), hasContent)
}

const start = { input_tokens: 1000, output_tokens: 1 }
const end = { output_tokens: 50 }

test.each<[string, unknown, unknown]>([
  ['both at the usual places', start, end],
  [
    'all of it at the end, zeros before',
    { input_tokens: 0, output_tokens: 0 },
    { input_tokens: 9, output_tokens: 5 },
  ],
  ['a prompt that was read from the cache alone', { input_tokens: 0, cache_read_input_tokens: 800 }, end],
  [
    'nulls where nothing was used',
    { ...start, cache_creation: null, server_tool_use: null, iterations: null },
    end,
  ],
  ['text first, numbers in the end', { input_tokens: '1000' }, { input_tokens: 1000, output_tokens: 50 }],
])('is a usage: %s', (_, first, last) => {
  expect(isUsable(first, last)).toBe(true)
})

test.each<[string, unknown, unknown]>([
  ['none', undefined, undefined],
  ['null', null, null],
  ['only at the start, whose output is a placeholder', start, undefined],
  ['only the output', undefined, end],
  ['only the prompt', { input_tokens: 1000 }, {}],
  ['zeros', { input_tokens: 0, output_tokens: 0 }, { output_tokens: 0 }],
  ['no output', start, { output_tokens: 0 }],
  ['no prompt', { input_tokens: 0, output_tokens: 1 }, end],
  ['text', { input_tokens: '1000', output_tokens: '1' }, { output_tokens: '50' }],
  ['fractions', { input_tokens: 1000.5, output_tokens: 1 }, end],
  ['a negative prompt', { input_tokens: -5, output_tokens: 1 }, end],
  ['a negative cache', { ...start, cache_read_input_tokens: -1 }, end],
  ['more than can be', { input_tokens: 1e300, output_tokens: 1 }, end],
  ['an odd split of the cache', { ...start, cache_creation: { ephemeral_1h_input_tokens: '7' } }, end],
  ['odd searches', start, { ...end, server_tool_use: { web_search_requests: 1.5 } }],
  ['a pass that is billed apart and has no counts', start, { ...end, iterations: [{ type: 'compaction' }] }],
  ['passes that are no list', start, { ...end, iterations: 'two' }],
])('is no usage beside an answer: %s', (_, first, last) => {
  expect(isUsable(first, last)).toBe(false)
})

test('zeros are a usage where nothing was said: a refusal before the first word is not billed', () => {
  expect(isUsable({ input_tokens: 0, output_tokens: 0 }, { output_tokens: 0 }, false)).toBe(true)
})

test('what an answer probably used is what was reserved for its prompt and what was seen of it, never less than it said', () => {
  const seen = { promptBound: 1200, outputCharacters: 4000, silentMs: 0, maxTokens: 2000 }
  expect(probableUsage({ ...noUsage, isMetered: false }, seen)).toMatchObject({
    inputTokens: 1200,
    outputTokens: 1000,
    isMetered: true,
  })
  const said = { ...noUsage, cacheReadTokens: 1100, outputTokens: 3000 }
  expect(probableUsage(said, seen)).toMatchObject({
    inputTokens: 100,
    cacheReadTokens: 1100,
    outputTokens: 3000,
  })
  expect(probableUsage({ ...noUsage, inputTokens: 5000 }, seen).inputTokens).toBe(5000)
})

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

test('characters of any script count as many as make their tokens', () => {
  const tokens = (text: string) =>
    usageAtLoss(noUsage, { ...heard, outputCharacters: englishCharacters(text) }).outputTokens
  expect(tokens('word'.repeat(100))).toBe(100)
  expect(tokens('漢'.repeat(100))).toBe(100)
  expect(tokens('ع'.repeat(100))).toBe(100)
  expect(tokens(`${'ab'.repeat(200)}${'漢'.repeat(50)}`)).toBe(150)
})
