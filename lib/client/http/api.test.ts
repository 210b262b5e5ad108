import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { ApiError, call, problemOf, send } from './api'

const addressSchema = z.object({ port: z.number() })
const platformFetch = globalThis.fetch

let answer = (response: ServerResponse) => response.end()
const received: { line: string; headers: IncomingMessage['headers']; body: string }[] = []
const server = createServer(async (request, response) => {
  received.push({
    line: `${request.method} ${request.url}`,
    headers: request.headers,
    body: await text(request),
  })
  answer(response)
})

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = addressSchema.parse(server.address())
  // A page asks its own origin; here there is none.
  globalThis.fetch = (path, init) => platformFetch(new URL(String(path), `http://127.0.0.1:${port}`), init)
})
afterAll(() => {
  globalThis.fetch = platformFetch
  server.close()
})
afterEach(() => {
  received.length = 0
})

test('a call sends what the contract says, and gives what it answers', async () => {
  answer = (response) =>
    response.writeHead(201).end(JSON.stringify({ ...runApi.launchRun.answer.example, more: 1 }))
  const launched = await call(runApi.launchRun, { body: { workflow: 'code-audit' }, key: 'k1' })
  expect(launched).toEqual(runApi.launchRun.answer.example)
  expect(received).toMatchObject([
    {
      line: 'POST /api/runs',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'idempotency-key': 'k1' },
      body: '{"workflow":"code-audit"}',
    },
  ])
})

test('a call without a body sends none, and no content type', async () => {
  answer = (response) => response.writeHead(204).end()
  await send(runApi.deleteRun, { params: { id: 'a/b' } })
  expect(received).toMatchObject([{ line: 'DELETE /api/runs/a%2Fb', body: '' }])
  expect(received[0]?.headers).not.toHaveProperty('content-type')
})

test('an answer that is not what the contract says is an error that names the address', async () => {
  answer = (response) => response.end('{"status": "fine"}')
  const failure = await call(serverApi.getHealth, {}).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApiError)
  expect(problemOf(failure).title).toBe('/api/health returned an unexpected response')
})

test('a refusal carries its problem; one without is told by its status', async () => {
  const problem = {
    type: 'urn:skein:problem:conflict',
    title: 'Conflict',
    status: 409,
    detail: 'It has ended.',
  }
  answer = (response) => response.writeHead(409).end(JSON.stringify(problem))
  expect(
    problemOf(await send(runApi.pauseRun, { params: { id: 'a' } }).catch((error: unknown) => error)),
  ).toEqual(problem)
  answer = (response) => response.writeHead(502).end('<html>')
  const failure = await send(serverApi.joinTeam, { body: { token: 't', name: 'Ann' } }).catch(
    (error: unknown) => error,
  )
  expect(problemOf(failure)).toMatchObject({ status: 502, title: 'The server answered 502' })
})
