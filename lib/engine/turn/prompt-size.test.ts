import { expect, test } from 'vitest'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'
import { promptTokenBound } from './prompt-size'
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
const says = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })

test('a prompt is never estimated below what it can come to: half a token a Latin character, two any other', () => {
  const empty = promptTokenBound(spec(), [])
  expect(promptTokenBound(spec({ system: 'x'.repeat(1000) }), []) - empty).toBe(500)
  expect(promptTokenBound(spec({ system: '漢'.repeat(1000) }), []) - empty).toBe(2000)
  const one = promptTokenBound(spec(), [says('')])
  expect(promptTokenBound(spec(), [says('x'.repeat(600))]) - one).toBe(300)
  expect(promptTokenBound(spec({ tools: [tool('look')] }), [])).toBeGreaterThan(empty)
})

test('every message counts, however often the conversation was measured before', () => {
  const messages = [says('x'.repeat(100))]
  const before = promptTokenBound(spec(), messages)
  messages.push(says('y'.repeat(100)))
  const after = promptTokenBound(spec(), messages)
  expect(after - before).toBeGreaterThanOrEqual(50)
  expect(promptTokenBound(spec(), messages)).toBe(after)
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
  const plan = { spec: spec({ options }), model: 'm', messages: [], fence: 0, phase: null, position: 0 }
  const signal = new AbortController().signal
  expect(
    requestOf({ ...plan, turn: 0, attempt: 1, maxTokens: 9, signal }, 9, 'standard', '5m').effort,
  ).toBeNull()
})
