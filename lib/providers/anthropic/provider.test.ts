import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { usageSchema } from '@/lib/core/money/usage'
import { realClock } from '@/lib/server/testing/real-clock'
import { createAnthropicProvider } from './provider'
import { aRequest, calmly, listen, serve } from './testing'

const KEY = 'sk-ant-test-0123456789abcdef'
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function providerAt(listener: RequestListener, path = '') {
  const server = await serve(listener)
  open.push(server.close)
  return createAnthropicProvider({
    clock: realClock,
    apiKey: KEY,
    baseURL: server.url + path,
    name: 'anthropic',
  })
}

const event = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
const startOf = (more: object = {}) =>
  event({
    type: 'message_start',
    ...{
      message: {
        id: 'm',
        model: 'claude-sonnet-5-5',
        content: [],
        usage: { input_tokens: 9, output_tokens: 1 },
        ...more,
      },
    },
  })
const block = (index: number, content_block: object, deltas: object[] = []) =>
  event({ type: 'content_block_start', ...{ index, content_block } }) +
  deltas.map((delta) => event({ type: 'content_block_delta', ...{ index, delta } })).join('') +
  event({ type: 'content_block_stop', ...{ index } })
const endWith = (stop_reason: string) =>
  event({ type: 'message_delta', ...{ delta: { stop_reason }, usage: { output_tokens: 12 } } }) +
  event({ type: 'message_stop' })
const hello = startOf() + block(0, { type: 'text', text: '' }, [{ type: 'text_delta', text: 'Hello' }])

function stream(response: ServerResponse, body: string, headers = {}) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_7', ...headers })
  response.write(body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}

test('a turn is streamed, its limits heard, its request id kept, whatever the end of the base URL', async () => {
  const seen: unknown[] = []
  for (const path of ['', '/', '/v1', '/v1/']) {
    const provider = await providerAt(async (request, response) => {
      seen.push([request.url, request.headers.authorization, JSON.parse(await bodyOf(request)).stream])
      stream(response, hello + endWith('end_turn'), { 'anthropic-ratelimit-requests-remaining': '41' })
      response.end()
    }, path)
    const heard = listen()
    const result = await provider.turn(aRequest(), heard, calmly())
    expect(result).toMatchObject({
      ok: true,
      turn: { requestId: 'req_7', stopReason: 'end_turn', usage: { inputTokens: 9, outputTokens: 12 } },
    })
    expect(heard).toMatchObject({
      text: 'Hello',
      models: ['claude-sonnet-5-5'],
      limits: [{ requestsRemaining: 41 }],
    })
    expect(heard.bytes).toBeGreaterThan(0)
  }
  expect(seen).toEqual(Array(4).fill(['/v1/messages', `Bearer ${KEY}`, true]))
})

test.each<[string, unknown, unknown]>([
  ['missing', undefined, undefined],
  ['null', null, null],
  ['no object', 'many', [1, 2]],
  [
    'null in every field',
    { input_tokens: null, output_tokens: null, cache_creation: null },
    { output_tokens: null },
  ],
  ['text, halves and less than nothing', { input_tokens: '9', output_tokens: 0.5 }, { output_tokens: -12 }],
  ['beyond any count', { input_tokens: 1e300, cache_read_input_tokens: 2 ** 60 }, { output_tokens: 1e16 }],
  ['of a shape nobody knows', { cache_creation: 'all', iterations: [null, 7, {}] }, { server_tool_use: [] }],
])(
  'usage that is %s makes no count that is none, and a cost that is unknown, not nothing',
  async (_, first, last) => {
    const provider = await providerAt((_request, response) => {
      const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last }
      stream(response, startOf({ usage: first }) + block(0, { type: 'text', text: 'Hello' }))
      response.end(event(end) + event({ type: 'message_stop' }))
    })
    const result = await provider.turn(aRequest(), listen(), calmly())
    if (!result.ok) throw new Error(result.failure.message)
    const { usage, model } = result.turn
    expect(usageSchema.parse(usage)).toMatchObject({
      ...{ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 },
      isMetered: false,
    })
    expect(costOf(usage, model, priceTable, '2026-11-27T00:00:00Z')).toBeNull()
  },
)

test('the largest usage that is believed still has an exact cost', async () => {
  const most = 10_000_000_000
  const provider = await providerAt((_request, response) => {
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: most } }
    stream(response, startOf({ usage: { input_tokens: most } }) + block(0, { type: 'text', text: 'Hello' }))
    response.end(event(end) + event({ type: 'message_stop' }))
  })
  const result = await provider.turn(aRequest(), listen(), calmly())
  if (!result.ok) throw new Error(result.failure.message)
  const cost = costOf(result.turn.usage, result.turn.model, priceTable, '2026-11-27T00:00:00Z')
  // Ten billion at $2, and at $10 a million.
  expect(cost?.totalNanoUsd).toBe(most * 2000 + most * 10_000)
})

test('unknown fields and unknown blocks are kept verbatim', async () => {
  const odd = { type: 'odd_block', nested: { a: [1, null, 'x'] }, caller: { type: 'direct' } }
  const text = { type: 'text', text: '', citations: null, future_field: { deep: true } }
  const provider = await providerAt((_request, response) => {
    stream(
      response,
      startOf() + block(0, odd) + block(1, text, [{ type: 'text_delta', text: 'Hi' }]) + endWith('end_turn'),
    )
    response.end()
  })
  const result = await provider.turn(aRequest(), listen(), calmly())
  expect(result).toMatchObject({ ok: true })
  if (result.ok) expect(result.turn.content).toEqual([odd, { ...text, text: 'Hi' }])
})

test('a start that already holds the whole answer is an answer', async () => {
  const content = [{ type: 'text', text: 'All at once' }]
  const provider = await providerAt((_request, response) => {
    stream(response, startOf({ content, stop_reason: 'end_turn' }) + event({ type: 'message_stop' }))
    response.end()
  })
  const heard = listen()
  const result = await provider.turn(aRequest(), heard, calmly())
  expect(result).toMatchObject({ ok: true, turn: { content, stopReason: 'end_turn' } })
  expect(heard.text).toBe('All at once')
})

test('a tool input that is no JSON is kept as text, to be told to its author', async () => {
  const tool = { type: 'tool_use', id: 't', name: 'write', input: {} }
  const cut = [{ type: 'input_json_delta', partial_json: '{"path": "a' }]
  const answer = (stop: string) => startOf() + block(0, tool, cut) + endWith(stop)
  const provider = await providerAt((_request, response) => {
    stream(response, answer('max_tokens'))
    response.end()
  })
  const result = await provider.turn(aRequest(), listen(), calmly())
  expect(result).toMatchObject({
    ok: true,
    turn: { stopReason: 'max_tokens', content: [{ input: { unparsed_input: '{"path": "a' } }] },
  })
  const broken = await providerAt((_request, response) => {
    stream(response, answer('tool_use'))
    response.end()
  })
  expect(await broken.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: true,
    turn: { stopReason: 'tool_use', content: [{ input: { unparsed_input: '{"path": "a' } }] },
  })
})

test('an answer is complete at its message_stop, even if the server never hangs up', async () => {
  const provider = await providerAt((_request, response) => stream(response, hello + endWith('end_turn')))
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({ ok: true })
})

test('a stream that ends early is truncated and says what it had used', async () => {
  const provider = await providerAt((_request, response) => {
    stream(response, hello)
    response.end()
  })
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'truncated-stream', requestId: 'req_7' },
    started: { model: 'claude-sonnet-5-5', usage: { inputTokens: 9 }, outputCharacters: 5 },
  })
})

test('a connection that is reset in mid-stream is a connection failure', async () => {
  const provider = await providerAt((_request, response) => {
    stream(response, hello)
    response.write('data: {"half', () => response.socket?.resetAndDestroy())
  })
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'connection' },
    started: { model: 'claude-sonnet-5-5' },
  })
})

test('silence beyond the limit is a stall, before the headers and after', async () => {
  let cut = 0
  const mute = await providerAt((_request, response) => response.on('close', () => cut++))
  expect(await mute.turn(aRequest(), listen(), calmly({ idleLimitMs: 500 }))).toMatchObject({
    ok: false,
    failure: { kind: 'stalled' },
    started: null,
  })
  const stuck = await providerAt((_request, response) => stream(response, hello))
  expect(await stuck.turn(aRequest(), listen(), calmly({ idleLimitMs: 60 }))).toMatchObject({
    ok: false,
    failure: { kind: 'stalled' },
  })
  await expect.poll(() => cut).toBe(1)
})

test('a comment is a sign of life', async () => {
  let notice = () => {}
  const noticed = new Promise<void>((resolve) => {
    notice = resolve
  })
  const provider = await providerAt(async (_request, response) => {
    stream(response, ': still here\n')
    await noticed
    response.end(hello + endWith('end_turn'))
  })
  const heard = { ...listen(), onByte: () => notice() }
  expect(await provider.turn(aRequest(), heard, calmly())).toMatchObject({ ok: true })
})

test('an abort is an interruption, before the answer and in the middle of it', async () => {
  const before = new AbortController()
  const mute = await providerAt(() => before.abort())
  expect(await mute.turn(aRequest(), listen(), calmly({ signal: before.signal }))).toMatchObject({
    ok: false,
    failure: { kind: 'interrupted' },
    started: null,
  })
  const during = new AbortController()
  const stuck = await providerAt((_request, response) => stream(response, hello))
  const heard = { ...listen(), onText: () => during.abort() }
  expect(await stuck.turn(aRequest(), heard, calmly({ signal: during.signal }))).toMatchObject({
    ok: false,
    failure: { kind: 'interrupted' },
    started: { outputCharacters: 5 },
  })
  expect(await stuck.turn(aRequest(), listen(), calmly({ signal: AbortSignal.abort() }))).toMatchObject({
    ok: false,
    failure: { kind: 'interrupted' },
  })
})

test('an error inside the stream is a failure by its type', async () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded', details: null } }
  const provider = await providerAt((_request, response) => stream(response, hello + event(error)))
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'overloaded', status: null, requestId: 'req_7' },
    started: { outputCharacters: 5 },
  })
})

test('a refused request says how long to wait, and its limits are heard', async () => {
  const provider = await providerAt((_request, response) => {
    response.writeHead(429, {
      'retry-after': '7',
      'anthropic-ratelimit-requests-remaining': '0',
      'request-id': 'req_9',
    })
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}')
  })
  const heard = listen()
  expect(await provider.turn(aRequest(), heard, calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'rate-limit', status: 429, retryAfterMs: 7000, requestId: 'req_9' },
    started: null,
  })
  expect(heard.limits).toMatchObject([{ requestsRemaining: 0 }])
})

test('nobody listening is unreachable', async () => {
  const server = await serve(() => {})
  await server.close()
  const provider = createAnthropicProvider({
    clock: realClock,
    apiKey: KEY,
    baseURL: server.url,
    name: 'anthropic',
  })
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'unreachable' },
  })
  await expect(provider.models(new AbortController().signal)).rejects.toThrow(
    /Nothing answers at 127\.0\.0\.1/,
  )
  expect(await provider.countTokens(aRequest(), new AbortController().signal)).toBeNull()
})

test('a web page instead of an API is told apart from a broken answer', async () => {
  const provider = await providerAt((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<html>Welcome</html>')
  })
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({
    ok: false,
    failure: { kind: 'unreachable' },
  })
})

test('the key is in no message, whatever the server echoes', async () => {
  for (const status of [400, 401, 403, 404, 413, 429, 500, 529]) {
    const provider = await providerAt((request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      const message = `You sent ${request.headers.authorization}, that is ${KEY}`
      response.end(JSON.stringify({ type: 'error', error: { type: 'any', message } }))
    })
    const result = await provider.turn(aRequest(), listen(), calmly())
    expect(JSON.stringify(result)).not.toContain(KEY)
    expect(JSON.stringify(result)).not.toContain('0123456789abcdef')
    await expect(provider.models(new AbortController().signal)).rejects.not.toThrow(KEY)
    expect(provider.credentialId).not.toContain(KEY.slice(0, 8))
  }
})

test('what the environment says about credentials, addresses and headers is not used', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'key-of-the-environment')
  vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:1')
  vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'X-Api-Key: other\nAuthorization: Bearer other\nX-Corporate: secret')
  const seen: unknown[] = []
  const server = await serve((request, response) => {
    const { authorization, 'x-api-key': key, 'x-corporate': corporate, 'x-mine': mine } = request.headers
    seen.push([authorization, key, corporate, mine])
    stream(response, hello + endWith('end_turn'))
    response.end()
  })
  open.push(server.close)
  const at = { baseURL: server.url, name: 'anthropic' as const }
  for (const options of [
    { authToken: 'of-the-team' },
    { apiKey: 'k', defaultHeaders: { 'X-Mine': 'yes' } },
    {},
  ]) {
    await createAnthropicProvider({ clock: realClock, ...at, ...options }).turn(
      aRequest(),
      listen(),
      calmly(),
    )
  }
  vi.unstubAllEnvs()
  expect(seen).toEqual([
    ['Bearer of-the-team', undefined, undefined, undefined],
    ['Bearer k', undefined, undefined, 'yes'],
    ['Bearer none', undefined, undefined, undefined],
  ])
})

test('the models are listed', async () => {
  const provider = await providerAt((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: [{ id: 'a', display_name: 'A' }, { id: 'b' }], has_more: false }))
  })
  expect(await provider.models(new AbortController().signal)).toMatchObject([
    { id: 'a', displayName: 'A', contextTokens: null },
    { id: 'b', displayName: 'b', retiresAt: null },
  ])
})

test('what the list says of a model is read, and nonsense is read as nothing', async () => {
  const provider = await providerAt((_request, response) => {
    const takes = { supported: true }
    const whole = {
      id: 'claude-opus-6',
      display_name: 'Opus 6',
      retires_at: '2028-01-31T00:00:00Z',
      max_input_tokens: 2_000_000,
      max_tokens: 256_000,
      capabilities: {
        effort: takes,
        structured_outputs: takes,
        image_input: takes,
        thinking: { types: { adaptive: takes } },
      },
    }
    const odd = {
      id: 'odd',
      max_tokens: 'many',
      retires_at: 7,
      capabilities: { effort: 'yes', thinking: [] },
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: [whole, odd], has_more: false }))
  })
  expect(await provider.models(new AbortController().signal)).toEqual([
    {
      id: 'claude-opus-6',
      displayName: 'Opus 6',
      retiresAt: '2028-01-31',
      contextTokens: 2_000_000,
      maxOutputTokens: 256_000,
      thinksAdaptively: true,
      hasEffort: true,
      structuredOutputs: true,
      seesImages: true,
      seesDocuments: null,
    },
    expect.objectContaining({ id: 'odd', maxOutputTokens: null, hasEffort: null, retiresAt: null }),
  ])
})

test.each([
  null,
  7,
  'claude',
  [],
  {},
  { id: null },
  { id: 4 },
  { id: '  ' },
  { id: 'x'.repeat(5_000) },
  { display_name: 'B' },
])(
  'an entry that names no model (%j) costs that entry alone, and one that comes twice is one model',
  async (entry) => {
    const data = [{ id: 'a' }, entry, { id: 'a', display_name: 'again' }, { id: 'c', display_name: ' ' }]
    const provider = await providerAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ data, has_more: false }))
    })
    const listed = await provider.models(new AbortController().signal)
    expect(listed.map(({ id, displayName }) => [id, displayName])).toEqual([
      ['a', 'a'],
      ['c', 'c'],
    ])
  },
)

test('a list that never ends, of entries that name no model, is given up', async () => {
  const provider = await providerAt((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: Array(500).fill({ id: '' }), has_more: true, last_id: 'x' }))
  })
  expect(await provider.models(new AbortController().signal)).toEqual([])
})
