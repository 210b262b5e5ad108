import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import type { CompletedTurn, Provider } from '@/lib/core/ports/ports'
import { realClock } from '@/lib/server/testing/real-clock'
import { createAnthropicProvider } from './provider'
import { readBatch, readBatchPage, readBatchResult } from './read-batch'
import { readMessage } from './stream/whole-message'
import { aRequest, calmly, listen, startReplay } from './testing'

const folder = fileURLToPath(new URL('../../../../shared/recorded/', import.meta.url))
const isThere = existsSync(`${folder}replay-server.mjs`)

const callSchema = z.object({
  id: z.string(),
  name: z.string(),
  input: z.json(),
  input_valid_json: z.boolean().optional(),
  input_raw: z.string().optional(),
})
const messageSchema = z.object({
  message_id: z.string().nullish(),
  model: z.string(),
  text_sha256: z.string(),
  text_utf16_length: z.number(),
  content_block_types: z.array(z.string()),
  tool_calls: z.array(callSchema),
  server_tool_calls: z.array(callSchema),
  thinking_sha256: z.string().nullable(),
  thinking_signatures: z.number(),
  redacted_thinking_blocks: z.number(),
  citations: z.number(),
  stop_reason: z.string().nullable(),
  message_stop_seen: z.boolean().optional(),
  usage: z.object({ iterations: z.array(z.object({ type: z.string() })).nullish() }),
  billing: z.object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    cache_creation_input_tokens: z.number(),
    cache_read_input_tokens: z.number(),
    cache_creation_5m: z.number(),
    cache_creation_1h: z.number(),
    web_search_requests: z.number(),
    cache_creation_split_known: z.boolean(),
  }),
})
type Expected = z.infer<typeof messageSchema>
const metaSchema = z.object({
  status: z.number(),
  response_file: z.string(),
  expected: z.looseObject({ kind: z.string() }),
})

type Case = { id: string; kind: string; file: string; expected: JsonObject }

const cases: Case[] = isThere ? readdirSync(`${folder}cases`).sort().map(readCase) : []
const of = (kind: string, file = '') =>
  cases.filter((one) => one.kind === kind && one.file.includes(file)).map((one) => [one.id, one] as const)

/** Recorded cases that nothing of ours reads, each with the reason. Empty: every one is checked. */
const exceptions: Record<string, string> = {}

/** Kinds by error case; what our table must make of what was recorded. */
const errorKinds: Record<string, string> = {
  'error-400-001': 'invalid-request',
  'error-401-002': 'authentication',
  'error-403-001': 'permission',
  'error-404-001': 'model-not-found',
  'error-404-002': 'model-not-found',
  'error-404-003': 'model-not-found',
  'error-429-001': 'rate-limit',
  'error-429-002': 'rate-limit',
  'error-429-005': 'rate-limit',
  'error-500-001': 'server-error',
  'error-502-001': 'server-error',
  'midstream-error-001': 'overloaded',
  'midstream-error-003': 'overloaded',
  'midstream-error-004': 'server-error',
  'midstream-error-005': 'overloaded',
}

// Skipped where the recorded traffic is not beside the project; it is not part of it.
describe.skipIf(!isThere)('recorded traffic', () => {
  let replay: Awaited<ReturnType<typeof startReplay>>
  let provider: Provider

  beforeAll(async () => {
    replay = await startReplay(`${folder}replay-server.mjs`, 7)
    provider = createAnthropicProvider({
      clock: realClock,
      apiKey: 'sk-recorded',
      baseURL: replay.url,
      name: 'anthropic',
    })
  })
  afterAll(() => replay.close())

  const ask = (id: string, heard = listen()) =>
    provider.turn(aRequest({ model: `recorded/${id}`, cache: '5m' }), heard, calmly())

  const whole = of('message', '.sse').filter(
    ([, one]) => messageSchema.parse(one.expected).message_stop_seen !== false,
  )
  const cut = of('message', '.sse').filter(
    ([, one]) => messageSchema.parse(one.expected).message_stop_seen === false,
  )

  test.each(whole)('%s: a stream gives what was recorded', async (id, one) => {
    const heard = listen()
    const result = await ask(id, heard)
    if (!result.ok) throw new Error(result.failure.message)
    check(result.turn, messageSchema.parse(one.expected))
    expect(heard.text).toBe(textOf(result.turn))
    expect(heard.models).toHaveLength(1)
  })

  test.each(cut)('%s: a stream without its end is a truncated one', async (id, one) => {
    const result = await ask(id)
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'truncated-stream' },
      started: { model: messageSchema.parse(one.expected).model },
    })
  })

  test.each(of('message', '.json'))('%s: a whole message gives what was recorded', async (id, one) => {
    const turn = readMessage(body(one), null, [])
    if (turn === null) throw new Error('Not read as a message.')
    check(turn, messageSchema.parse(one.expected))
    const result = await ask(id)
    expect(result).toMatchObject({
      ok: true,
      turn: { ...turn, requestId: result.ok ? result.turn.requestId : null },
    })
  })

  test.each([...of('error'), ...of('stream_error')])('%s: an error has its kind', async (id, one) => {
    const result = await ask(id)
    if (result.ok) throw new Error('An error was taken for an answer.')
    expect(result.failure.kind).toBe(errorKinds[id])
    expect(result.failure.message).not.toMatch(/[<>{}]/)
    expect(result.started?.model ?? null).toBe(one.expected.model ?? null)
  })

  test.each(of('count_tokens'))('%s: a count is read', async (id, one) => {
    const counted = await provider.countTokens(
      aRequest({ model: `recorded/${id}` }),
      new AbortController().signal,
    )
    expect(counted).toBe(one.expected.input_tokens)
  })

  test.each(of('batch'))('%s: a batch is read', (_id, one) => {
    expect(readBatch(body(one))).toMatchObject({
      id: one.expected.id,
      status: one.expected.processing_status,
      counts: one.expected.request_counts,
      resultsUrl: one.expected.results_url,
      endedAt: one.expected.ended_at,
      expiresAt: one.expected.expires_at,
    })
  })

  test.each(of('list'))('%s: a page of batches is read', (_id, one) => {
    const page = readBatchPage(body(one))
    expect(page.batches.map((batch) => batch.id)).toEqual(one.expected.ids)
    expect(page.next).toBe(one.expected.has_more === true ? one.expected.last_id : null)
  })

  test.each(of('batch_results'))('%s: the results of a batch are read', (_id, one) => {
    const asked = { model: 'any', host: 'any', redact: (text: string) => text }
    const results = text(one)
      .split('\n')
      .flatMap(
        (line) =>
          readBatchResult(
            line,
            () => asked,
            () => [],
          ) ?? [],
      )
    const expected = resultsSchema.parse(one.expected.results)
    expect(results.map((result) => result.customId)).toEqual(expected.map((result) => result.custom_id))
    for (const [index, result] of results.entries()) {
      if (!result.ok) throw new Error(result.failure.message)
      const message = expected[index]?.message
      if (message === undefined) throw new Error('More results than recorded.')
      check(result.turn, message)
    }
  })

  test('every recorded case is checked above or named as an exception', () => {
    const checked = new Set(
      ['message', 'error', 'stream_error', 'count_tokens', 'batch', 'list', 'batch_results'].flatMap((kind) =>
        of(kind).map(([id]) => id),
      ),
    )
    expect(cases.filter(({ id }) => !checked.has(id) && exceptions[id] === undefined)).toEqual([])
    expect(cases).toHaveLength(201)
  })
})

const resultsSchema = z.array(z.object({ custom_id: z.string(), message: messageSchema }))

function check(turn: CompletedTurn, expected: Expected): void {
  const { billing } = expected
  const thinking = turn.content.filter((block) => block.type === 'thinking')
  expect(turn.model).toBe(expected.model)
  expect(turn.stopReason).toBe(expected.stop_reason)
  expect(turn.content.map((block) => block.type)).toEqual(expected.content_block_types)
  expect(textOf(turn).length).toBe(expected.text_utf16_length)
  expect(sha256(textOf(turn))).toBe(expected.text_sha256)
  if (expected.thinking_sha256 !== null) {
    expect(sha256(thinking.map((block) => block.thinking).join(''))).toBe(expected.thinking_sha256)
  }
  expect(thinking.filter((block) => block.signature)).toHaveLength(expected.thinking_signatures)
  expect(turn.content.filter((block) => block.type === 'redacted_thinking')).toHaveLength(
    expected.redacted_thinking_blocks,
  )
  expect(
    turn.content.flatMap((block) => (Array.isArray(block.citations) ? block.citations : [])),
  ).toHaveLength(expected.citations)
  expect(calls(turn, (type) => type === 'tool_use')).toEqual(expected.tool_calls.map(expectedCall))
  expect(calls(turn, (type) => type !== 'tool_use' && type.endsWith('tool_use'))).toEqual(
    expected.server_tool_calls.map(expectedCall),
  )
  expect(turn.usage).toMatchObject({
    inputTokens: billing.input_tokens,
    outputTokens: billing.output_tokens,
    cacheReadTokens: billing.cache_read_input_tokens,
    webSearchRequests: billing.web_search_requests,
  })
  expect(turn.usage.cacheWrite5mTokens + turn.usage.cacheWrite1hTokens).toBe(
    billing.cache_creation_input_tokens,
  )
  const isSplitCurrent =
    billing.cache_creation_5m + billing.cache_creation_1h === billing.cache_creation_input_tokens
  if (billing.cache_creation_split_known && isSplitCurrent) {
    expect(turn.usage.cacheWrite1hTokens).toBe(billing.cache_creation_1h)
  }
  expect(turn.usage.iterations.map((iteration) => iteration.type)).toEqual(
    (expected.usage.iterations ?? []).map((iteration) => iteration.type),
  )
}

function calls(turn: CompletedTurn, wanted: (type: string) => boolean): JsonObject[] {
  return turn.content
    .filter((block) => wanted(String(block.type)))
    .map((block) => ({ id: block.id ?? null, name: block.name ?? null, input: block.input ?? null }))
}

function expectedCall(call: z.infer<typeof callSchema>): JsonObject {
  const input: Json = call.input_valid_json === false ? { unparsed_input: call.input_raw ?? '' } : call.input
  return { id: call.id, name: call.name, input }
}

function textOf(turn: CompletedTurn): string {
  return turn.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

function readCase(id: string): Case {
  const meta = metaSchema.parse(JSON.parse(readFileSync(`${folder}cases/${id}/meta.json`, 'utf8')))
  const expected = z.record(z.string(), z.json()).parse(meta.expected)
  return { id, kind: meta.expected.kind, file: meta.response_file, expected }
}

function text(one: Case): string {
  return readFileSync(`${folder}cases/${one.id}/${one.file}`, 'utf8')
}

function body(one: Case): Json | undefined {
  return parseJson(text(one))
}
