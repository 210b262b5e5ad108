import { expect, test } from 'vitest'
import { noUsage } from '@/lib/core/money/usage'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'
import { knownAfter, promptTokenBound } from './prompt-size'
import { cachesPrefix, requestOf } from './turn-request'

const tool = (name: string) => ({ name, description: '', inputSchema: {} })
const spec = (more: Partial<AgentSpec> = {}): AgentSpec => ({
  agentId: 'a1',
  key: 'k',
  prompt: 'p',
  system: '',
  tools: [],
  schema: null,
  options: {
    model: 'm',
    effort: null,
    stallMs: 1,
    maxTurns: 1,
    maxTokens: 1,
    retries: 1,
    depth: 0,
    speed: 'standard',
    delivery: 'live',
    timeoutMs: null,
    nanoUsd: null,
    tokens: null,
    agentType: null,
    check: null,
  },
  ...more,
})
/** What a plan says beyond what these tests are about. */
const rest = { cutRoom: null, keepsLastTurn: false, taskBudgetTokens: null, known: null }
const says = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })

test('a prompt is never estimated below what it can come to: half a token a letter of English, as many as bytes of a rare script', () => {
  const empty = promptTokenBound(spec(), [], null)
  expect(promptTokenBound(spec({ system: 'x'.repeat(1000) }), [], null) - empty).toBe(500)
  expect(promptTokenBound(spec({ system: '漢'.repeat(1000) }), [], null) - empty).toBe(2000)
  const one = promptTokenBound(spec(), [says('')], null)
  expect(promptTokenBound(spec(), [says('x'.repeat(600))], null) - one).toBe(300)
  expect(promptTokenBound(spec({ tools: [tool('look')] }), [], null)).toBeGreaterThan(empty)
})

test('every message counts, however often the conversation was measured before', () => {
  const messages = [says('x'.repeat(100))]
  const before = promptTokenBound(spec(), messages, null)
  messages.push(says('y'.repeat(100)))
  const after = promptTokenBound(spec(), messages, null)
  expect(after - before).toBeGreaterThanOrEqual(50)
  expect(promptTokenBound(spec(), messages, null)).toBe(after)
})

test('a prefix is cached where its agent comes back with it: answer and flag alone never do', () => {
  const plan = {
    spec: spec(),
    model: 'm',
    messages: [],
    fence: 0,
    phase: null,
    position: 0,
    turn: 0,
    attempt: 1,
    ...rest,
  }
  const request = (tools: string[]) =>
    requestOf(
      { ...plan, spec: spec({ tools: tools.map(tool) }), maxTokens: 9, signal: new AbortController().signal },
      9,
      'standard',
      '1h',
    )
  expect(request(['answer', 'flag']).cache).toBe('none')
  expect(request(['answer', 'flag', 'read']).cache).toBe('1h')
  expect(cachesPrefix(spec({ tools: [tool('spawn_agents')] }))).toBe(true)
})

test('an effort that is none of those there are is not sent', () => {
  const options = { ...spec().options, effort: 'enormous' }
  const plan = {
    ...rest,
    spec: spec({ options }),
    model: 'm',
    messages: [],
    fence: 0,
    phase: null,
    position: 0,
  }
  const signal = new AbortController().signal
  expect(
    requestOf({ ...plan, turn: 0, attempt: 1, maxTokens: 9, signal }, 9, 'standard', '5m').effort,
  ).toBeNull()
})

test('what the provider counted of a conversation counts as it said, with a margin, and the rest as a bound', () => {
  const messages = [says('x'.repeat(40_000)), says('answer'), says('y'.repeat(200))]
  const usage = {
    ...noUsage,
    inputTokens: 100,
    cacheReadTokens: 8_000,
    cacheWrite5mTokens: 900,
    outputTokens: 1_000,
  }
  const known = knownAfter(usage, 2)
  expect(known).toEqual({ messages: 2, tokens: 10_000 })
  const bound = promptTokenBound(spec(), messages, known)
  expect(bound).toBeGreaterThan(10_100)
  expect(bound).toBeLessThan(10_600)
  expect(knownAfter({ ...usage, isMetered: false }, 2)).toBeNull()
  expect(knownAfter(noUsage, 2)).toBeNull()
})
