import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Agent } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDirectFetch } from './direct-fetch'

let answer: (response: ServerResponse, url: string) => void = (response) => response.end()
let asked: string[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString('utf8')
  })
  request.on('end', () => {
    asked.push(`${request.method} ${request.url} ${body}`)
    answer(response, request.url ?? '')
  })
})
const agent = new Agent()
let origin = ''
const fallbacks: string[] = []
const send = createDirectFetch(agent, (input, init) => {
  fallbacks.push(String(input))
  return fetch(input, init)
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  origin = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
})
afterEach(() => {
  asked = []
  fallbacks.length = 0
})
afterAll(async () => {
  await agent.destroy()
  server.closeAllConnections()
  server.close()
})

const post = (path: string, signal?: AbortSignal) =>
  send(`${origin}${path}`, { method: 'POST', body: 'hello', ...(signal === undefined ? {} : { signal }) })

/** Everything that a body gives, as text. */
async function whole(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read())
    text += decoder.decode(part.value, { stream: true })
  return text
}

const events = 'data: {"a":1}\n\ndata: {"b":2}\n\n'
const stream = (more: Record<string, string> = {}) => ({ 'content-type': 'text/event-stream', ...more })

describe('an answer', () => {
  test('that streams is read as it comes, with its status and headers', async () => {
    answer = (response) => {
      response.writeHead(200, stream({ 'request-id': 'r1' }))
      response.write(events.slice(0, 9))
      response.end(events.slice(9))
    }
    const response = await post('/v1/messages?beta=true')
    expect([response.ok, response.status, response.headers.get('request-id')]).toEqual([true, 200, 'r1'])
    expect(await whole(response)).toBe(events)
    expect(asked).toEqual(['POST /v1/messages?beta=true hello'])
    expect(fallbacks).toEqual([])
  })

  test('larger than what may wait holds its line until it is read', async () => {
    const much = Buffer.alloc(6_000_000, 'x')
    answer = (response) => {
      response.writeHead(200, stream())
      response.end(much)
    }
    const response = await post('/')
    expect((await whole(response)).length).toBe(much.length)
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)(
    'that comes compressed as %s, though nobody asked for it, is bought once and read',
    async (encoding, pack) => {
      answer = (response) => {
        response.writeHead(200, stream({ 'content-encoding': encoding }))
        response.end(pack(events))
      }
      expect(await whole(await post('/'))).toBe(events)
      expect(asked).toHaveLength(1)
    },
  )

  test('that is an error, is JSON or has no body is a response like any other', async () => {
    answer = (response, url) => {
      response.writeHead(url === '/no' ? 429 : url === '/empty' ? 204 : 200, {
        'content-type': 'application/json',
      })
      response.end(url === '/empty' ? '' : '{"x":1}')
    }
    expect(await (await post('/no')).json()).toEqual({ x: 1 })
    expect((await post('/no')).ok).toBe(false)
    expect(await (await post('/yes')).text()).toBe('{"x":1}')
    expect(await (await post('/empty')).text()).toBe('')
  })

  test('that sends on to another place is fetched from there', async () => {
    answer = (response, url) => {
      if (url === '/old') response.writeHead(307, { location: '/new' })
      else response.writeHead(200, stream())
      response.end(url === '/old' ? '' : events)
    }
    expect(await whole(await post('/old'))).toBe(events)
    expect(fallbacks).toHaveLength(1)
  })
})

describe('a line that breaks', () => {
  test('before the answer is a failed fetch, with its cause', async () => {
    answer = (response) => void response.destroy()
    await expect(post('/')).rejects.toMatchObject({ name: 'TypeError', cause: expect.any(Error) })
    const nowhere = createDirectFetch(agent, fetch)('http://127.0.0.1:1/', { method: 'POST', body: '' })
    await expect(nowhere).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  test('in the middle fails the reader, after what had come', async () => {
    answer = (response) => {
      response.writeHead(200, stream({ 'content-length': '1000' }))
      response.write('data: 1\n\n', () => response.destroy())
    }
    const reader = (await post('/')).body?.getReader()
    expect((await reader?.read())?.done).toBe(false)
    await expect(reader?.read()).rejects.toThrow('fetch failed')
  })
})

describe('an abort', () => {
  test('before, during and after the headers rejects with its reason, and leaves no line open', async () => {
    answer = (response, url) => {
      if (url !== '/silent') response.writeHead(200, stream()).flushHeaders()
    }
    const early = new AbortController()
    early.abort(new Error('too early'))
    await expect(post('/', early.signal)).rejects.toThrow('too early')
    const waiting = new AbortController()
    const silent = post('/silent', waiting.signal)
    waiting.abort(new Error('not any more'))
    await expect(silent).rejects.toThrow('not any more')
    const late = new AbortController()
    const reader = (await post('/', late.signal)).body?.getReader()
    const reading = reader?.read()
    late.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})
