import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { billedSchema, billingNamesSchema, billingSchema } from '@/lib/api/billing/billed'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { projectSchema } from '@/lib/api/projects/projects'
import type { Role } from '@/lib/core/base/role'
import { utcDay } from '@/lib/core/base/utc-day'
import { backUp } from '@/lib/server/backup/back-up'
import { type AdminApiStandIn, startAdminApi } from '@/lib/server/testing/billing/admin-api'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { startTeam, type Team } from '../members/testing'

const HOUR_MS = 3_600_000

let api: AdminApiStandIn
let team: Team
const clock = createClockAhead()
const logged: string[] = []

/** What would be in the log of the server; mocks end with each test. */
beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(
      (...said: unknown[]) => void logged.push(said.map(String).join(' ')),
    )
})
beforeAll(async () => {
  api = await startAdminApi()
  team = await startTeam({ env: { SKEIN_BILLING_URL: `${api.url}/` }, tuning: { clock } })
})
afterEach(() => {
  api.intercept = () => null
  api.seen = []
  expect(api.unknown).toEqual([])
})
afterAll(async () => {
  await team.dispose()
  api.close()
  vi.restoreAllMocks()
})

const as = (role: Role) => ({ cookie: team.cookies[role] })
const setKey = (key = api.key, role: Role = 'admin') =>
  team.ask('PUT', '/api/billing/key', { ...as(role), body: { key } })
const read = async (body: object = {}) =>
  billedSchema.parse(
    await (await team.ask('POST', '/api/costs/billed/refresh', { ...as('owner'), body })).json(),
  )
const acts = async () => {
  const entries = await team.api.app.store.audit.after(0, 10_000)
  return entries.map(({ operation, details }) => ({ operation, details }))
}

test('admins set and forget the key, nobody else, no program, and it is in no answer', async () => {
  for (const role of ['launcher', 'viewer'] as const)
    for (const { method, path } of Object.values(billingApi)) {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
      expect((await team.ask(method, path, { ...as(role), ...body })).status, `${method} ${path}`).toBe(403)
    }
  const { key } = await team.makeKey(team.cookies.admin, { name: 'ci', role: 'admin' })
  const byProgram = await team.ask('PUT', '/api/billing/key', { key, body: { key: api.key } })
  expect(byProgram.status).toBe(403)
  const answer = await setKey()
  expect(await answer.clone().text()).not.toContain(api.key)
  const hint = { isSet: true, hint: 'wXyZ', setBy: 'Adam', baseUrl: api.url }
  expect(billingSchema.parse(await answer.json())).toMatchObject(hint)
  const shown = await team.ask('GET', '/api/billing', as('admin'))
  expect(billingSchema.parse(await shown.json())).toMatchObject(hint)
  expect((await team.ask('DELETE', '/api/billing/key', as('admin'))).status).toBe(204)
  expect((await team.ask('DELETE', '/api/billing/key', as('admin'))).status).toBe(404)
  expect(await acts()).toEqual(
    expect.arrayContaining([
      { operation: 'setAdminKey', details: {} },
      { operation: 'deleteAdminKey', details: {} },
    ]),
  )
})

test.each([
  ['a key that is short', 'x'],
  ['a key of two lines', `${'x'.repeat(30)}\n${'y'.repeat(30)}`],
  ['a key of 2 MB', 'x'.repeat(2_000_000)],
  ['a key for models', `sk-ant-api03-${'x'.repeat(40)}`],
  ['a number', 7],
  ['nothing', null],
])('is refused with a sentence: %s', async (_, key) => {
  const answer = await team.ask('PUT', '/api/billing/key', { ...as('admin'), body: { key } })
  expect(answer.status).toBe(400)
  expect((await answer.text()).length).toBeLessThan(2_000)
})

test.each([
  ['a project that there is not', [{ project: 'nobody', keyIds: ['apikey_1'], workspaceIds: [] }]],
  [
    'a key that is of two',
    ['default', 'x'].map((project) => ({ project, keyIds: ['apikey_1'], workspaceIds: [] })),
  ],
  ['a key that stands twice', [{ project: 'default', keyIds: ['a', 'a'], workspaceIds: [] }]],
  ['an id with a slash', [{ project: 'default', keyIds: ['../x'], workspaceIds: [] }]],
  ['far too many', [{ project: 'default', keyIds: Array.from({ length: 999 }, (_, at) => `k${at}`) }]],
  ['a field that there is not', [{ project: 'default', keyIds: [], workspaceIds: [], secret: 'x' }]],
  ['no list', 'default'],
])('what is of which project is refused with a sentence: %s', async (_, projects) => {
  const answer = await team.ask('PUT', '/api/billing/mapping', { ...as('admin'), body: { projects } })
  expect(answer.status).toBe(400)
})

test('keys and workspaces are shown by name, are of a project, and what cannot be listed says why', async () => {
  const names = async () =>
    billingNamesSchema.parse(await (await team.ask('GET', '/api/billing/names', as('admin'))).json())
  expect((await names()).problem).toContain('No Admin key is set')
  await setKey()
  api.keys = [
    { id: 'apikey_1', name: 'Skein' },
    { id: 'apikey_2', name: 'Others' },
    { id: 'apikey_3', name: 'More' },
  ]
  api.workspaces = [{ id: 'wrkspc_1', name: 'Runs' }]
  expect(await names()).toEqual({ keys: api.keys, workspaces: api.workspaces, problem: null })
  api.intercept = () => ({ status: 403, body: { error: { message: `No, ${api.key}` } } })
  const { problem } = await names()
  expect(problem).toContain('may not read')
  expect(problem).not.toContain(api.key)
  const projects = [{ project: 'default', keyIds: ['apikey_1'], workspaceIds: ['wrkspc_1'] }]
  const put = await team.ask('PUT', '/api/billing/mapping', { ...as('admin'), body: { projects } })
  expect(billingSchema.parse(await put.json()).projects).toEqual([{ ...projects[0], name: 'Default' }])
  expect(await acts()).toContainEqual({ operation: 'setBillingMapping', details: { projects } })
  const none = { projects: [{ project: 'default' }] }
  await team.ask('PUT', '/api/billing/mapping', { ...as('admin'), body: none })
  expect(team.api.app.billing.account.mapping).toEqual([])
})

test('finished days are asked once, the last two at most once an hour, and at once where a button was pressed', async () => {
  await setKey()
  const first = await read()
  expect([first.days.length, first.totals.days, first.problem]).toEqual([30, 30, null])
  const spans = () =>
    api.asked('cost_report').map(({ query }) => ['starting_at', 'ending_at'].map((name) => query.get(name)))
  expect(new Set(spans().map(String)).size).toBe(1)
  api.seen = []
  await read()
  await team.ask('GET', '/api/costs/billed', as('owner'))
  expect(api.seen).toEqual([])
  const today = utcDay(clock.now())
  const yesterday = utcDay(clock.now() - 24 * HOUR_MS)
  const tomorrow = utcDay(clock.now() + 24 * HOUR_MS)
  clock.aheadMs += 11_000
  await read({ now: true })
  const lastTwo = [`${yesterday}T00:00:00Z`, `${tomorrow}T00:00:00Z`]
  expect(spans()).toEqual([lastTwo])
  api.seen = []
  clock.aheadMs += 1_000
  await read({ from: yesterday, to: today })
  expect(api.seen).toEqual([])
  // Acts of reading are no acts of anybody.
  expect((await acts()).map(({ operation }) => operation)).not.toContain('refreshBilled')
})

test('an hour later what still grows is asked again, and a day that has ended meanwhile once more', async () => {
  await setKey()
  await read()
  api.seen = []
  clock.aheadMs += HOUR_MS + 1_000
  await read()
  expect(api.asked('cost_report')).toHaveLength(1)
  clock.aheadMs += 72 * HOUR_MS
  const to = utcDay(clock.now() - 48 * HOUR_MS)
  await read({ to })
  api.seen = []
  clock.aheadMs += 2 * HOUR_MS
  await read({ to, now: true })
  expect(api.seen).toEqual([])
})

test('another key forgets what was read by the one before', async () => {
  await setKey()
  api.costs.set(utcDay(clock.now()), [{ model: 'claude-sonnet-5-5', amount: '100' }])
  expect((await read()).totals.billedNanoUsd).toBe(1e9)
  const key = `${api.key}-2`
  await setKey(key)
  const shown = await team.ask('GET', '/api/costs/billed', as('owner'))
  expect(billedSchema.parse(await shown.json()).totals).toMatchObject({ days: 0, billedNanoUsd: 0 })
  api.costs.clear()
})

test('what the Admin API refuses is told in words, and is asked again when that may help', async () => {
  await setKey('sk-ant-admin01-nobody-has-this-0123456789')
  expect(await read()).toMatchObject({ problem: expect.stringContaining('does not know'), retryAt: null })
  api.seen = []
  // Nobody pressed anything: it is not asked again and again.
  await read()
  expect(api.seen).toEqual([])
  await setKey()
  api.intercept = () => ({ status: 429, headers: { 'retry-after': '120' }, body: {} })
  const limited = await read({ now: true })
  expect(limited.problem).toContain('no more questions')
  expect(Date.parse(limited.retryAt ?? '') - clock.now()).toBeGreaterThan(100_000)
  api.seen = []
  api.intercept = () => null
  await read({ now: true })
  expect(api.seen).toEqual([])
  clock.aheadMs += 121_000
  expect(await read({ now: true })).toMatchObject({ problem: null, totals: { days: 30 } })
})

test('days that were read stay when later ones cannot be, and half a report is not kept', async () => {
  await setKey()
  const to = utcDay(clock.now())
  const from = utcDay(clock.now() - 60 * 24 * HOUR_MS)
  // The newest span is read first; the older one breaks off on its second page.
  api.intercept = ({ path, query }) =>
    path.endsWith('cost_report') && query.get('starting_at')?.startsWith(from) && query.has('page')
      ? { status: 500, body: {} }
      : null
  const part = await read({ from, to })
  expect(part.problem).toContain('500')
  expect(part.totals.days).toBe(30)
  expect(part.days[0]).toMatchObject({ day: from, billedNanoUsd: null, differenceNanoUsd: null, parts: [] })
  api.intercept = () => null
  expect((await read({ from, to, now: true })).totals.days).toBe(61)
})

test('a period is bounded, in its order, and ends today', async () => {
  for (const query of [
    'from=2026-01-01',
    'from=2026-11-20&to=2026-11-19',
    'from=2026-02-30',
    'from=x',
    'to=',
  ]) {
    const answer = await team.ask('GET', `/api/costs/billed?${query}`, as('owner'))
    expect(answer.status, query).toBe(400)
  }
  const later = await team.ask('GET', '/api/costs/billed?to=2999-01-01', as('owner'))
  expect(billedSchema.parse(await later.json()).to).toBe(utcDay(clock.now()))
})

test('amounts that cannot be added up exactly are refused, and not shown as something near', async () => {
  await setKey()
  const day = utcDay(clock.now())
  const most = { model: 'claude-sonnet-5-5', amount: '900000000' }
  api.costs.set(day, [most, most])
  const answer = await team.ask('POST', '/api/costs/billed/refresh', { ...as('owner'), body: { now: true } })
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('shorter period')
  api.costs.clear()
})

test('the key is in no answer, log, file or backup, failures included', async () => {
  await setKey()
  api.intercept = ({ path }) =>
    path.endsWith('cost_report') ? { status: 400, body: { error: { message: `No: ${api.key}` } } } : null
  const told = await read({ now: true })
  expect(told.problem).toContain('[redacted]')
  api.intercept = () => null
  await read({ now: true })
  const texts = new Map<string, string>([['log', logged.join('\n')]])
  for (const { endpoint, operationId } of allEndpoints) {
    if (endpoint.method !== 'GET' || endpoint.answer.kind === 'stream') continue
    const path = endpoint.path.replaceAll(/\{\w+\}/g, 'none')
    texts.set(operationId, await (await team.ask('GET', path, as('owner'))).text())
  }
  texts.set('audit', JSON.stringify(await team.api.app.store.audit.after(0, 10_000)))
  const { dataDir } = team.api
  await backUp(dataDir, join(dataDir, '..', 'backup.skein'), new Date().toISOString())
  for (const path of [join(dataDir, '..', 'backup.skein'), ...filesIn(dataDir)])
    texts.set(path, readFileSync(path, 'latin1'))
  expect(texts.size).toBeGreaterThan(40)
  for (const [where, text] of texts) expect(text.includes(api.key), where).toBe(false)
})

test('with another seal the key cannot be read, and says so', async () => {
  const { openSeal, sealWith } = await import('@/lib/server/services/seal')
  const { BillingAccount } = await import('@/lib/server/access/billing-account')
  await setKey()
  const { store } = team.api.app
  const parts = { store, baseUrl: api.url, now: () => 0, closing: new AbortController().signal }
  const good = await BillingAccount.open({ ...parts, seal: openSeal(team.api.dataDir) })
  expect(good.secrets()).toEqual([api.key])
  const other = await BillingAccount.open({ ...parts, seal: sealWith(Buffer.alloc(32)) })
  expect(other.secrets()).toEqual([])
  expect(() => other.reach()).toThrow('SKEIN_SECRETS_KEY')
})

test('once there are several projects, it tells of all of them, so only an owner may ask', async () => {
  const made = await team.ask('POST', '/api/projects', { ...as('owner'), body: { name: 'Apart' } })
  projectSchema.parse(await made.json())
  for (const { method, path } of Object.values(billingApi)) {
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
    expect((await team.ask(method, path, { ...as('admin'), ...body })).status, `${method} ${path}`).toBe(403)
  }
  expect((await team.ask('GET', '/api/costs/billed', as('owner'))).status).toBe(200)
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}
