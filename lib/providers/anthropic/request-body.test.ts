import { expect, test } from 'vitest'
import { countBody, requestBody, requestHeaders } from './request-body'
import { aRequest } from './testing'

const block = (text: string) => ({ type: 'text', text })
const tool = (name: string) => ({ name, description: name, inputSchema: { type: 'object' } })
const marked = { cache_control: { type: 'ephemeral' } }

test('a known model gets adaptive thinking, effort and its own output limit', () => {
  expect(requestBody(aRequest({ effort: 'high', maxTokens: 500_000 }))).toMatchObject({
    stream: true,
    max_tokens: 128_000,
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'high' },
    system: [{ type: 'text', text: 'You are a test.' }],
  })
})

test('an unknown model gets nothing optional', () => {
  const body = requestBody(aRequest({ model: 'qwen3', effort: 'high', speed: 'fast', cache: '5m' }))
  expect(Object.keys(body).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream', 'system'])
  expect(JSON.stringify(body)).not.toContain('cache_control')
})

test('an older model gets neither thinking nor effort', () => {
  const body = requestBody(aRequest({ model: 'claude-haiku-4-5-20251001', effort: 'low' }))
  expect(body.thinking).toBeUndefined()
  expect(body.output_config).toBeUndefined()
  expect(countBody(aRequest({ model: 'claude-haiku-4-5' })).thinking).toBeUndefined()
})

test('fast is asked for where the model has it, with a header where it is a preview', () => {
  expect(requestBody(aRequest({ model: 'claude-opus-5-5', speed: 'fast' })).speed).toBe('fast')
  expect(requestHeaders(aRequest({ model: 'claude-opus-5-5', speed: 'fast' }))).toEqual({})
  expect(requestHeaders(aRequest({ model: 'claude-opus-4-8', speed: 'fast' }))).toEqual({
    'anthropic-beta': 'fast-mode-2026-02-01',
  })
  expect(requestHeaders(aRequest({ model: 'claude-opus-4-8' }))).toEqual({})
  expect(requestBody(aRequest({ model: 'claude-sonnet-5-5', speed: 'fast' })).speed).toBeUndefined()
})

test('tools leave in the order they come in, so what an agent has said stays bound to them', () => {
  const body = requestBody(aRequest({ tools: [tool('search'), tool('list'), tool('read')] }))
  expect(body.tools?.map((one) => ('name' in one ? one.name : ''))).toEqual(['search', 'list', 'read'])
})

test('agents that answer in different forms share what is cached of the tools before the answer', () => {
  const answer = (schema: object) => ({
    ...tool('answer'),
    inputSchema: { type: 'object', ...schema },
    varies: true,
  })
  const toolsOf = (schema: object) =>
    requestBody(aRequest({ cache: '5m', tools: [tool('list'), tool('read'), answer(schema)] })).tools ?? []
  const [one, other] = [toolsOf({ title: 'a' }), toolsOf({ title: 'b' })]
  expect(one).toMatchObject([{ name: 'list' }, { name: 'read', ...marked }, { name: 'answer' }])
  expect(one.slice(0, 2)).toEqual(other.slice(0, 2))
  expect(JSON.stringify(one[2])).not.toContain('cache_control')
  const bare = requestBody(aRequest({ cache: '5m', tools: [answer({})] }))
  expect(JSON.stringify(bare.tools)).not.toContain('cache_control')
})

test('a request never has more than four breakpoints', () => {
  const messages = Array.from({ length: 9 }, (_, at) => ({
    role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: [block(`${at}`)],
  }))
  for (const system of ['', 'a system text']) {
    const tools = [tool('read'), { ...tool('answer'), varies: true }]
    const body = JSON.stringify(requestBody(aRequest({ cache: '1h', system, messages, tools })))
    expect(body.split('"cache_control"').length - 1).toBe(4)
  }
})

test('a strict tool is asked for as such of models that have structured outputs, and of no other', () => {
  const tools = [{ ...tool('read'), strict: true }, tool('list')]
  expect(requestBody(aRequest({ tools })).tools).toMatchObject([{ strict: true }, {}])
  expect(JSON.stringify(requestBody(aRequest({ tools, model: 'qwen3' })))).not.toContain('strict')
})

test('messages leave verbatim and unmutated, breakpoints stand at the prefix and the last two user messages', () => {
  const messages = Object.freeze([
    { role: 'user' as const, content: [block('one')] },
    {
      role: 'assistant' as const,
      content: [{ type: 'thinking', thinking: 'x', signature: 's', future: { a: 1 } }],
    },
    { role: 'user' as const, content: [block('two')] },
    { role: 'assistant' as const, content: [block('answer')] },
    { role: 'user' as const, content: [block('three'), block('four')] },
  ])
  const before = JSON.stringify(messages)
  const plain = requestBody(aRequest({ messages }))
  expect(plain.messages).toEqual(messages)
  expect(JSON.stringify(plain)).not.toContain('cache_control')
  const cached = requestBody(aRequest({ messages, cache: '5m', tools: [tool('a')] }))
  expect(JSON.stringify(messages)).toBe(before)
  expect(cached.system).toEqual([{ type: 'text', text: 'You are a test.', ...marked }])
  expect(cached.messages).toEqual([
    messages[0],
    messages[1],
    { role: 'user', content: [{ ...block('two'), ...marked }] },
    messages[3],
    { role: 'user', content: [block('three'), { ...block('four'), ...marked }] },
  ])
  expect(JSON.stringify(cached).split('cache_control').length - 1).toBeLessThanOrEqual(4)
})

test('without a system text the last tool carries the breakpoint, and a text that says nothing is none', () => {
  const body = requestBody(
    aRequest({
      system: '',
      cache: '5m',
      tools: [tool('a'), tool('b')],
      messages: [{ role: 'user', content: [block('')] }],
    }),
  )
  expect(body.system).toBeUndefined()
  expect(body.tools).toMatchObject([{ name: 'a' }, { name: 'b', ...marked }])
  expect(body.messages).toEqual([{ role: 'user', content: [{ ...block('(nothing)'), ...marked }] }])
})
