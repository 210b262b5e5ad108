import type { RequestListener, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { createAnthropicProvider } from '../provider'
import { aRequest, calmly, listen, serve } from '../testing'
import { mostRead, parseAnswer } from './answer-bounds'
import { linesOf } from './response-lines'

let close = async () => {}
afterEach(() => close())

async function providerOn(listener: RequestListener) {
  const server = await serve(listener)
  close = server.close
  return createAnthropicProvider({
    name: 'anthropic',
    apiKey: 'sk-a-key-of-no-consequence',
    baseURL: server.url,
    clock: realClock,
  })
}

/** Sends pieces as fast as they are taken, until nobody takes them any more. */
function endlessly(response: ServerResponse, piece: string | Buffer): void {
  const send = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', send)
  }
  response.on('error', () => {})
  send()
}

const turnOf = async (listener: RequestListener) =>
  (await providerOn(listener)).turn(aRequest(), listen(), calmly())

const stream = { 'content-type': 'text/event-stream' }
const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`
const start = event({
  type: 'message_start',
  message: { model: 'claude-sonnet-5-5', content: [], usage: {} },
})

test('a line, an event and an answer that never end are given up, and said', async () => {
  const pieces: [string, string][] = [
    [`data: ${'x'.repeat(64_000)}`, '16 MB in one line'],
    [`data: ${'x'.repeat(64_000)}\n`, '16 MB in one event'],
    [event({ type: 'ping', filler: 'x'.repeat(64_000) }), '200 MB in one answer'],
  ]
  for (const [piece, said] of pieces) {
    const result = await turnOf((_, response) => {
      response.writeHead(200, stream)
      endlessly(response, piece)
    })
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'server-error', message: expect.stringContaining(said) },
    })
    await close()
  }
})

test('an answer of more blocks than anybody could mean is given up', async () => {
  const block = (index: number) =>
    event({ type: 'content_block_start', index, content_block: { type: 'tool_use' } })
  const result = await turnOf((_, response) => {
    response.writeHead(200, stream)
    response.end(start + Array.from({ length: mostRead.blocks + 1 }, (_, index) => block(index)).join(''))
  })
  expect(result).toMatchObject({ ok: false, failure: { message: expect.stringContaining('2,000 blocks') } })
})

test('a refusal that never ends, or inflates to a gigabyte, is still a refusal', async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000_000))
  const bodies: RequestListener[] = [
    (_, response) => {
      response.writeHead(500, { 'content-type': 'application/json' })
      endlessly(response, ' '.repeat(64_000))
    },
    (_, response) => {
      response.writeHead(529, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(bomb)
    },
  ]
  for (const body of bodies) {
    expect(await turnOf(body)).toMatchObject({
      ok: false,
      failure: { kind: expect.stringMatching(/server|overloaded/) },
    })
    await close()
  }
})

test('a plain answer that never ends is given up, and so is a list of models', async () => {
  const provider = await providerOn((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    endlessly(response, ' '.repeat(64_000))
  })
  expect(await provider.turn(aRequest(), listen(), calmly())).toMatchObject({ ok: false })
  await expect(provider.models(new AbortController().signal)).rejects.toThrow()
})

test('a tool input that is nested beyond what can be walked counts as none', async () => {
  const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
  expect(parseAnswer(deep)).toBeUndefined()
  expect(parseAnswer(`{"a": "${'['.repeat(5_000)}"}`)).toBeDefined()
  const result = await turnOf((_, response) => {
    response.writeHead(200, stream)
    response.write(start)
    response.write(
      event({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'n' },
      }),
    )
    response.write(
      event({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: deep },
      }),
    )
    response.write(event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} }))
    response.end(event({ type: 'message_stop' }))
  })
  expect(result).toMatchObject({ ok: true, turn: { content: [{ input: { unparsed_input: deep } }] } })
})

test('one result too long to be meant is passed over, and the others are read', async () => {
  const body = new Blob(['first\n', 'x'.repeat(300), '\nsecond\n', 'y'.repeat(300)]).stream()
  const lines: string[] = []
  for await (const line of linesOf(body, () => {}, 100)) lines.push(line)
  expect(lines).toEqual(['first', 'second'])
})
