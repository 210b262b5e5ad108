import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { triggerWithSecretSchema } from '@/lib/api/automations/triggers'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { type Endpoint, paramNamesOf } from '@/lib/api/endpoints/endpoint'
import { madeKeySchema, madeShareSchema, runNoteSchema } from '@/lib/api/people'
import { projectSchema } from '@/lib/api/projects/projects'
import { launchedSchema, runListSchema } from '@/lib/api/runs'
import { sourceSchema } from '@/lib/api/sources'
import { overviewFrameSchema } from '@/lib/api/stream'
import { type Role, roles } from '@/lib/core/base/role'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

/** In the name of everything in the project that others must not know of. */
const secret = 'initech'

/** Names that the asker gives are in no answer to hold against it. */
const names = { workflow: 'quiet-plan', deleted: 'quiet-past' }

let team: Team
/** What there is in the foreign project, by the parameter of a path that leads to it. */
let theirs: Record<string, string> = {}
let projectId = ''
let wanda = ''
let wandaId = ''
let sourcePath = ''

const inProject = (id: string) => ({ 'x-skein-project': id })

beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
  const owner = { cookie: team.cookies.owner }
  const made = async (path: string, body: object, headers = inProject(projectId), method = 'POST') => {
    const answer = await team.ask(method, path, { ...owner, headers, body })
    const text = await answer.text()
    expect(answer.status, `${path} ${text}`).toBeLessThan(300)
    return text === '' ? null : JSON.parse(text)
  }
  projectId = projectSchema.parse(await made('/api/projects', { name: 'Initech' }, inProject('default'))).id
  wanda = await team.invite('viewer', 'Wanda')
  wandaId = await team.idOf('Wanda')
  await made(
    `/api/projects/${projectId}/members`,
    { email: 'wanda@example.org', role: 'admin' },
    inProject('default'),
    'PUT',
  )
  const script = workflow("return agent('What of Initech?')", names.workflow)
  const run = launchedSchema.parse(
    await made('/api/runs', {
      script,
      title: 'The merger with Initech',
      tags: ['initech'],
      workspace: team.api.workspace,
    }),
  )
  await team.api.ended(run.id)
  const source = `// Initech\n${script.replace('a test', 'Plans for Initech')}`
  await made('/api/workflows', { source })
  await made('/api/workflows', { source: source.replaceAll(names.workflow, names.deleted) })
  await made(`/api/workflows/${names.deleted}`, {}, inProject(projectId), 'DELETE')
  const schedule = scheduleSchema.parse(
    await made('/api/schedules', {
      name: 'Initech nightly',
      launch: { workflow: names.workflow },
      cron: '0 3 * * *',
      timeZone: 'UTC',
      monthlyUsd: 9,
    }),
  )
  const { trigger } = triggerWithSecretSchema.parse(
    await made('/api/triggers', {
      name: 'Initech on push',
      launch: { workflow: names.workflow },
      mapping: [],
      monthlyUsd: 9,
    }),
  )
  const note = runNoteSchema.parse(await made(`/api/runs/${run.id}/notes`, { text: 'Of Initech' }))
  const key = madeKeySchema.parse(await made('/api/keys', { name: 'initech-ci', role: 'admin' }))
  const share = madeShareSchema.parse(await made(`/api/runs/${run.id}/shares`, { days: 3 }))
  const added = sourceSchema.parse(
    await made('/api/sources', { name: 'Initech papers', texts: [{ name: 'initech.txt', text: 'Initech' }] }),
  )
  sourcePath = added.path
  const budget = { scope: 'workflow', name: 'initech', period: 'day', usd: 1 }
  await made('/api/budgets', { budgets: [budget] }, inProject(projectId), 'PUT')
  const { store, alerts } = team.api.app
  const outlier = { kind: 'outlier', runId: run.id, title: 'Initech', workflow: 'initech' } as const
  const at = new Date().toISOString()
  await store.money.addAlert(
    `["outlier","real","${run.id}"]`,
    at,
    { ...outlier, spentNanoUsd: 9, medianNanoUsd: 1 },
    null,
  )
  await alerts.start()
  theirs = {
    id: run.id,
    agentId: 'a1',
    checkpointId: 'c1',
    shareId: share.id,
    name: names.workflow,
    scheduleId: schedule.id,
    triggerId: trigger.id,
    noteId: note.id,
    keyId: key.shown.id,
    projectId,
    personId: wandaId,
    sourceId: added.id,
    quotaId: `project:${projectId}:day:usd`,
    accountId: 'none',
    sessionId: 'none',
    passkeyId: 'none',
    invitationId: 'none',
  }
})
afterAll(() => team.dispose())

/** The parameter by which a path leads to something: what `{id}` is depends on what it is the id of. */
function keyOf(name: string, path: string): string {
  if (name === 'personId' && path.startsWith('/api/members')) return 'accountId'
  return name === 'id' && path.startsWith('/api/sources') ? 'sourceId' : name
}

function addressOf(endpoint: Endpoint, isThere: boolean): string {
  return endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = theirs[keyOf(name, endpoint.path)]
    if (id === undefined) throw new Error(`Say in this test what {${name}} of ${endpoint.path} leads to.`)
    return isThere ? id : unknownAs(id)
  })
}

/** An id of the same shape that is nobody's. */
function unknownAs(id: string): string {
  return id.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '0' ? '1' : '0'))
}

/** Queries and bodies that name something of the project, where the path does not. */
function naming(operationId: string): { query?: string; body?: object } {
  const run = theirs.id ?? ''
  const given: Record<string, { query?: string; body?: object }> = {
    bulkAct: { body: { act: 'tag', tag: 'seen', ids: [run] } },
    exportRuns: { query: `ids=${run}` },
    compareResults: { query: `with=${run}` },
    compareChanges: { query: `with=${run}` },
    compareChangedFile: { query: `with=${run}&path=a.txt` },
    getFileDiff: { query: 'path=a.txt' },
    getRunFile: { query: 'path=a.txt' },
    searchAgents: { query: 'q=Initech' },
    followAll: { query: `runs=${run}~0&overview=1` },
    launchRun: { body: { workflow: names.workflow } },
    estimateLaunch: { body: { script: workflow('return 1'), workspace: sourcePath } },
    addSchedule: {
      body: { name: 'Mine', launch: { workflow: names.workflow }, cron: '@daily', timeZone: 'UTC' },
    },
    lookAtFolder: { query: `path=${encodeURIComponent(sourcePath)}` },
    listMcpServers: { query: `workspace=${encodeURIComponent(sourcePath)}` },
    listWorkflows: { query: `workspace=${encodeURIComponent(sourcePath)}` },
    approveMcpServer: { body: { workspace: sourcePath, digest: '0'.repeat(64), values: {} } },
    testMcpServer: { body: { workspace: sourcePath } },
    importWorkflows: { body: { workspace: sourcePath } },
    addSource: { body: { name: 'Mine', texts: [{ name: 'a', text: 'b' }] } },
    addSourceFile: { query: 'name=a.txt' },
    addTrigger: {
      body: { name: 'Mine', launch: { workflow: names.workflow }, mapping: [], monthlyUsd: 1 },
    },
    dismissAlert: { body: { id: `["outlier","real","${run}"]` } },
    compareVersions: { query: 'from=1&to=1' },
    getCosts: { query: 'groupBy=run' },
    getCostsCsv: { query: 'groupBy=run' },
    changeSettings: { body: { allowedModels: null } },
    // What is the installation's is not changed here; what it answers is asked with nothing that fits.
    setBudgets: { body: { budgets: [] } },
  }
  return given[operationId] ?? {}
}

/** Takes away what the others are tried with, or makes a whole backup each time. */
const ending = new Set(['signOut', 'endSessions', 'endSession', 'changePassword', 'makeBackup'])
const closed = allEndpoints.filter(
  ({ operationId, endpoint }) => endpoint.access !== 'open' && !ending.has(operationId),
)

type Who = { cookie?: string; key?: string; headers?: Record<string, string> }

async function ask(operationId: string, endpoint: Endpoint, who: Who, isThere = true) {
  const { query, body = bodyFor(endpoint) } = naming(operationId)
  const accept: Record<string, string> =
    endpoint.answer.kind === 'stream' ? { accept: 'application/json' } : {}
  const path = addressOf(endpoint, isThere) + (query === undefined ? '' : `?${query}`)
  const answer = await team.ask(endpoint.method, path, {
    ...who,
    ...(endpoint.method === 'GET' || body === undefined ? {} : { body }),
    headers: { ...accept, ...who.headers },
  })
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
    return { status: answer.status, text: await answer.text() }
  return { status: answer.status, text: await streamText(answer) }
}

/** What a contract shows of itself; what belongs to no project is asked with nothing that fits, and changes nothing. */
function bodyFor(endpoint: Endpoint): unknown {
  if (endpoint.within === 'installation') return endpoint.body === undefined ? undefined : []
  return endpoint.body?.example
}

/** The beginning of a stream, until it said that the run is gone or twice that it is there. */
async function streamText(answer: Response): Promise<string> {
  let text = ''
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!(text.includes('/gone') && text.includes('overview/overview')) && !/\/events/.test(text)) {
    const piece = await reader?.read()
    if (piece === undefined || piece.done) break
    text += piece.value
  }
  await reader?.cancel()
  return text
}

/** An answer without what the asker named themselves. */
function told(text: string, isThere: boolean): string {
  let without = text
  for (const id of [sourcePath, ...Object.values(theirs)])
    for (const one of isThere ? [id] : [id, unknownAs(id)])
      if (one.length > 3) without = without.replaceAll(one, '…')
  return without
}

describe('a project that somebody is not in', () => {
  const strangers = roles.filter((role) => role !== 'owner')

  test.each(closed.map(({ operationId, endpoint }) => [operationId, endpoint] as const))(
    '%s answers as if it were not there',
    async (operationId, endpoint) => {
      for (const role of strangers) {
        const cookie = team.cookies[role]
        const there = await ask(operationId, endpoint, { cookie })
        expect(told(there.text, true).toLowerCase(), role).not.toContain(secret)
        if (endpoint.within === 'run' || endpoint.within === 'named-project')
          expect([403, 404], `${role}: ${there.text}`).toContain(there.status)
        if (paramNamesOf(endpoint).length > 0) {
          const unknown = await ask(operationId, endpoint, { cookie }, false)
          expect({ status: there.status, text: told(there.text, true) }, role).toEqual({
            status: unknown.status,
            text: told(unknown.text, false),
          })
        }
        const named = await ask(operationId, endpoint, { cookie, headers: inProject(projectId) })
        const nowhere = { cookie, headers: inProject(unknownAs(projectId)) }
        const asUnknown = await ask(operationId, endpoint, nowhere)
        expect(told(named.text, true).toLowerCase(), role).not.toContain(secret)
        if (endpoint.within === 'project' || endpoint.within === 'run') {
          expect(named.status, `${role}: ${named.text}`).toBe(404)
          expect(told(named.text, true)).toBe(told(asUnknown.text, false))
        }
        const kept = { cookie: `${cookie}; skein_project=${projectId}` }
        expect(told((await ask(operationId, endpoint, kept)).text, true).toLowerCase()).not.toContain(secret)
      }
    },
  )

  test('is entered by no key of another, and its own key enters no other', async () => {
    const mine = await team.makeKey(team.cookies.admin, { name: 'all', role: 'admin' })
    for (const { operationId, endpoint } of closed) {
      const { text } = await ask(operationId, endpoint, { key: mine.key })
      expect(told(text, true).toLowerCase(), operationId).not.toContain(secret)
    }
    const made = await team.ask('POST', '/api/keys', {
      cookie: wanda,
      headers: inProject(projectId),
      body: { name: 'theirs', role: 'admin' },
    })
    const { key } = madeKeySchema.parse(await made.json())
    const runs = async (headers: Record<string, string>) => team.ask('GET', '/api/runs', { key, headers })
    expect(runListSchema.parse(await (await runs({})).json()).total).toBe(1)
    expect((await runs(inProject('default'))).status).toBe(404)
  })

  test('counts in no sum and no list of another', async () => {
    const cookie = team.cookies.admin
    const spent = await team.api.app.store.spentByDay(false)
    expect(spent.reduce((sum, { spentNanoUsd }) => sum + spentNanoUsd, 0)).toBeGreaterThan(0)
    const read = async (path: string) => (await team.ask('GET', path, { cookie })).json()
    expect(await read('/api/costs')).toMatchObject({ totals: { turns: 0, costNanoUsd: 0 } })
    const frame = overviewFrameSchema.parse(
      await (
        await team.ask('GET', '/api/events', { cookie, headers: { accept: 'application/json' } })
      ).json(),
    )
    expect(frame.runs).toEqual([])
    expect(frame.alerts).toEqual([])
    expect(frame.today.spentNanoUsd).toBe(0)
    expect(await read('/api/deleted-workflows')).toEqual({ workflows: [] })
  })
})

test('nobody has changed anything in a project that they are not in', async () => {
  const { store } = team.api.app
  const { run } = await team.api.state(theirs.id ?? '')
  expect(run).toMatchObject({ tags: ['initech'], title: 'The merger with Initech', status: 'completed' })
  const alerts = await store.money.listAlerts({ isOpen: true, limit: 10 })
  expect(alerts.map(({ id }) => id)).toEqual([`["outlier","real","${run.id}"]`])
  expect(await store.schedules.find(theirs.scheduleId ?? '')).toMatchObject({ isOn: true })
  expect(await store.triggers.find(theirs.triggerId ?? '')).toMatchObject({ isOn: true })
  expect(await store.runNotes.listNotes(run.id)).toHaveLength(1)
  expect((await store.keys.findKey(theirs.keyId ?? ''))?.revokedAt).toBeNull()
  expect(await store.shares.listShares(run.id)).toHaveLength(1)
  expect(team.api.app.settings.budgets).toContainEqual(expect.objectContaining({ project: projectId }))
  const members = await store.projects.listProjectMembers(projectId)
  expect(members.map(({ personId }) => personId)).toEqual([wandaId])
})

describe('whoever is in a project', () => {
  test.each(['getRun', 'getTranscript', 'getRunCosts', 'getRunResult', 'listShares', 'exportRun'])(
    'is answered of its runs wherever they ask: %s',
    async (operationId) => {
      const found = closed.find((one) => one.operationId === operationId)
      if (found === undefined) throw new Error(`There is no ${operationId}`)
      for (const headers of [{}, inProject(projectId), inProject('default')])
        expect((await ask(operationId, found.endpoint, { cookie: wanda, headers })).status).toBe(200)
    },
  )

  test('sees its lists and sums where they ask in it', async () => {
    const read = async (path: string, headers: Record<string, string> = inProject(projectId)) => {
      const answer = await team.ask('GET', path, { cookie: wanda, headers })
      return { status: answer.status, text: await answer.text() }
    }
    for (const path of [
      '/api/runs',
      '/api/runs/filters',
      '/api/workflows',
      '/api/schedules',
      '/api/triggers',
      '/api/budgets',
      '/api/alerts',
      '/api/keys',
      '/api/sources',
      '/api/workspaces',
      '/api/costs?groupBy=run',
      '/api/access',
      '/api/projects',
    ]) {
      const { status, text } = await read(path)
      expect(status, path).toBe(200)
      expect(text.toLowerCase(), path).toContain(secret)
    }
    const asBrowser = { cookie: `${wanda}; skein_project=${projectId}` }
    expect(await (await team.ask('GET', '/api/runs', asBrowser)).text()).toMatch(/initech/i)
  })

  test('does there what the role there allows, and nothing more in the installation', async () => {
    const headers = inProject(projectId)
    const launch = { cookie: wanda, headers, body: { script: workflow('return 1') } }
    const { id } = launchedSchema.parse(await (await team.ask('POST', '/api/runs', launch)).json())
    await team.api.ended(id)
    expect((await team.api.state(id)).run.project).toBe(projectId)
    const inDefault = { cookie: wanda, body: { script: workflow('return 1') } }
    expect((await team.ask('POST', '/api/runs', inDefault)).status).toBe(403)
    for (const [method, path, body] of [
      ['PUT', '/api/settings', { runCapUsd: 1 }],
      ['POST', '/api/projects', { name: 'Mine' }],
      ['GET', '/api/audit', undefined],
      ['GET', '/metrics', undefined],
    ] as const)
      expect((await team.ask(method, path, { cookie: wanda, headers, body })).status, path).toBe(403)
    const caps = { cookie: wanda, headers, body: { dayCapUsd: 1 } }
    expect((await team.ask('PUT', '/api/budgets', caps)).status).toBe(403)
  })

  test('launches what its own library holds, also from within a script', async () => {
    const launched = async (headers: Record<string, string>, cookie: string) => {
      const body = { script: workflow(`return workflow('${names.workflow}')`, 'outer') }
      const answer = await team.ask('POST', '/api/runs', { cookie, headers, body })
      const { id } = launchedSchema.parse(await answer.json())
      return (await team.api.ended(id)).run
    }
    expect((await launched(inProject(projectId), wanda)).status).toBe('completed')
    const outside = await launched({}, team.cookies.launcher)
    expect(outside.status).toBe('failed')
    expect(JSON.stringify(outside)).not.toMatch(/initech/i)
  })
})

test('who is taken out of a project is out at once, with keys and streams', async () => {
  const cookie = await team.invite('viewer', 'Walt')
  const members = `/api/projects/${projectId}/members`
  const owner = { cookie: team.cookies.owner }
  const body = { email: 'walt@example.org', role: 'launcher' }
  expect((await team.ask('PUT', members, { ...owner, body })).status).toBe(200)
  const headers = inProject(projectId)
  const made = await team.ask('POST', '/api/keys', { cookie, headers, body: { name: 'k', role: 'launcher' } })
  const { key } = madeKeySchema.parse(await made.json())
  const stream = await team.ask('GET', '/api/events', { cookie, headers })
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(200)
  expect((await team.ask('DELETE', `${members}/${await team.idOf('Walt')}`, owner)).status).toBe(204)
  await stream.text()
  expect((await team.ask('GET', '/api/runs', { cookie, headers })).status).toBe(404)
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
  expect((await team.ask('GET', '/api/runs', { cookie })).status).toBe(200)
})

test('a project is archived when its runs have ended, can be read then, and takes nothing', async () => {
  const owner = { cookie: team.cookies.owner }
  const made = await team.ask('POST', '/api/projects', { ...owner, body: { name: 'Brief' } })
  const { id } = projectSchema.parse(await made.json())
  const launch = {
    ...owner,
    headers: inProject(id),
    body: { script: workflow("await agent('x')\nreturn 1") },
  }
  const run = launchedSchema.parse(await (await team.ask('POST', '/api/runs', launch)).json())
  await team.api.ended(run.id)
  const archive = (isArchived: boolean) =>
    team.ask('PATCH', `/api/projects/${id}`, { ...owner, body: { isArchived } })
  expect((await archive(true)).status).toBe(200)
  expect((await team.ask('POST', '/api/runs', launch)).status).toBe(409)
  expect((await team.ask('GET', `/api/runs/${run.id}`, owner)).status).toBe(200)
  expect((await team.ask('DELETE', `/api/runs/${run.id}`, owner)).status).toBe(409)
  expect((await archive(false)).status).toBe(200)
  expect((await team.ask('DELETE', `/api/runs/${run.id}`, owner)).status).toBe(204)
  const again = { ...owner, body: { name: 'BRIEF' } }
  expect((await team.ask('POST', '/api/projects', again)).status).toBe(409)
  expect((await team.ask('POST', '/api/projects', { ...owner, body: { name: 'default' } })).status).toBe(409)
})

test('an admin of a project gives nobody more than they have, and is no admin of another', async () => {
  const as = (role: Role, project = projectId) =>
    team.ask('PUT', `/api/projects/${project}/members`, {
      cookie: wanda,
      body: { email: 'lena@example.org', role },
    })
  expect((await as('owner')).status).toBe(403)
  expect((await as('viewer', 'default')).status).toBe(403)
  expect((await as('viewer', 'project-none')).status).toBe(404)
  const nobody = { cookie: wanda, body: { email: 'nobody@example.org', role: 'viewer' } }
  expect((await team.ask('PUT', `/api/projects/${projectId}/members`, nobody)).status).toBe(404)
  const log = await team.api.app.store.audit.after(0, 10_000)
  expect(log.map(({ operation }) => operation)).toContain('setProjectMember')
})

test('a project has models of its own that may be launched; without them it has those of Default', async () => {
  const launch = async (model: string, headers: Record<string, string>) => {
    const body = { script: workflow('return 1'), model, dryRun: true }
    const answer = await team.ask('POST', '/api/estimate', { cookie: team.cookies.owner, headers, body })
    return { status: answer.status, text: await answer.text() }
  }
  const allow = (allowedModels: string[] | null, headers: Record<string, string>) =>
    team.ask('PUT', '/api/settings', { cookie: team.cookies.owner, headers, body: { allowedModels } })
  const ours = inProject(projectId)
  const usual = team.api.app.settings.defaultModel
  const [one = '', other = ''] = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'].filter(
    (model) => model !== usual,
  )
  expect((await allow([usual, one], {})).status).toBe(200)
  expect((await launch(other, ours)).status).toBe(400)
  expect((await allow([usual, other], ours)).status).toBe(200)
  expect((await launch(other, ours)).status).toBe(200)
  expect((await launch(one, ours)).text).toContain(`${one} is not allowed in the project Initech`)
  expect((await launch(other, {})).text).toContain('not allowed in the project Default')
  const caps = { cookie: team.cookies.owner, headers: ours, body: { runCapUsd: 1 } }
  expect((await team.ask('PUT', '/api/settings', caps)).status).toBe(403)
  expect((await allow(null, {})).status).toBe(200)
})

test('every contract says what it reaches, and says of a run by its path', () => {
  for (const { operationId, endpoint } of allEndpoints) {
    const isOfRun = endpoint.path.startsWith('/api/runs/{id}')
    expect(endpoint.within === 'run', operationId).toBe(isOfRun)
    expect(endpoint.within === 'named-project', operationId).toBe(
      endpoint.path.startsWith('/api/projects/{projectId}'),
    )
    if (endpoint.access === 'open') expect(endpoint.within, operationId).toBe('installation')
  }
})
