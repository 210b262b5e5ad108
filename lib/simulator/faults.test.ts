import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFaultPicker, type Fault, type FaultRule } from './faults'
import { type SimulatorServer, startSimulatorServer } from './server'
import { clientOf } from './testing'

let server: SimulatorServer
let client: Anthropic

beforeEach(async () => {
  server = await startSimulatorServer({ speed: 0 })
  client = clientOf(server.url)
})
afterEach(() => server.close())

const prompt =
  'Say something. [[sim: {"text": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"}]]'
const body: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-haiku-5-5',
  max_tokens: 500,
  messages: [{ role: 'user', content: prompt }],
}
const withFault = (fault: Fault) => ({ headers: { 'x-sim-fault': JSON.stringify(fault) } })
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )
const whole = (fault: Fault) => failureOf(client.messages.create(body, withFault(fault)))
const streamed = (fault: Fault) => failureOf(client.messages.stream(body, withFault(fault)).finalMessage())

describe('statuses', () => {
  test.each<[number, string, abstract new (...values: never[]) => Error]>([
    [400, 'invalid_request_error', Anthropic.BadRequestError],
    [401, 'authentication_error', Anthropic.AuthenticationError],
    [403, 'permission_error', Anthropic.PermissionDeniedError],
    [404, 'not_found_error', Anthropic.NotFoundError],
    [413, 'request_too_large', Anthropic.APIError],
    [429, 'rate_limit_error', Anthropic.RateLimitError],
    [500, 'api_error', Anthropic.InternalServerError],
    [504, 'timeout_error', Anthropic.APIError],
    [529, 'overloaded_error', Anthropic.APIError],
  ])('%i is a %s', async (status, type, expected) => {
    const failure = await streamed({ kind: 'status', status })
    expect(failure).toBeInstanceOf(expected)
    expect(failure).toMatchObject({ status, type })
  })

  test('429 says how long to wait when told so, and not otherwise', async () => {
    const told = await whole({ kind: 'status', status: 429, retryAfterSeconds: 7 })
    expect(told instanceof Anthropic.APIError && told.headers?.get('retry-after')).toBe('7')
    const cap = await whole({ kind: 'status', status: 429, errorCode: 'enforced_spend_limit_reached' })
    expect(cap).toMatchObject({ status: 429, errorCode: 'enforced_spend_limit_reached' })
    expect(cap instanceof Anthropic.APIError && cap.headers?.get('retry-after')).toBeNull()
  })

  test('502 is a page', async () => {
    expect(await whole({ kind: 'status', status: 502 })).toMatchObject({ status: 502, type: null })
  })
})

describe('the connection', () => {
  test('can be reset before any header', async () => {
    expect(await streamed({ kind: 'reset' })).toBeInstanceOf(Anthropic.APIConnectionError)
  })

  test('can stay without headers until the client gives up', async () => {
    const failure = await failureOf(
      client.messages.create(body, { ...withFault({ kind: 'header-stall' }), timeout: 50 }),
    )
    expect(failure).toBeInstanceOf(Anthropic.APIConnectionTimeoutError)
  })

  test('can stall for a while and go on', async () => {
    const header = await client.messages.create(body, withFault({ kind: 'header-stall', ms: 30 }))
    const middle = await client.messages
      .stream(body, withFault({ kind: 'body-stall', afterTokens: 5, ms: 30 }))
      .finalMessage()
    expect(middle.content).toEqual(header.content)
  })

  test('can stall for good in the body', async () => {
    const stream = client.messages.stream(body, withFault({ kind: 'body-stall', afterTokens: 5 }))
    stream.once('text', () => stream.abort())
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
  })

  test('can end cleanly without message_stop', async () => {
    const events: string[] = []
    for await (const event of await client.messages.create(
      { ...body, stream: true },
      withFault({ kind: 'truncate', afterTokens: 5 }),
    ))
      events.push(event.type)
    expect(events).toContain('content_block_delta')
    expect(events).not.toContain('message_stop')
    expect(await streamed({ kind: 'truncate' })).toBeInstanceOf(Anthropic.AnthropicError)
  })

  test('can be destroyed in mid-stream', async () => {
    expect(await streamed({ kind: 'destroy', afterTokens: 5 })).toMatchObject({ message: 'terminated' })
    expect(server.log().entries.at(-1)).toMatchObject({ fault: 'destroy', outcome: 'cut', delivered: false })
  })

  test('can carry an error after 200', async () => {
    const failure = await streamed({ kind: 'stream-error', afterTokens: 5, errorType: 'api_error' })
    expect(failure).toMatchObject({ status: undefined, type: 'api_error' })
  })
})

describe('the content', () => {
  test('can be a refusal', async () => {
    const message = await client.messages
      .stream(body, withFault({ kind: 'refusal', category: 'cyber' }))
      .finalMessage()
    expect(message).toMatchObject({
      stop_reason: 'refusal',
      content: [],
      stop_details: { type: 'refusal', category: 'cyber' },
    })
  })

  test('can be cut in the middle of tool input', async () => {
    const calls =
      '[[sim: {"toolCalls":[{"name":"save","input":{"first":"a value of some length","second":"another value of some length"}}]}]]'
    const raw = await client.messages.create(
      { ...body, stream: true, messages: [{ role: 'user', content: calls }] },
      withFault({ kind: 'max-tokens' }),
    )
    let json = ''
    let stop: string | null = null
    for await (const event of raw) {
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta')
        json += event.delta.partial_json
      if (event.type === 'message_delta') stop = event.delta.stop_reason
    }
    expect(stop).toBe('max_tokens')
    expect(json).not.toBe('')
    expect(() => JSON.parse(json)).toThrow()
  })

  test('can violate its schema', async () => {
    const schema = {
      type: 'object',
      required: ['n'],
      properties: { n: { type: 'integer' } },
      additionalProperties: false,
    }
    const message = await client.messages.create(
      {
        model: 'claude-haiku-5-5',
        max_tokens: 500,
        messages: [{ role: 'user', content: 'Count.' }],
        output_config: { format: { type: 'json_schema', schema } },
      },
      withFault({ kind: 'bad-schema' }),
    )
    expect(message.content).toMatchObject([{ type: 'text', text: '{"n":"unexpected"}' }])
  })

  test('can be empty and billed', async () => {
    const message = await client.messages.create(body, withFault({ kind: 'empty' }))
    expect(message).toMatchObject({ content: [], stop_reason: 'end_turn' })
    expect(message.usage.output_tokens).toBeGreaterThan(0)
  })

  test('can be paid thinking and nothing else', async () => {
    const message = await client.messages.create(body, withFault({ kind: 'silent-thinking', tokens: 400 }))
    expect(message).toMatchObject({
      content: [{ type: 'thinking', thinking: '' }],
      usage: { output_tokens: 400, output_tokens_details: { thinking_tokens: 400 } },
    })
  })

  test('can pause the turn', async () => {
    expect(await client.messages.create(body, withFault({ kind: 'pause-turn' }))).toMatchObject({
      stop_reason: 'pause_turn',
    })
  })
})

describe('rules', () => {
  const overloaded: Fault = { kind: 'status', status: 529 }
  const picks = (rules: FaultRule[], bodies: string[], seed = '1') => {
    const picker = createFaultPicker(rules, seed)
    return bodies.map((text) => picker.next({ body: text, model: 'm' })?.kind ?? null)
  }

  test('strike the nth request, or each nth, or so many', () => {
    expect(picks([{ when: { nth: [1, 3] }, fault: overloaded }], ['a', 'b', 'c'])).toEqual([
      'status',
      null,
      'status',
    ])
    expect(picks([{ when: { every: 2 }, fault: overloaded }], ['a', 'b', 'c', 'd'])).toEqual([
      null,
      'status',
      null,
      'status',
    ])
    expect(picks([{ when: { times: 1 }, fault: overloaded }], ['a', 'a'])).toEqual(['status', null])
  })

  test('strike requests that contain a text or match an expression', () => {
    expect(picks([{ when: { match: 'needle' }, fault: overloaded }], ['hay', 'a needle'])).toEqual([
      null,
      'status',
    ])
    expect(picks([{ when: { match: '/n..dle/i' }, fault: overloaded }], ['hay', 'a NEEDLE'])).toEqual([
      null,
      'status',
    ])
  })

  test('by chance strike the same requests whatever their order, and give a repeated one a new chance', () => {
    const rules: FaultRule[] = [{ when: { probability: 0.4 }, fault: overloaded }]
    const bodies = Array.from({ length: 200 }, (_, index) => `body ${index}`)
    const forward = picks(rules, bodies)
    expect(picks(rules, bodies.toReversed()).toReversed()).toEqual(forward)
    expect(forward.filter(Boolean).length).toBeGreaterThan(50)
    expect(forward.filter(Boolean).length).toBeLessThan(110)
    expect(
      new Set(
        picks(
          rules,
          Array.from({ length: 40 }, () => 'same'),
        ),
      ).size,
    ).toBe(2)
  })

  test('set over HTTP hold for all requests until they are changed', async () => {
    const configure = (faults: FaultRule[]) =>
      fetch(`${server.url}/__sim/config`, { method: 'POST', body: JSON.stringify({ faults }) })
    await configure([{ when: { nth: 1 }, fault: overloaded }])
    await expect(client.messages.create(body)).rejects.toMatchObject({ status: 529 })
    await expect(client.messages.create(body)).resolves.toMatchObject({ stop_reason: 'end_turn' })
    await configure([])
    await expect(client.messages.create(body)).resolves.toMatchObject({ stop_reason: 'end_turn' })
  })
})
