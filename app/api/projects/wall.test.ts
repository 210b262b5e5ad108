import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { overviewFrameSchema } from '@/lib/api/first/overview'
import { runListSchema } from '@/lib/api/first/run-list'
import { madeKeySchema } from '@/lib/api/people'
import { projectSchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import { type Role, roles } from '@/lib/core/base/role'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'
import { closed, type Filled, fillProject, inProject, names, secret } from './testing'

let team: Team
/** What there is in the project that others are not in. */
let filled: Filled
let projectId = ''
let wanda = ''
let wandaId = ''

beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
  const owner = { cookie: team.cookies.owner }
  const made = await team.ask('POST', '/api/projects', { ...owner, body: { name: 'Initech' } })
  projectId = projectSchema.parse(await made.json()).id
  wanda = await team.invite('viewer', 'Wanda')
  wandaId = await team.idOf('Wanda')
  const body = { email: 'wanda@example.org', role: 'admin' }
  await team.ask('PUT', `/api/projects/${projectId}/members`, { ...owner, body })
  filled = await fillProject(team, projectId, wandaId)
})
afterAll(() => team.dispose())

describe('a project that somebody is not in', () => {
  const strangers = roles.filter((role) => role !== 'owner')

  test.each(closed.map(({ operationId, endpoint }) => [operationId, endpoint] as const))(
    '%s answers as if it were not there',
    async (operationId, endpoint) => {
      for (const role of strangers) await filled.expectWall(operationId, endpoint, role, team.cookies[role])
    },
  )

  test('is entered by no key of another, and its own key enters no other', async () => {
    const mine = await team.makeKey(team.cookies.admin, { name: 'all', role: 'admin' })
    for (const { operationId, endpoint } of closed) {
      const { text } = await filled.ask(operationId, endpoint, { key: mine.key })
      expect(filled.told(text, true).toLowerCase(), operationId).not.toContain(secret)
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
  const { theirs } = filled
  const { run } = await team.api.state(theirs.id)
  expect(run).toMatchObject({ tags: ['initech'], title: 'The merger with Initech', status: 'completed' })
  const alerts = await store.money.listAlerts({ isOpen: true, limit: 10 })
  expect(alerts.map(({ id }) => id)).toEqual([`["outlier","real","${run.id}"]`])
  expect(await store.schedules.find(theirs.scheduleId)).toMatchObject({ isOn: true })
  expect(await store.triggers.find(theirs.triggerId)).toMatchObject({ isOn: true })
  expect(await store.runNotes.listNotes(run.id)).toHaveLength(1)
  expect((await store.keys.findKey(theirs.keyId))?.revokedAt).toBeNull()
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
        expect((await filled.ask(operationId, found.endpoint, { cookie: wanda, headers })).status).toBe(200)
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
