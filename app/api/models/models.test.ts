import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { modelsSchema } from '@/lib/api/models'
import { openApi } from '@/lib/server/http/openapi'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { startTestApi, type TestApi } from '../testing'

const time = createClockAhead()
let api: TestApi
/** A provider that lists one model and counts how often it is asked. */
let asked = 0
let isDown = false
const provider = createServer((request, response) => {
  if (!request.url?.startsWith('/v1/models')) return response.writeHead(404).end()
  asked += 1
  if (isDown) return response.writeHead(500).end()
  const model = {
    type: 'model',
    id: 'claude-of-today',
    display_name: 'Today',
    created_at: '2026-11-01T00:00:00Z',
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  return response.end(
    JSON.stringify({ data: [model], has_more: false, first_id: model.id, last_id: model.id }),
  )
})
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(provider.address())
  api = await startTestApi({
    tuning: { clock: time },
    env: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` },
  })
})
afterAll(async () => {
  await api.dispose()
  provider.close()
})

const listed = async () => {
  const { models } = modelsSchema.parse((await api.call('GET', '/api/models')).body)
  return models.find(({ id }) => id === 'claude-of-today')?.listed
}

test('the provider is asked once for the models it lists, however many ask, and again after a while', async () => {
  asked = 0
  expect(await Promise.all([listed(), listed(), listed()])).toEqual([true, true, true])
  expect(await listed()).toBe(true)
  expect(asked).toBe(1)
  time.aheadMs += 6 * 60_000
  expect(await listed()).toBe(true)
  await expect.poll(() => asked).toBe(2)
})

test('a provider that is silent for once still lists what it listed', async () => {
  isDown = true
  time.aheadMs += 6 * 60_000
  const before = asked
  expect(await listed()).toBe(true)
  await expect.poll(() => asked).toBeGreaterThan(before)
  expect(await listed()).toBe(true)
})

test('the document of the API is made once', () => {
  expect(openApi()).toBe(openApi())
})
