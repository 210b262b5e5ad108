import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '@/lib/core/base/json'
import { type SimulatorServer, startSimulatorServer } from '../server'

let server: SimulatorServer
beforeAll(async () => {
  server = await startSimulatorServer({ speed: 0 })
})
afterAll(() => server.close())

type Refusal = { status: number; type: string; message: string; hasRequestId: boolean }

async function post(path: string, body: string): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk-sim',
      'anthropic-version': '2026-10-21',
      'content-type': 'application/json',
    },
    body,
  })
  return { status: response.status, body: await response.json() }
}

async function ask(more: JsonObject, path = '/v1/messages'): Promise<Refusal | 'taken'> {
  const body = { model: 'claude-sonnet-5-5', max_tokens: 200, messages: [user('hello')], ...more }
  return read(await post(path, JSON.stringify(body)))
}

const answerSchema = z.object({
  status: z.number(),
  body: z.object({
    type: z.string().optional(),
    error: z.object({ type: z.string(), message: z.string() }).optional(),
    request_id: z.string().optional(),
    content: z.array(z.record(z.string(), z.json())).default([]),
  }),
})

function read(answer: unknown): Refusal | 'taken' {
  const { status, body } = answerSchema.parse(answer)
  if (status === 200) return 'taken'
  const { type = '', message = '' } = body.error ?? {}
  return { status, type, message, hasRequestId: body.type === 'error' && /^req_/.test(body.request_id ?? '') }
}

const refused = (part: string) => ({
  status: 400,
  type: 'invalid_request_error',
  message: expect.stringContaining(part),
  hasRequestId: true,
})

const user = (...content: (string | JsonObject)[]) => ({
  role: 'user',
  content: content.map((one) => (typeof one === 'string' ? { type: 'text', text: one } : one)),
})
const said = (...content: JsonObject[]) => ({ role: 'assistant', content })
const called = said({ type: 'tool_use', id: 't1', name: 'view', input: {} })
const gave = (content: JsonObject[], more: JsonObject = {}) => ({
  messages: [user('look'), called, user({ type: 'tool_result', tool_use_id: 't1', content, ...more })],
  tools: [{ name: 'view', input_schema: { type: 'object' } }],
})
const picture = (type: string, mediaType: string, data: string) => ({
  type,
  source: { type: 'base64', media_type: mediaType, data },
})
const pdf = Buffer.from('%PDF-1.7 /Type /Pages /Count 2 %').toString('base64')

test.each([
  [picture('document', 'application/pdf', pdf), 'taken'],
  [picture('image', 'image/gif', 'R0lGODlh'), 'taken'],
  [{ type: 'shown', digest: 'x' }, "Input tag 'shown' found using 'type'"],
  [picture('document', 'text/html', pdf), "should be 'application/pdf'"],
  [picture('document', 'application/pdf', 'R0lGODlh'), 'PDF specified was not valid'],
  [picture('image', 'image/png', 'R0lGODlh'), 'image/png media type, but does not appear'],
  [picture('image', 'image/tiff', 'R0lGODlh'), "should be 'image/jpeg'"],
  [picture('image', 'image/gif', 'no base64!'), 'valid base64'],
] as const)("a tool's result of %j is %s", async (block, what) => {
  expect(await ask(gave([block]))).toEqual(what === 'taken' ? what : refused(what))
})

test('beside an error a tool shows nothing but text', async () => {
  expect(await ask(gave([picture('image', 'image/gif', 'R0lGODlh')], { is_error: true }))).toEqual(
    refused('must be type "text" if `is_error` is true'),
  )
})

const call = (id: string, more: JsonObject = {}) => ({
  type: 'tool_use',
  id,
  name: 'look',
  input: {},
  ...more,
})
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'seen' })
const tool = (properties: JsonObject, more: JsonObject = {}) => ({
  tools: [{ name: 'look', description: 'Looks.', input_schema: { type: 'object', properties, ...more } }],
})

test('half a surrogate pair anywhere in a body is no JSON to the API', async () => {
  const half = refused('The request body is not valid JSON: no low surrogate in string')
  expect(await ask({ messages: [user('cut \ud83d')] })).toEqual(half)
  expect(await ask({ system: [{ type: 'text', text: '\ud83d cut' }] })).toEqual(half)
  expect(await ask(tool({}, { description: 'x\ud83d' }))).toEqual(half)
  expect(await ask({ messages: [user('x')], metadata: { '\ud83d': 1 } })).toEqual(half)
  expect(await ask({ messages: [user('\ude00 low')] })).toMatchObject({ status: 400 })
  expect(await ask({ messages: [user('\ud83d')] }, '/v1/messages/count_tokens')).toEqual(half)
  expect(await ask({ messages: [user('whole 😀, and the words \\ud83d written out')] })).toBe('taken')
})

test('names of properties outside the pattern are refused at any depth', async () => {
  const named = refused("Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'")
  const inner = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' } } })
  for (const name of ['件名', 'two words', '', 'x'.repeat(65), 'a/b', 'é', '$ref']) {
    expect(await ask(tool({ [name]: { type: 'string' } })), name).toEqual(named)
    expect(await ask(tool({ deep: { type: 'array', items: inner(name) } })), name).toEqual(named)
    expect(await ask(tool({ deep: { anyOf: [{ type: 'null' }, inner(name)] } })), name).toEqual(named)
    expect(await ask(tool({}, { $defs: { one: inner(name) } })), name).toEqual(named)
  }
  expect(await ask(tool({ 'a.b-c_9': { type: 'string' }, ['x'.repeat(64)]: true }))).toBe('taken')
  expect(await ask(tool({}, { patternProperties: { '^件': { type: 'string' } } }))).toBe('taken')
})

test('a call without its result, and a result without its call, are refused', async () => {
  const offered = tool({})
  const orphan = refused('`tool_use` ids were found without `tool_result` blocks immediately after: a')
  expect(await ask({ ...offered, messages: [user('q'), said(call('a')), user('go on')] })).toEqual(orphan)
  expect(
    await ask({ ...offered, messages: [user('q'), said(call('a')), user('first', result('a'))] }),
  ).toEqual(orphan)
  const stray = refused('unexpected `tool_use_id` found in `tool_result` blocks: b')
  expect(
    await ask({ ...offered, messages: [user('q'), said(call('a')), user(result('a'), result('b'))] }),
  ).toEqual(stray)
  expect(await ask({ ...offered, messages: [user(result('b'))] })).toEqual(stray)
  const twice = refused('each tool_use must have a single result')
  expect(
    await ask({ ...offered, messages: [user('q'), said(call('a')), user(result('a'), result('a'))] }),
  ).toEqual(twice)
  expect(await ask({ ...offered, messages: [user('q'), said(call('a')), user(result('a'), 'more')] })).toBe(
    'taken',
  )
})

test("a use of the API's own tools without its result is gone on with, or refused", async () => {
  const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } }
  const paused = { role: 'assistant', content: [search] }
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
  expect(await ask({ tools, messages: [user('hello'), paused] })).toBe('taken')
  expect(await ask({ tools, messages: [user('hello'), paused, user('hurry')] })).toMatchObject(
    refused('without a corresponding `web_search_tool_result` block'),
  )
  const result = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }
  const found = { role: 'assistant', content: [search, result, { type: 'text', text: 'found' }] }
  expect(await ask({ tools, messages: [user('hello'), found, user('hurry')] })).toBe('taken')
})

test('ids and inputs of calls have their form, and no id comes twice in a conversation', async () => {
  const history = (...calls: JsonObject[]) => ({
    ...tool({}),
    messages: [user('q'), said(...calls), user(result('a'))],
  })
  expect(await ask(history(call('a'), call('a')))).toEqual(refused('`tool_use` ids must be unique'))
  const again = [user('q'), said(call('a')), user(result('a')), said(call('a')), user(result('a'))]
  expect(await ask({ ...tool({}), messages: again })).toEqual(refused('`tool_use` ids must be unique'))
  for (const id of ['', 'functions.look:0', 'a b', 'é'])
    expect(await ask(history(call(id)))).toEqual(
      refused("tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"),
    )
  for (const input of ['', null, [], 7])
    expect(await ask(history(call('a', { input })))).toEqual(
      refused('tool_use.input: Input should be a valid dictionary'),
    )
  expect(await ask(history(call('a', { name: 'functions.look' })))).toEqual(refused('tool_use.name'))
})

test('a text that says nothing is refused', async () => {
  expect(await ask({ messages: [user('')] })).toEqual(refused('text content blocks must be non-empty'))
  expect(await ask({ messages: [user(' \n')] })).toEqual(refused('must contain non-whitespace text'))
  expect(await ask({ messages: [{ role: 'user', content: [] }] })).toEqual(refused('non-empty content'))
})

test('thinking must come back as it was given', async () => {
  const thinking = { type: 'adaptive', display: 'summarized' }
  const directive = '[[sim: {"thinkSilentTokens": 40}]]'
  const asked = {
    model: 'claude-fable-5-2',
    max_tokens: 4000,
    thinking,
    messages: [user(`think ${directive}`)],
  }
  const blocks = answerSchema.parse(await post('/v1/messages', JSON.stringify(asked))).body.content
  expect(blocks[0]).toMatchObject({ type: 'thinking' })
  const goOn = (first: JsonObject, before = asked.messages) =>
    ask({ ...asked, messages: [...before, said(first, ...blocks.slice(1)), user('go on')] })
  expect(await goOn({ ...blocks[0] })).toBe('taken')
  expect(await goOn({ ...blocks[0], thinking: 'something else' })).toEqual(refused('cannot be modified'))
  expect(await goOn({ ...blocks[0], signature: 'AAAA' })).toEqual(
    refused('Invalid `signature` in `thinking` block'),
  )
  expect(await goOn({ ...blocks[0] }, [user(`think again ${directive}`)])).toEqual(refused('a prefix'))
})

test('cache points come at most four at a time, on something, and the long ones first', async () => {
  const mark = (ttl?: string) => ({
    cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) },
  })
  const system = (ttl?: string) => ({ system: [{ type: 'text', text: 'Be brief.', ...mark(ttl) }] })
  const question = (ttl?: string) => ({ messages: [user({ type: 'text', text: 'q', ...mark(ttl) })] })
  const order = refused("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")
  expect(await ask({ ...system(), ...question('1h') })).toEqual(order)
  expect(await ask({ ...system('5m'), ...question('1h') })).toEqual(order)
  expect(await ask({ ...system('1h'), ...question() })).toBe('taken')
  expect(await ask(question('2h'))).toEqual(refused("cache_control.ttl: Input should be '5m' or '1h'"))
  const five = Array.from({ length: 5 }, (_, index) => ({ type: 'text', text: `part ${index}`, ...mark() }))
  expect(await ask({ messages: [user(...five)] })).toEqual(
    refused('A maximum of 4 blocks with cache_control'),
  )
  expect(await ask({ messages: [user(...five.slice(1))] })).toBe('taken')
})

test('each model has its own limit of output, and batches raise it only where that is offered', async () => {
  const most = (model: string, tokens: number) => ask({ model, max_tokens: tokens })
  const over = refused('which is the maximum allowed number of output tokens for')
  expect(await most('claude-haiku-4-5', 64_000)).toBe('taken')
  expect(await most('claude-haiku-4-5', 64_001)).toEqual(over)
  expect(await most('claude-opus-5-5', 128_000)).toBe('taken')
  expect(await most('claude-opus-5-5', 128_001)).toEqual(over)
})

test('a prompt longer than the window of its model is refused', async () => {
  const long = { messages: [user('word '.repeat(210_000))] }
  expect(await ask({ ...long, model: 'claude-haiku-4-5' })).toEqual(refused('> 200000 maximum'))
  expect(await ask({ ...long, model: 'claude-haiku-5-5' })).toBe('taken')
})
