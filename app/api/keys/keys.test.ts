import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { apiKeysSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import { digestOf } from '@/lib/server/access/askers'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'
import { startTestApi } from '../testing'

let team: Team
beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
})
afterAll(() => team.dispose())

const launchBy = async (key: string, more: object = {}) =>
  team.ask('POST', '/api/runs', { key, body: { script: workflow('return 1'), ...more } })

test('a key acts as itself and its owner, and no request says otherwise', async () => {
  const { key, shown } = await team.makeKey(team.cookies.launcher, { name: 'nightly' })
  const answer = await team.ask('POST', '/api/runs', {
    key,
    cookie: team.cookies.owner,
    body: { script: workflow('return 1') },
    headers: { 'x-skein-name': 'Olga' },
  })
  const { id } = launchedSchema.parse(await answer.json())
  const { run } = await team.api.ended(id)
  expect(run.launchedBy).toEqual({
    kind: 'key',
    id: shown.id,
    name: 'nightly (key of Lena)',
    ownerId: await team.idOf('Lena'),
  })
})

test('the key itself is told once, and is in no list and no byte of the database', async () => {
  const { key, shown } = await team.makeKey(team.cookies.launcher, { name: 'secret' })
  expect(key).toMatch(/^skein_[\w-]{43}$/)
  expect(JSON.stringify(shown)).not.toContain(key)
  await team.ask('GET', '/api/runs', { key })
  const listed = await (await team.ask('GET', '/api/keys', { cookie: team.cookies.launcher })).text()
  expect(listed).not.toContain(key)
  const mine = apiKeysSchema.parse(JSON.parse(listed)).keys
  expect(mine.find(({ id }) => id === shown.id)).toMatchObject({
    hint: key.slice(-4),
    lastUsedAt: expect.any(String),
  })
  const database = ['skein.db', 'skein.db-wal']
    .map((name) => readFileSync(join(team.api.dataDir, name), 'latin1'))
    .join('')
  expect(database).toContain(shown.id)
  expect(database).not.toContain(key.slice('skein_'.length))
})

test('a key does no more than its owner, from the moment on in which that is less', async () => {
  const above = await team.ask('POST', '/api/keys', {
    cookie: team.cookies.viewer,
    body: { name: 'up', role: 'launcher' },
  })
  expect(above.status).toBe(403)
  const { key } = await team.makeKey(team.cookies.launcher, { name: 'ci', role: 'launcher' })
  expect((await launchBy(key)).status).toBe(201)
  const id = await team.idOf('Lena')
  const change = (role: string) =>
    team.ask('PATCH', `/api/members/${id}`, { cookie: team.cookies.owner, body: { role } })
  await change('viewer')
  expect((await launchBy(key)).status).toBe(403)
  await change('launcher')
  expect((await launchBy(key)).status).toBe(201)
})

test('a revoked key is out at once, with its stream; nobody but its owner and admins revokes it', async () => {
  const { key, shown } = await team.makeKey(team.cookies.launcher, { name: 'leaked' })
  const stream = await team.ask('GET', '/api/events', { key })
  expect(stream.status).toBe(200)
  const revoke = (cookie: string) => team.ask('DELETE', `/api/keys/${shown.id}`, { cookie })
  expect((await revoke(team.cookies.viewer)).status).toBe(404)
  expect((await revoke(team.cookies.admin)).status).toBe(204)
  await stream.text()
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
  expect((await revoke(team.cookies.admin)).status).toBe(404)
})

test('a key of a higher role is revoked by no admin, and stays good', async () => {
  const { key, shown } = await team.makeKey(team.cookies.owner, { name: 'of-the-owner', role: 'owner' })
  const revoke = (cookie: string) => team.ask('DELETE', `/api/keys/${shown.id}`, { cookie })
  const refused = await revoke(team.cookies.admin)
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('is above it')])
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(200)
  expect((await revoke(team.cookies.owner)).status).toBe(204)
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
})

test('a viewer sees no keys but their own', async () => {
  await team.makeKey(team.cookies.launcher, { name: 'of-lena' })
  const seen = async (cookie: string) =>
    apiKeysSchema.parse(await (await team.ask('GET', '/api/keys', { cookie })).json()).keys
  expect(await seen(team.cookies.viewer)).toEqual([])
  expect((await seen(team.cookies.admin)).some(({ name }) => name === 'of-lena')).toBe(true)
})

test('a key that has run out is refused', async () => {
  const { shown } = await team.makeKey(team.cookies.launcher, { name: 'a day', days: 1 })
  expect(Date.parse(shown.expiresAt ?? '') - Date.parse(shown.createdAt)).toBe(86_400_000)
  const { keys } = team.api.app.store
  const stored = await keys.findKey(shown.id)
  if (stored === null) throw new Error('The key is not there.')
  const key = 'skein_of-yesterday'
  const past = new Date(Date.now() - 1000).toISOString()
  await keys.addKey({ ...stored, id: 'key-of-yesterday', digest: digestOf(key), expiresAt: past }, 200)
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
  await keys.addKey({ ...stored, id: 'key-of-today', digest: digestOf(`${key}-not`) }, 200)
  expect((await team.ask('GET', '/api/runs', { key: `${key}-not` })).status).toBe(200)
})

test('a key that only launches follows its own runs, and finds no others', async () => {
  const { key } = await team.makeKey(team.cookies.launcher, { name: 'hook', launchOnly: true })
  const own = launchedSchema.parse(await (await launchBy(key)).json()).id
  const other = launchedSchema.parse(
    await (
      await team.ask('POST', '/api/runs', {
        cookie: team.cookies.launcher,
        body: { script: workflow('return 1'), title: 'Not for hooks' },
      })
    ).json(),
  ).id
  await team.api.ended(own)
  await team.api.ended(other)
  expect((await team.ask('GET', `/api/runs/${own}`, { key })).status).toBe(200)
  const [hidden, none] = [
    await team.ask('GET', `/api/runs/${other}`, { key }),
    await team.ask('GET', '/api/runs/none', { key }),
  ]
  expect([hidden.status, none.status]).toEqual([404, 404])
  expect((await hidden.text()).replace(other, 'none')).toBe(await none.text())
  for (const { endpoint } of allEndpoints) {
    if (endpoint.access === 'open' || endpoint.forLaunchKeys) continue
    const path = endpoint.path
      .replaceAll(/\{id\}/g, own)
      .replaceAll(/\{projectId\}/g, 'default')
      .replaceAll(/\{\w+\}/g, 'x')
    const { status } = await team.ask(endpoint.method, path, {
      key,
      ...(endpoint.method === 'GET' || endpoint.body === undefined ? {} : { body: [] }),
    })
    expect(status, `${endpoint.method} ${path}`).toBe(403)
  }
})

test('where nobody signs in a key names a program, and a wrong one is refused all the same', async () => {
  const api = await startTestApi()
  const made = await api.call('POST', '/api/keys', { name: 'ci', role: 'viewer' })
  const { key } = Object(made.body)
  const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` })
  expect((await api.call('GET', '/api/settings', undefined, as(key))).body).toMatchObject({
    you: 'ci (key of local)',
  })
  expect((await api.call('POST', '/api/runs', { script: workflow('return 1') }, as(key))).status).toBe(403)
  expect((await api.call('GET', '/api/settings', undefined, as('skein_wrong'))).status).toBe(401)
  expect((await api.call('GET', '/api/settings')).body).toMatchObject({ you: 'local' })
  await api.dispose()
})
