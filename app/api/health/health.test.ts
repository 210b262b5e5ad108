import { afterAll, beforeAll, expect, test } from 'vitest'
import { StoreUnavailableError } from '@/lib/core/ports/journal-store'
import { Readiness } from '@/lib/server/app/readiness'
import { setApp } from '@/lib/server/http/the-app'
import { realClock } from '@/lib/server/testing/real-clock'
import { startTestApi, type TestApi } from '../testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

/** The readiness of an app of which something is otherwise. */
function readinessWith(change: Partial<ConstructorParameters<typeof Readiness>[0]>): Readiness {
  const { store } = api.app
  return new Readiness({ store, clock: realClock, address: api.simulator.url, simulated: false, ...change })
}

async function askReady(readiness: Readiness) {
  setApp({ ...api.app, readiness })
  const answer = await api.call('GET', '/api/health/ready')
  setApp(api.app)
  return answer
}

test('a server that is started is live and ready', async () => {
  expect(await api.call('GET', '/api/health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
  const { status, body } = await api.call('GET', '/api/health/ready')
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'ready', checks: [{}, { name: 'store' }, { name: 'provider' }] })
  expect(await api.app.store.getSetting('readiness-checked-at')).toBeDefined()
})

test('a server that is still starting is live and not ready', async () => {
  setApp(null)
  expect((await api.call('GET', '/api/health/live')).status).toBe(200)
  const { status, text } = await api.call('GET', '/api/health/ready')
  expect(status).toBe(503)
  expect(text).toContain('still starting')
  setApp(api.app)
})

test('a database that cannot be written is said', async () => {
  const putSetting = () => Promise.reject(new StoreUnavailableError('The disk is full.'))
  const { status, text } = await askReady(readinessWith({ store: { putSetting } }))
  expect(status).toBe(503)
  expect(text).toContain('Not ready. The disk is full.')
})

test('a provider that does not answer is said, without a credential in its address', async () => {
  const { status, text } = await askReady(readinessWith({ address: 'http://user:hidden@127.0.0.1:9/v1' }))
  expect(status).toBe(503)
  expect(text).toContain('The provider at 127.0.0.1:9 does not answer.')
  expect(text).not.toContain('hidden')
})

test('a provider that refuses is there', async () => {
  const { status } = await askReady(readinessWith({ address: `${api.simulator.url}/nothing/here` }))
  expect(status).toBe(200)
})

test('a crowd of probes is one look', async () => {
  let writes = 0
  const putSetting = async () => {
    writes += 1
  }
  const readiness = readinessWith({ store: { putSetting } })
  await Promise.all(Array.from({ length: 50 }, () => readiness.read()))
  await readiness.read()
  expect(writes).toBe(1)
})

test('an untrusted name gets neither', async () => {
  for (const path of ['/api/health/live', '/api/health/ready'])
    expect((await api.call('GET', path, undefined, { host: 'evil.example' })).status).toBe(403)
})
