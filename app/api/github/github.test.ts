import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { githubCheckSchema, githubSchema, runGithubSchema } from '@/lib/api/projects/github'
import { launchedSchema } from '@/lib/api/runs'
import { sourceSchema } from '@/lib/api/sources'
import { backUp } from '@/lib/server/backup/back-up'
import { doing, write } from '@/lib/server/testing/github/connected'
import { type StandIn, startGithub } from '@/lib/server/testing/github/stand-in'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let github: StandIn
let team: Team
const logged: string[] = []

/** What would be in the log of the server; mocks end with each test. */
beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(
      (...said: unknown[]) => void logged.push(said.map(String).join(' ')),
    )
})
beforeAll(async () => {
  github = await startGithub()
  github.repositories.add('octo/app', { 'a.txt': 'a\n' })
  team = await startTeam({
    env: { SKEIN_PRIVATE_HOSTS: '127.0.0.1' },
    tuning: { deliveryDelaysMs: [] },
  })
})
afterAll(async () => {
  await team.dispose()
  github.close()
  vi.restoreAllMocks()
})

const byToken = () => ({ kind: 'token', apiUrl: github.apiUrl, token: github.token })
const byApp = () => ({
  kind: 'app',
  apiUrl: github.apiUrl,
  appId: github.appId,
  privateKey: github.privateKey,
})
const put = (body: object, role: 'admin' | 'launcher' = 'admin') =>
  team.ask('PUT', '/api/github', { cookie: team.cookies[role], body })
const check = async (body: object = {}) =>
  githubCheckSchema.parse(
    await (await team.ask('POST', '/api/github/check', { cookie: team.cookies.admin, body })).json(),
  )

async function runOnSource(): Promise<string> {
  const as = { cookie: team.cookies.admin }
  const repository = { url: github.gitUrl('octo/app') }
  const added = await team.ask('POST', '/api/sources', { ...as, body: { repository } })
  const { path } = sourceSchema.parse(await added.json())
  const prompt = JSON.stringify(doing([write('a.txt', 'A\n')]))
  const script = workflow(`await agent(${prompt})\nreturn { report: '# R', findings: [] }`)
  const body = { script, workspace: path, permissions: { write: true } }
  const { id } = launchedSchema.parse(await (await team.ask('POST', '/api/runs', { ...as, body })).json())
  await team.api.ended(id)
  return id
}

test('admins connect and forget, nobody else, and the secret is in no answer', async () => {
  for (const role of ['launcher', 'viewer'] as const)
    for (const [method, path] of [
      ['GET', '/api/github'],
      ['DELETE', '/api/github'],
      ['PUT', '/api/github'],
      ['POST', '/api/github/check'],
    ] as const)
      expect(
        (await team.ask(method, path, { cookie: team.cookies[role], ...(method !== 'GET' && { body: {} }) }))
          .status,
      ).toBe(403)
  const { key } = await team.makeKey(team.cookies.admin, { name: 'ci', role: 'admin' })
  expect((await team.ask('PUT', '/api/github', { key, body: byToken() })).status).toBe(403)
  const answer = await put(byToken())
  expect(await answer.clone().text()).not.toContain(github.token)
  expect(githubSchema.parse(await answer.json())).toMatchObject({
    kind: 'token',
    apiUrl: github.apiUrl,
    appId: null,
    setBy: 'Adam',
  })
  expect((await team.ask('DELETE', '/api/github', { cookie: team.cookies.admin })).status).toBe(204)
  expect((await team.ask('DELETE', '/api/github', { cookie: team.cookies.admin })).status).toBe(404)
  expect(await check()).toMatchObject({ isGood: false, problem: expect.stringContaining('not connected') })
})

test.each([
  ['a token that is short', { token: 'x' }],
  ['a token of two lines', { token: `${'x'.repeat(30)}\n${'y'.repeat(30)}` }],
  ['a token of 2 MB', { token: 'x'.repeat(2_000_000) }],
  ['an address that is none', { apiUrl: 'github' }],
  ['an address of a file', { apiUrl: 'file:///etc/passwd' }],
  ['an address with a password', { apiUrl: 'https://a:b@github.com' }],
  ['an address without TLS', { apiUrl: 'http://github.example' }],
  ['a machine of a private network', { apiUrl: 'https://10.0.0.1/api/v3' }],
  ['an address with a query', { apiUrl: 'https://github.com/?a=b' }],
  ['a field that there is not', { color: 'red' }],
  ['another kind', { kind: 'password' }],
  ['an app without its key', { kind: 'app', appId: '1', token: undefined }],
  [
    'an app with rubbish for a key',
    { kind: 'app', appId: '1', token: undefined, privateKey: '🔑'.repeat(200) },
  ],
  [
    'an app with a word for its id',
    { ...{ kind: 'app', token: undefined }, appId: '../../1', privateKey: 'x' },
  ],
])('is refused with a sentence: %s', async (_, more) => {
  const answer = await put({ kind: 'token', token: 't'.repeat(40), ...more })
  expect(answer.status).toBe(400)
  expect((await answer.text()).length).toBeLessThan(3_000)
})

test('a check says who it is, what it may do, and what is amiss in plain words', async () => {
  await put(byToken())
  expect(await check()).toMatchObject({ isGood: true, who: 'octo-bot', requestsLeft: 4990, problem: null })
  expect((await check({ repository: 'octo/app' })).may.map(({ isAllowed }) => isAllowed)).toEqual([
    true,
    true,
    true,
  ])
  github.scopes = 'gist, read:org'
  expect(await check()).toMatchObject({
    isGood: false,
    may: [{ isAllowed: false, why: 'The token has not the scope repo.' }],
  })
  github.scopes = null
  expect(await check()).toMatchObject({ isGood: true, may: [] })
  expect(await check({ repository: 'octo/none' })).toMatchObject({
    problem: expect.stringContaining('no such thing as the repository octo/none'),
  })
  await put({ ...byToken(), token: `${github.token}x` })
  expect(await check()).toMatchObject({ who: null, problem: expect.stringContaining('does not know this') })
  await put({ ...byToken(), apiUrl: 'http://127.0.0.1:9/api/v3' })
  expect(await check()).toMatchObject({
    problem: expect.stringContaining('127.0.0.1:9 could not be reached'),
  })
  for (const repository of ['octo', '../..', 'octo/..', 'octo/a b', 'o/r/x', '🦑/r', 'x'.repeat(500)]) {
    const asked = { cookie: team.cookies.admin, body: { repository } }
    expect((await team.ask('POST', '/api/github/check', asked)).status).toBe(400)
  }
})

test('an app is known by its name and its permissions, where it is installed', async () => {
  await put(byApp())
  expect(await check({ repository: 'octo/app' })).toMatchObject({ isGood: true, who: 'Skein of octo' })
  github.appPermissions = { ...github.appPermissions, checks: 'read' }
  const missing = await check({ repository: 'octo/app' })
  expect(missing).toMatchObject({ isGood: false })
  expect(JSON.stringify(missing.may)).toContain('The app needs the permission checks: write.')
  github.appPermissions.checks = 'write'
  expect(await check({ repository: 'octo/none' })).toMatchObject({
    problem: expect.stringContaining('an installation of this app at octo/none'),
  })
  const broken = github.privateKey.replace(/\n\w{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  await put({ ...byApp(), privateKey: broken })
  const refused = await check()
  expect([refused.isGood, refused.who]).toEqual([false, null])
  expect(refused.problem).toMatch(/does not know this credential|no PEM key/)
})

test('the secrets are in no answer, log, file, export, backup or process, failures included', async () => {
  const secrets = [github.token, github.installationToken].flatMap((one) => [
    one,
    Buffer.from(`x-access-token:${one}`).toString('base64'),
  ])
  // GitHub might repeat in an error what it was asked with; it is never asked with the key of an app.
  const repeated = secrets.join(' ')
  secrets.push(github.privateKey.split('\n')[2] ?? '')
  const commands: string[] = []
  github.intercept = ({ method, path }) => {
    // While git asks, it and its children are at work.
    if (method.startsWith('git'))
      for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
        try {
          commands.push(readFileSync(`/proc/${id}/cmdline`, 'utf8'))
        } catch {
          // It has ended meanwhile.
        }
    const message = `No: ${repeated}`
    return path.endsWith('/statuses/') || path.includes('/check-runs')
      ? { status: 422, body: { message } }
      : null
  }
  const runs: string[] = []
  for (const connection of [byToken(), byApp()]) {
    await put(connection)
    const id = await runOnSource()
    runs.push(id)
    const opened = await team.ask('POST', `/api/runs/${id}/github/pull-request`, {
      cookie: team.cookies.admin,
    })
    runGithubSchema.parse(await opened.json())
    await team.api.app.handovers.atRest()
  }
  github.intercept = () => null
  const [last = ''] = runs.slice(-1)
  const told = await (
    await team.ask('GET', `/api/runs/${last}/github`, { cookie: team.cookies.viewer })
  ).text()
  expect(told).toContain('"status":"failed"')
  expect(told).toContain('"status":"done"')
  expect(commands.some((one) => one.includes('git\0'))).toBe(true)
  const texts = new Map<string, string>([
    ['process', commands.join('\n')],
    ['log', logged.join('\n')],
  ])
  for (const { endpoint, operationId } of allEndpoints) {
    if (endpoint.method !== 'GET' || endpoint.answer.kind === 'stream') continue
    const path = endpoint.path.replaceAll(/\{\w+\}/g, last)
    const answer = await team.ask('GET', path, { cookie: team.cookies.owner })
    texts.set(operationId, await answer.text())
  }
  for (const id of runs) {
    const path = `/api/runs/${id}/github`
    texts.set(path, await (await team.ask('GET', path, { cookie: team.cookies.viewer })).text())
  }
  for (const id of runs)
    texts.set(`journal ${id}`, JSON.stringify(await team.api.app.store.readJournal(id, 0, 10_000)))
  texts.set('audit', JSON.stringify(await team.api.app.store.audit.after(0, 10_000)))
  const { dataDir } = team.api
  await backUp(dataDir, join(dataDir, '..', 'backup.skein'), new Date().toISOString())
  for (const path of [join(dataDir, '..', 'backup.skein'), ...filesIn(dataDir)])
    texts.set(path, readFileSync(path, 'latin1'))
  expect(texts.size).toBeGreaterThan(60)
  for (const [where, text] of texts)
    for (const [at, secret] of secrets.entries()) expect(text.includes(secret), `${where} ${at}`).toBe(false)
  expect(JSON.stringify(await team.api.app.store.audit.after(0, 10_000))).toContain('setGithub')
})

test('with another key the connection cannot be read, and says so', async () => {
  const { openSeal, sealWith } = await import('@/lib/server/services/seal')
  const { GithubConnections } = await import('@/lib/server/access/github-connections')
  await put(byToken())
  const parts = {
    store: team.api.app.store,
    fetch: () => Promise.reject(new Error('nothing is asked')),
    now: () => 0,
    closing: new AbortController(),
  }
  const good = await GithubConnections.open({ ...parts, seal: openSeal(team.api.dataDir) })
  expect(good.secrets()).toEqual([github.token])
  const other = await GithubConnections.open({ ...parts, seal: sealWith(Buffer.alloc(32)) })
  expect(other.secrets()).toEqual([])
  expect(() => other.reach('default')).toThrow('SKEIN_SECRETS_KEY')
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}
