import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { projectSchema, providerKeySchema } from '@/lib/api/projects'
import { launchedSchema } from '@/lib/api/runs'
import { backUp } from '@/lib/server/backup/back-up'
import { dummyKey } from '@/lib/server/testing/environment'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

const key = 'sk-ant-of-one-project-0123456789-wXyZ'
const secretsKey = 'ab'.repeat(32)

let team: Team
let projectId = ''
/** The key of each request to the provider, in order. */
const asked: string[] = []
/** What is between the app and the simulator, and hears the keys. */
let ear: Awaited<ReturnType<typeof startEar>>
const logged: string[] = []

async function startEar() {
  let target = ''
  const server = createServer(async (request, response) => {
    asked.push(String(request.headers['x-api-key']))
    const parts: Buffer[] = []
    for await (const part of request) parts.push(z.instanceof(Buffer).parse(part))
    const headers = new Headers({ 'content-type': 'application/json' })
    for (const name of ['x-api-key', 'anthropic-version', 'anthropic-beta']) {
      const value = request.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const isGet = request.method === 'GET'
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(isGet ? {} : { body: Buffer.concat(parts) }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    for await (const piece of answer.body ?? []) response.write(piece)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    leadTo(url: string) {
      target = url
    },
    close: () => server.close(),
  }
}

const headers = () => ({ 'x-skein-project': projectId })

beforeAll(async () => {
  ear = await startEar()
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(
      (...said: unknown[]) => void logged.push(said.map(String).join(' ')),
    )
  team = await startTeam({ env: { ANTHROPIC_BASE_URL: ear.url, SKEIN_SECRETS_KEY: secretsKey } })
  ear.leadTo(team.api.simulator.url)
  const made = await team.ask('POST', '/api/projects', {
    cookie: team.cookies.owner,
    body: { name: 'Paying' },
  })
  projectId = projectSchema.parse(await made.json()).id
})
afterAll(async () => {
  ear.close()
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
  const failing = sim({ fault: { kind: 'status', status: 400 } })
  const id = await run(headers(), `await agent(${JSON.stringify(`Say ${key}. ${failing}`)})\nreturn '${key}'`)
  for (const format of ['json', 'md', 'html', 'report', 'sarif']) {
    const answer = await team.ask('GET', `/api/runs/${id}/export?format=${format}`, {
      cookie: team.cookies.owner,
    })
    expect(await answer.text(), format).not.toContain(key)
  }
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
  const events = await team.ask('GET', `/api/runs/${own}/events`, {
    cookie: team.cookies.owner,
    headers: { accept: 'application/json' },
  })
  expect(await events.text()).not.toContain(key)
  // What a person wrote into a prompt is theirs; it is taken away, so that what is left is what Skein wrote.
  await team.ask('DELETE', `/api/runs/${id}`, { cookie: team.cookies.owner })
  const { dataDir, app } = team.api
  const backup = join(dataDir, '..', 'backup.skein')
  await backUp(dataDir, backup, new Date().toISOString())
  const secrets = [key, Buffer.from(key).toString('base64'), secretsKey]
  for (const one of secrets) {
    expect(logged.join('\n')).not.toContain(one)
    expect(readFileSync(backup).includes(one)).toBe(false)
  }
  expect(JSON.stringify(await app.store.getSetting('provider-keys'))).not.toContain(key)
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name)
    if (statSync(path).isFile() && name === 'skein.key') expect(readFileSync(path, 'utf8')).not.toContain(key)
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
