import { expect, test } from 'vitest'
import { failureOfNetwork, failureOfRefusal, type Refusal } from './failures'
import { readRateLimits, readRetryAfterMs } from './response-headers'
import { redactor } from './sentences'

const asked = {
  model: 'claude-sonnet-5-5',
  host: 'api.anthropic.com',
  redact: redactor(['the-secret-credential']),
}

function refuse(status: number | null, type: string | null, message: string, code: string | null = null) {
  const refusal: Refusal = {
    status,
    wire: { type, code, message, requestId: 'req_1' },
    retryAfterMs: null,
    requestId: null,
  }
  return failureOfRefusal(refusal, asked)
}

test.each([
  [401, 'authentication_error', 'invalid x-api-key', 'authentication'],
  [402, 'billing_error', 'pay', 'billing'],
  [403, 'permission_error', 'no', 'permission'],
  [404, 'not_found_error', 'model: x', 'model-not-found'],
  [408, null, '', 'timeout'],
  [413, 'request_too_large', 'big', 'too-large'],
  [422, null, 'odd', 'invalid-request'],
  [429, 'rate_limit_error', 'slow', 'rate-limit'],
  [500, 'api_error', 'oops', 'server-error'],
  [503, null, '', 'server-error'],
  [504, 'timeout_error', '', 'timeout'],
  [529, 'overloaded_error', 'Overloaded', 'overloaded'],
  [400, 'invalid_request_error', 'messages.0: bad', 'invalid-request'],
  [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'billing'],
  [400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum', 'context-window'],
  [
    400,
    'invalid_request_error',
    'input length and `max_tokens` exceed context limit: 190000 + 64000',
    'context-window',
  ],
  [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'spend-limit'],
  [null, 'overloaded_error', 'Overloaded', 'overloaded'],
  [null, 'rate_limit_error', '', 'rate-limit'],
  [null, 'timeout_error', '', 'timeout'],
  [null, 'api_error', '', 'server-error'],
  [null, 'a_future_error', '', 'server-error'],
])('status %s %s "%s" is %s', (status, type, message, kind) => {
  expect(refuse(status, type, message)).toMatchObject({ kind, status, requestId: 'req_1' })
})

test('a 429 that lasts until the month ends is a spending limit', () => {
  expect(refuse(429, 'rate_limit_error', 'cap', 'enforced_spend_limit_reached').kind).toBe('spend-limit')
  expect(refuse(429, 'rate_limit_error', 'cap', 'contract_spend_limit_reached').kind).toBe('spend-limit')
  expect(refuse(429, 'rate_limit_error', 'ramp', 'ramp_limit_exceeded').kind).toBe('rate-limit')
})

test('a message never holds a key, and untrusted words are cut short', () => {
  for (const status of [400, 401, 402, 403, 404, 413, 429, 500, 529]) {
    const said = `the-secret-credential and sk-ant-api03-abcdefgh, Bearer abcdefghijk ${'word '.repeat(500)}`
    const { message } = refuse(status, null, said)
    expect(message).not.toMatch(/the-secret-credential|abcdefgh/)
    expect(message.length).toBeLessThan(700)
  }
})

test('a failure of the network is found however deep its code lies', () => {
  const wrapped = (code: string) =>
    new Error('x', {
      cause: new TypeError('fetch failed', { cause: Object.assign(new Error('y'), { code }) }),
    })
  expect(failureOfNetwork(wrapped('ECONNREFUSED'), asked)?.kind).toBe('unreachable')
  expect(failureOfNetwork(wrapped('ENOTFOUND'), asked)?.kind).toBe('unreachable')
  expect(failureOfNetwork(wrapped('EAI_AGAIN'), asked)?.kind).toBe('unreachable')
  expect(failureOfNetwork(wrapped('ECONNRESET'), asked)?.kind).toBe('connection')
  expect(failureOfNetwork(new TypeError('terminated'), asked)?.kind).toBe('connection')
  expect(failureOfNetwork(new Error('a bug'), asked)).toBeNull()
})

test('the wait that was asked for is read in milliseconds, seconds and as a date', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  const after = (headers: Record<string, string>) => readRetryAfterMs(new Headers(headers), now)
  expect(after({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1500)
  expect(after({ 'retry-after': '7' })).toBe(7000)
  expect(after({ 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' })).toBe(30_000)
  expect(after({ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' })).toBe(0)
  expect(after({ 'retry-after': 'soon' })).toBeNull()
  expect(after({})).toBeNull()
})

test('limits are read from headers, nonsense and absence are null, fast buckets bind where they are named', () => {
  const headers = {
    'anthropic-ratelimit-requests-remaining': '763',
    'anthropic-ratelimit-requests-limit': 'many',
    'anthropic-ratelimit-input-tokens-remaining': '5',
    'anthropic-ratelimit-output-tokens-reset': '2026-11-22T15:04:18Z',
  }
  expect(readRateLimits(new Headers(headers))).toMatchObject({
    requestsRemaining: 763,
    requestsLimit: null,
    requestsResetAt: null,
    inputTokensRemaining: 5,
    outputTokensResetAt: '2026-11-22T15:04:18Z',
  })
  const fast = { 'anthropic-fast-input-tokens-limit': '10', 'anthropic-fast-input-tokens-remaining': '2' }
  expect(readRateLimits(new Headers({ ...headers, ...fast }))).toMatchObject({
    inputTokensLimit: 10,
    inputTokensRemaining: 2,
  })
})
