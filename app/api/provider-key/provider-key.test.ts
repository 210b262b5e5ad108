import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { projectSchema, providerKeySchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import { backUp } from '@/lib/server/backup/back-up'
import { dummyKey } from '@/lib/server/testing/environment'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

const key = 'sk-ant-of-one-project-0123456789-wXyZ'
const secretsKey = 'ab'.repeat(32)

let team: Team
let projectId = ''
/** The key of each request to the provider, in order. */
const asked: string[] = []
const logged: string[] = []

const headers = () => ({ 'x-skein-project': projectId })

/** What would be in the log of the server; mocks end with each test. */
beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(
      (...said: unknown[]) => void logged.push(said.map(String).join(' ')),
    )
})
beforeAll(async () => {
  team = await startTeam({
    env: { SKEIN_SECRETS_KEY: secretsKey },
    intercept: ({ credential, body }) => {
      asked.push(credential)
      if (!body.includes('Fail now.')) return { do: 'forward' }
      const message = `The key ${credential} may not do that.`
      const error = { type: 'error', error: { type: 'invalid_request_error', message } }
      return { do: 'refuse', status: 400, body: JSON.stringify(error) }
    },
  })
  const made = await team.ask('POST', '/api/projects', {
    cookie: team.cookies.owner,
    body: { name: 'Paying' },
  })
  projectId = projectSchema.parse(await made.json()).id
})
afterAll(async () => {
  await team.dispose()
  vi.restoreAllMocks()
})

async function run(inProject: Record<string, string>, script = "return agent('Say hello.')") {
  const body = { script: workflow(script) }
  const answer = await team.ask('POST', '/api/runs', { cookie: team.cookies.owner, headers: inProject, body })
  const { id } = launchedSchema.parse(await answer.json())
  await team.api.ended(id)
  return id
}

test('the runs of a project ask by its key, and those of others by the key of the installation', async () => {
  const owner = { cookie: team.cookies.owner }
  const set = await team.ask('PUT', '/api/provider-key', { ...owner, headers: headers(), body: { key } })
  const shown = providerKeySchema.parse(await set.json())
  expect(shown).toMatchObject({ isSet: true, hint: 'wXyZ', setBy: 'Olga' })
  asked.length = 0
  await run(headers())
  expect(new Set(asked)).toEqual(new Set([key]))
  asked.length = 0
  await run({})
  expect(new Set(asked)).toEqual(new Set([dummyKey]))
  const inDefault = await team.ask('GET', '/api/provider-key', owner)
  expect(providerKeySchema.parse(await inDefault.json()).isSet).toBe(false)
  for (const role of ['launcher', 'viewer'] as const)
    expect((await team.ask('GET', '/api/provider-key', { cookie: team.cookies[role] })).status).toBe(403)
})

test('the key is in no answer, log, file, export or backup, failures included', async () => {
  const failed = await run(headers(), "return agent('Fail now.')")
  const own = await run(headers())
  const asks = allEndpoints.filter(
    ({ endpoint }) => endpoint.method === 'GET' && endpoint.answer.kind !== 'stream',
  )
  for (const { endpoint, operationId } of asks) {
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'projectId' ? projectId : own,
    )
    const answer = await team.ask('GET', path, { cookie: team.cookies.owner, headers: headers() })
    expect(await answer.text(), operationId).not.toContain(key)
  }
  for (const id of [own, failed]) {
    const accept = { accept: 'application/json' }
    const events = await team.ask('GET', `/api/runs/${id}/events`, {
      cookie: team.cookies.owner,
      headers: accept,
    })
    expect(await events.text()).not.toContain(key)
  }
  const told = await team.ask('GET', `/api/runs/${failed}/agents/a1`, { cookie: team.cookies.owner })
  expect(await told.text()).toContain('may not do that')
  const { dataDir, app } = team.api
  const backup = join(dataDir, '..', 'backup.skein')
  await backUp(dataDir, backup, new Date().toISOString())
  expect(logged).not.toEqual([])
  const secrets = [key, Buffer.from(key).toString('base64'), secretsKey]
  for (const one of secrets) {
    expect(logged.join('\n'), 'log').not.toContain(one)
    expect(readFileSync(backup).includes(one)).toBe(false)
  }
  expect(JSON.stringify(await app.store.getSetting('provider-keys'))).not.toContain(key)
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name)
    if (statSync(path).isFile() && name === 'skein.key') expect(readFileSync(path, 'utf8')).not.toContain(key)
  }
})

test('a key that somebody wrote into a prompt is taken out of exports', async () => {
  const id = await run(headers(), `await agent('Say ${key}.')\nreturn { report: 'It is ${key}' }`)
  for (const format of ['json', 'md', 'html', 'report']) {
    const asked = { cookie: team.cookies.owner }
    const answer = await team.ask('GET', `/api/runs/${id}/export?format=${format}`, asked)
    expect(answer.status, format).toBe(200)
    expect(await answer.text(), format).not.toContain(key)
  }
})

test('with another SKEIN_SECRETS_KEY it cannot be read, and the installation does not pay in its place', async () => {
  const { openSeal, sealWith } = await import('@/lib/server/services/seal')
  const { ProviderKeys } = await import('@/lib/server/access/provider-keys')
  const { store } = team.api.app
  const providerFor = () => team.api.app.provider
  const good = await ProviderKeys.open({ store, seal: sealWith(Buffer.from(secretsKey, 'hex')), providerFor })
  expect(good.secrets()).toEqual([key])
  const other = await ProviderKeys.open({ store, seal: openSeal(team.api.dataDir), providerFor })
  expect(other.secrets()).toEqual([])
  const refused = await other.of(projectId)?.provider.batches.look('none', AbortSignal.timeout(1_000))
  expect(JSON.stringify(refused)).toContain('SKEIN_SECRETS_KEY')
})

test('it is replaced, and forgotten, and then the key of the installation is asked by', async () => {
  const owner = { cookie: team.cookies.owner, headers: headers() }
  const next = `${key}-next-AbCd`
  expect((await team.ask('PUT', '/api/provider-key', { ...owner, body: { key: next } })).status).toBe(200)
  asked.length = 0
  await run(headers())
  expect(new Set(asked)).toEqual(new Set([next]))
  expect((await team.ask('PUT', '/api/provider-key', { ...owner, body: { key: 'short' } })).status).toBe(400)
  expect((await team.ask('DELETE', '/api/provider-key', owner)).status).toBe(204)
  expect((await team.ask('DELETE', '/api/provider-key', owner)).status).toBe(404)
  asked.length = 0
  await run(headers())
  expect(new Set(asked)).toEqual(new Set([dummyKey]))
  const log = await team.api.app.store.audit.after(0, 10_000)
  expect(log.map(({ operation }) => operation)).toContain('setProviderKey')
  expect(JSON.stringify(log)).not.toContain('sk-ant-of-one')
})
