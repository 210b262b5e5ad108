import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SimulatorServer, startSimulatorServer } from './server'
import { clientOf } from './testing'

type Body = Anthropic.MessageCreateParamsNonStreaming

let server: SimulatorServer
let client: Anthropic

beforeEach(async () => {
  server = await startSimulatorServer({ speed: 0 })
  client = clientOf(server.url)
})
afterEach(() => server.close())

const hello: Body = {
  model: 'claude-haiku-5-5',
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Grade file 17. Say what you think of it.' }],
}
const tool: Anthropic.Tool = {
  name: 'save',
  description: 'Saves.',
  input_schema: { type: 'object', properties: {} },
}

/** Sends anything, typed or not, and returns status and body. */
async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const usual = {
    authorization: 'Bearer k',
    'anthropic-version': '2026-10-21',
    'content-type': 'application/json',
  }
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { ...usual, ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const refusal = async (body: unknown, headers: Record<string, string> = {}) => {
  const { status, text } = await post('/v1/messages', body, headers)
  return { status, ...JSON.parse(text).error }
}

describe('a message', () => {
  test('has every key of the real one', async () => {
    const { data, response, request_id } = await client.messages.create(hello).withResponse()
    expect(Object.keys(data).sort()).toEqual(
      [
        'container',
        'content',
        'diagnostics',
        'id',
        'model',
        'role',
        'stop_details',
        'stop_reason',
        'stop_sequence',
        'type',
        'usage',
      ].sort(),
    )
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-5-5',
      stop_reason: 'end_turn',
      container: null,
    })
    expect(data.id).toMatch(/^msg_/)
    expect(request_id).toMatch(/^req_/)
    expect(response.headers.get('anthropic-organization-id')).toBeTruthy()
    expect(response.headers.get('content-type')).toBe('application/json')
    for (const kind of ['requests', 'tokens', 'input-tokens', 'output-tokens']) {
      for (const part of ['limit', 'remaining', 'reset'])
        expect(response.headers.get(`anthropic-ratelimit-${kind}-${part}`)).toBeTruthy()
    }
    expect(Object.keys(data.usage)).toEqual(
      expect.arrayContaining([
        'input_tokens',
        'cache_creation',
        'output_tokens_details',
        'server_tool_use',
        'service_tier',
        'speed',
        'inference_geo',
      ]),
    )
  })

  test('streamed and whole are the same', async () => {
    const whole = await client.messages.create(hello)
    const streamed = await client.messages.stream(hello).finalMessage()
    expect(streamed.content).toEqual(whole.content)
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens)
    expect(streamed.usage.input_tokens).toBe(whole.usage.input_tokens)
  })

  test('streams in the order of the wire, with a blank line after every event', async () => {
    const { text, headers } = await post('/v1/messages', { ...hello, stream: true })
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(text.endsWith('\n\n')).toBe(true)
    const events = text
      .trimEnd()
      .split('\n\n')
      .map((event) => /^event: (\w+)\ndata: (\{.*\})$/.exec(event)?.[1])
    expect(events.slice(0, 3)).toEqual(['message_start', 'ping', 'content_block_start'])
    expect(events.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop'])
    expect(events).not.toContain(undefined)
  })

  test('is the same for the same seed and request, apart from ids', async () => {
    const strip = (text: string) => text.replace(/"(?:msg|toolu)_\w+"/g, '"id"')
    const first = await post('/v1/messages', { ...hello, stream: true })
    const again = await post('/v1/messages', { ...hello, stream: true })
    expect(strip(again.text)).toBe(strip(first.text))
  })

  test('stops at a stop sequence and at max_tokens', async () => {
    const scripted = {
      ...hello,
      messages: [
        {
          role: 'user' as const,
          content: '[[sim: {"text":"one two STOP three four five six seven eight"}]]',
        },
      ],
    }
    expect(await client.messages.create({ ...scripted, stop_sequences: ['STOP'] })).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'STOP',
      content: [{ text: 'one two ' }],
    })
    expect(await client.messages.create({ ...scripted, max_tokens: 3 })).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 3 },
    })
  })

  test('can warm the cache without output', async () => {
    expect(await client.messages.create({ ...hello, max_tokens: 0 })).toMatchObject({
      content: [],
      usage: { output_tokens: 0 },
    })
  })

  test('counts its input as count_tokens does', async () => {
    const { input_tokens } = await client.messages.countTokens({
      model: hello.model,
      messages: hello.messages,
    })
    const message = await client.messages.create(hello)
    expect(message.usage.input_tokens).toBe(input_tokens)
  })
})

describe('thinking', () => {
  const always = { ...hello, model: 'claude-opus-5-5' }

  test('is empty but signed unless a summary is asked for, and is paid for', async () => {
    const message = await client.messages.create(always)
    expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
    expect(message.content[0]?.type === 'thinking' && message.content[0].signature).toBeTruthy()
    expect(message.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0)
    const shown = await client.messages.create({
      ...always,
      thinking: { type: 'adaptive', display: 'summarized' },
    })
    expect(shown.content[0]?.type === 'thinking' && shown.content[0].thinking).toBeTruthy()
  })

  test('carried into a changed history is refused on Fable 5.2 and accepted in an unchanged one', async () => {
    const fable = { ...hello, model: 'claude-fable-5-2' }
    const first = await client.messages.create(fable)
    const history = (text: string): Anthropic.MessageParam[] => [
      { role: 'user', content: text },
      { role: 'assistant', content: first.content },
      { role: 'user', content: 'Go on.' },
    ]
    const original = 'Grade file 17. Say what you think of it.'
    await expect(client.messages.create({ ...fable, messages: history(original) })).resolves.toMatchObject({
      role: 'assistant',
    })
    await expect(
      client.messages.create({ ...fable, messages: history('Something else.') }),
    ).rejects.toMatchObject({
      status: 400,
    })
  })
})

describe('tools', () => {
  test('are called with an empty fragment first and whole JSON in the end', async () => {
    const calls =
      '[[sim: {"toolCalls":[{"name":"save","input":{"file":17,"note":"a long enough note for several fragments"}},{"name":"save","input":{}}]}]]'
    const fragments: string[] = []
    const stream = client.messages.stream({
      ...hello,
      tools: [tool],
      messages: [{ role: 'user', content: calls }],
    })
    stream.on('streamEvent', (event) => {
      if (
        event.type === 'content_block_delta' &&
        event.delta.type === 'input_json_delta' &&
        event.index === 0
      )
        fragments.push(event.delta.partial_json)
    })
    const message = await stream.finalMessage()
    expect(fragments[0]).toBe('')
    expect(JSON.parse(fragments.join(''))).toMatchObject({ file: 17 })
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'tool_use', name: 'save', caller: { type: 'direct' } },
      { type: 'tool_use', input: {} },
    ])
  })
})

describe('the prompt cache', () => {
  const long = 'A skein is many threads wound as one. '.repeat(200)
  const cached = (model: string, ttl?: '1h'): Body => ({
    ...hello,
    model,
    system: [{ type: 'text', text: long, cache_control: { type: 'ephemeral', ...(ttl && { ttl }) } }],
  })

  test('is written first and read after the first response began', async () => {
    const first = await client.messages.create(cached('claude-sonnet-5-5'))
    expect(first.usage.cache_creation?.ephemeral_5m_input_tokens).toBeGreaterThan(1000)
    const second = await client.messages.create(cached('claude-sonnet-5-5'))
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens)
    expect(second.usage.cache_creation_input_tokens).toBe(0)
    expect(second.usage.input_tokens).toBe(first.usage.input_tokens)
  })

  test('keeps one hour apart, and one model from another', async () => {
    const hour = await client.messages.create(cached('claude-sonnet-5-5', '1h'))
    expect(hour.usage.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(1000)
    const other = await client.messages.create(cached('claude-haiku-5-5', '1h'))
    expect(other.usage.cache_read_input_tokens).toBe(0)
  })

  test('ignores a prompt below the minimum of its model', async () => {
    const message = await client.messages.create(cached('claude-opus-4-6'))
    expect([message.usage.cache_creation_input_tokens, message.usage.cache_read_input_tokens]).toEqual([0, 0])
  })
})

describe('speed and effort', () => {
  test('fast mode is confirmed where it exists, ignored on Opus 4.6, refused elsewhere', async () => {
    expect(
      (await client.messages.create({ ...hello, model: 'claude-opus-5-5', speed: 'fast' })).usage.speed,
    ).toBe('fast')
    expect(
      (await client.messages.create({ ...hello, model: 'claude-opus-4-6', speed: 'fast' })).usage.speed,
    ).toBe('standard')
    expect(await refusal({ ...hello, speed: 'fast' })).toMatchObject({ status: 400 })
    expect(await refusal({ ...hello, model: 'claude-opus-5', speed: 'fast' })).toMatchObject({ status: 400 })
    const beta = await post(
      '/v1/messages',
      { ...hello, model: 'claude-opus-5', speed: 'fast' },
      { 'anthropic-beta': 'x,fast-mode-2026-02-01' },
    )
    expect(beta.status).toBe(200)
    expect(beta.headers.get('anthropic-fast-output-tokens-limit')).toBeTruthy()
  })

  test('more effort thinks more', async () => {
    const tokens = async (effort: 'low' | 'max') => {
      const message = await client.messages.create({
        ...hello,
        model: 'claude-opus-5-5',
        output_config: { effort },
      })
      return message.usage.output_tokens_details?.thinking_tokens ?? 0
    }
    expect(await tokens('max')).toBeGreaterThan(await tokens('low'))
  })
})

describe('what the API refuses is refused', () => {
  const user = { role: 'user', content: 'Hello.' }
  const asked = { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'save', input: {} }] }

  test.each<[string, object]>([
    ['sampling parameters', { temperature: 1 }],
    ['top_p', { top_p: 1 }],
    ['top_k', { top_k: 1 }],
    ['no messages', { messages: [] }],
    ['a wrong shape', { messages: 'hello' }],
    ['more tokens than the model can give', { max_tokens: 128_001 }],
    ['a forced tool on Opus 5.5', { model: 'claude-opus-5-5', tools: [tool], tool_choice: { type: 'any' } }],
    [
      'a forced tool on Sonnet 5.5',
      { model: 'claude-sonnet-5-5', tools: [tool], tool_choice: { type: 'tool', name: 'save' } },
    ],
    [
      'a forced tool on Fable 5.1',
      { model: 'claude-fable-5-1', tools: [tool], tool_choice: { type: 'any' } },
    ],
    ['prefill', { messages: [user, { role: 'assistant', content: 'Sure' }] }],
    ['thinking switched off on Opus 5.5', { model: 'claude-opus-5-5', thinking: { type: 'disabled' } }],
    ['thinking switched off on Fable 5.2', { model: 'claude-fable-5-2', thinking: { type: 'disabled' } }],
    ['a thinking budget on new models', { thinking: { type: 'enabled', budget_tokens: 2000 } }],
    ['adaptive thinking on old models', { model: 'claude-haiku-4-5', thinking: { type: 'adaptive' } }],
    ['effort where there is none', { model: 'claude-haiku-4-5', output_config: { effort: 'low' } }],
    ['a geography on old models', { model: 'claude-sonnet-4-5', inference_geo: 'us' }],
    [
      'a tool result nobody asked for',
      {
        messages: [
          user,
          { role: 'assistant', content: 'Hi' },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't9', content: 'x' }] },
        ],
      },
    ],
    ['a tool use without its result', { tools: [tool], messages: [user, asked, user] }],
    ['two tools of one name', { tools: [tool, tool] }],
    ['a tool without a schema', { tools: [{ name: 'save' }] }],
    [
      'five cache marks',
      {
        system: Array.from({ length: 5 }, () => ({
          type: 'text',
          text: 'x',
          cache_control: { type: 'ephemeral' },
        })),
      },
    ],
    [
      'documents in assistant turns',
      { messages: [user, { role: 'assistant', content: [{ type: 'document', source: {} }] }, user] },
    ],
    [
      'citations on user text',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', citations: [{}] }] }] },
    ],
  ])('%s', async (_name, change) => {
    expect(await refusal({ ...hello, ...change })).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
    })
  })

  test('an unknown model is a 404', async () => {
    await expect(client.messages.create({ ...hello, model: 'claude-nobody' })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    )
  })

  test('threads are refused with the code that makes clients fall back', async () => {
    expect(await refusal({ ...hello, thread: { type: 'create' } })).toMatchObject({
      status: 400,
      details: { error_code: 'thread_unsupported_request' },
    })
  })

  test('a missing key is a 401, x-api-key is a key, and a version is needed', async () => {
    expect(await refusal(hello, { authorization: '' })).toMatchObject({
      status: 401,
      type: 'authentication_error',
    })
    expect((await post('/v1/messages', hello, { authorization: '', 'x-api-key': 'k' })).status).toBe(200)
    expect(await refusal(hello, { 'anthropic-version': '2020-01-01' })).toMatchObject({ status: 400 })
  })

  test('the old version still takes sampling parameters', async () => {
    expect(
      (await post('/v1/messages', { ...hello, temperature: 0.5 }, { 'anthropic-version': '2023-06-01' }))
        .status,
    ).toBe(200)
  })

  test('an error body carries the id of its header', async () => {
    const { headers, text } = await post('/v1/messages', { ...hello, top_k: 1 })
    expect(JSON.parse(text).request_id).toBe(headers.get('request-id'))
  })

  test('an oversized body is a 413 without a request id', async () => {
    const { status, text } = await post('/v1/messages', { ...hello, system: 'x'.repeat(33 * 1024 * 1024) })
    expect([status, JSON.parse(text)]).toEqual([
      413,
      { type: 'error', error: { type: 'request_too_large', message: expect.any(String) } },
    ])
  })
})

describe('models', () => {
  test('are listed with their limits and found by alias', async () => {
    const ids: string[] = []
    for await (const model of client.models.list({ limit: 5 })) ids.push(model.id)
    expect(ids).toContain('claude-opus-5-5')
    expect(new Set(ids).size).toBe(ids.length)
    expect(await client.models.retrieve('claude-haiku-4-5')).toMatchObject({
      id: 'claude-haiku-4-5-20251001',
      max_tokens: 64_000,
      line: 'haiku',
    })
    await expect(client.models.retrieve('nobody')).rejects.toMatchObject({ status: 404 })
  })
})

describe('limits', () => {
  test('a bucket that is empty answers 429 with the time to wait', async () => {
    await post('/__sim/config', { limits: { requestsPerMinute: 2 } })
    await client.messages.create(hello)
    const { response } = await client.messages.create(hello).withResponse()
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0')
    const failure = await client.messages.create(hello).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Anthropic.RateLimitError)
    expect(
      failure instanceof Anthropic.RateLimitError && Number(failure.headers.get('retry-after')),
    ).toBeGreaterThan(0)
  })

  test('growing too fast has its own code', async () => {
    await post('/__sim/config', { limits: { requestsPerSecond: 1 } })
    await client.messages.create(hello)
    await expect(client.messages.create(hello)).rejects.toMatchObject({
      status: 429,
      errorCode: 'ramp_limit_exceeded',
    })
  })
})

describe('scripts and the log', () => {
  test('a directive fixes text, tokens and stop reason', async () => {
    const tokens = await client.messages.create({
      ...hello,
      messages: [
        { role: 'user', content: 'x\n[[sim: {"tokens": 100, "tokensPerSecond": 50, "ttftMs": 20}]]' },
      ],
    })
    expect(tokens.usage.output_tokens).toBe(100)
    const header = await client.messages.create(hello, { headers: { 'x-sim-output-tokens': '37' } })
    expect(header.usage.output_tokens).toBe(37)
    const silent = await client.messages.create({
      ...hello,
      messages: [
        {
          role: 'user',
          content: '[[sim: {"thinkSilentTokens": 300, "text": "ok", "stopReason": "max_tokens"}]]',
        },
      ],
    })
    expect(silent).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens_details: { thinking_tokens: 300 } },
    })
  })

  test('a list of directives scripts turn after turn, a single one calls its tools once', async () => {
    const turn = (script: string, isSecond: boolean): Body => ({
      ...hello,
      tools: [tool],
      messages: [
        { role: 'user', content: `Go. [[sim: ${script}]]` },
        ...(isSecond
          ? [
              {
                role: 'assistant' as const,
                content: [{ type: 'tool_use' as const, id: 't1', name: 'save', input: {} }],
              },
              {
                role: 'user' as const,
                content: [{ type: 'tool_result' as const, tool_use_id: 't1', content: 'ok' }],
              },
            ]
          : []),
      ],
    })
    const list = '[{"toolCalls":[{"name":"save"}]},{"text":"second"}]'
    expect(await client.messages.create(turn(list, false))).toMatchObject({ stop_reason: 'tool_use' })
    expect(await client.messages.create(turn(list, true))).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ text: 'second' }],
    })
    const single = '{"text":"said","toolCalls":[{"name":"save"}]}'
    expect(await client.messages.create(turn(single, false))).toMatchObject({ stop_reason: 'tool_use' })
    expect(await client.messages.create(turn(single, true))).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ text: 'said' }],
    })
  })

  test('a wrong directive is named', async () => {
    expect(
      await refusal({ ...hello, messages: [{ role: 'user', content: '[[sim: {"tokens": "many"}]]' }] }),
    ).toMatchObject({ status: 400, message: expect.stringContaining('tokens') })
  })

  test('the log tells who asked what, what it cost and whether it arrived', async () => {
    const message = await client.messages.create(hello)
    await client.messages.create({ ...hello, model: 'nobody' }).catch(() => {})
    const log = await (await fetch(`${server.url}/__sim/log`)).json()
    expect(log).toMatchObject({
      count: 2,
      entries: [
        {
          path: 'POST /v1/messages',
          model: hello.model,
          status: 200,
          delivered: true,
          usage: { output_tokens: message.usage.output_tokens },
        },
        { model: 'nobody', status: 404, delivered: false },
      ],
    })
    await fetch(`${server.url}/__sim/log`, { method: 'DELETE' })
    expect(server.log().count).toBe(0)
  })

  test('hundreds of streams at once all arrive whole', async () => {
    const prompt = '[[sim: {"tokens": 40, "tokensPerSecond": 400, "ttftMs": 10, "speed": 1}]]'
    const all = Array.from({ length: 200 }, (_, index) =>
      client.messages
        .stream({ ...hello, messages: [{ role: 'user', content: `${index} ${prompt}` }] })
        .finalMessage(),
    )
    const messages = await Promise.all(all)
    expect(messages.every((message) => message.usage.output_tokens === 40)).toBe(true)
    expect(server.log().entries.filter((entry) => entry.delivered)).toHaveLength(200)
  })
})
