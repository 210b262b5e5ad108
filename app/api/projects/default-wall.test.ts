import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { accessSchema } from '@/lib/api/first/access'
import { madeKeySchema } from '@/lib/api/people'
import { problemSchema } from '@/lib/api/problem'
import { projectMembersSchema, projectSchema, projectsSchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import { defaultProject } from '@/lib/core/base/project'
import { type Role, roles } from '@/lib/core/base/role'
import { workflow } from '@/lib/server/testing/test-app'
import { connectClient } from '../../mcp/testing'
import { startTeam, type Team } from '../members/testing'
import { closed, type Filled, fillProject, inProject, secret } from './testing'

const members = `/api/projects/${defaultProject}/members`
const kept = { viewer: 'Vera', launcher: 'Lena', admin: 'Adam' } as const
const strangers = roles.filter((role) => role !== 'owner')

let team: Team
/** What there is in Default, which others are kept out of. */
let filled: Filled
/** The project of those who are kept out. */
let elsewhere = ''
/** Somebody who is in no project at all. */
let nemo = ''

const owner = () => ({ cookie: team.cookies.owner })
const keepOut = async (name: string, by = team.cookies.owner) =>
  team.ask('DELETE', `${members}/${await team.idOf(name)}`, { cookie: by })
const letIn = (name: string, role: Role, by = team.cookies.owner) =>
  team.ask('PUT', members, { cookie: by, body: { email: `${name.toLowerCase()}@example.org`, role } })
const accessOf = async (cookie: string) =>
  accessSchema.parse(await (await team.ask('GET', '/api/access', { cookie })).json())

beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
  const made = await team.ask('POST', '/api/projects', { ...owner(), body: { name: 'Elsewhere' } })
  elsewhere = projectSchema.parse(await made.json()).id
  for (const role of strangers) {
    const body = { email: `${kept[role].toLowerCase()}@example.org`, role }
    await team.ask('PUT', `/api/projects/${elsewhere}/members`, { ...owner(), body })
    expect((await keepOut(kept[role])).status).toBe(204)
  }
  nemo = await team.invite('launcher', 'Nemo')
  expect((await keepOut('Nemo')).status).toBe(204)
  filled = await fillProject(team, defaultProject, await team.idOf('Olga'))
})
afterAll(() => team.dispose())

describe('Default, for somebody who is kept out of it', () => {
  test.each(closed.map(({ operationId, endpoint }) => [operationId, endpoint] as const))(
    '%s answers as if it were not there',
    async (operationId, endpoint) => {
      for (const role of strangers) await filled.expectWall(operationId, endpoint, role, team.cookies[role])
      const nowhere = await filled.ask(operationId, endpoint, { cookie: nemo })
      expect(filled.told(nowhere.text, true).toLowerCase(), 'in no project').not.toContain(secret)
      if (endpoint.within !== 'installation') expect([403, 404], nowhere.text).toContain(nowhere.status)
    },
  )

  test('has nothing of the installation for them, whatever role their account has', async () => {
    for (const [method, path, body] of [
      ['GET', '/api/members', undefined],
      ['POST', '/api/invitations', { role: 'viewer' }],
      ['PATCH', `/api/members/${await team.idOf('Vera')}`, { role: 'launcher' }],
      ['PUT', '/api/prices', []],
      ['GET', '/api/audit', undefined],
      ['GET', '/metrics', undefined],
      ['POST', '/api/folders', { path: '/' }],
    ] as const) {
      const answer = await team.ask(method, path, { cookie: team.cookies.admin, body })
      expect(answer.status, path).toBe(403)
    }
  })

  test('is in no answer of MCP', async () => {
    const made = await team.ask('POST', '/api/keys', {
      cookie: team.cookies.launcher,
      body: { name: 'mcp', role: 'launcher' },
    })
    const { call, client, close } = await connectClient(team.url, {
      key: madeKeySchema.parse(await made.json()).key,
    })
    try {
      for (const tool of ['status', 'result', 'costs']) {
        const { text } = await call(tool, { runId: filled.theirs.id })
        expect(filled.told(text, true).toLowerCase(), tool).not.toContain(secret)
      }
      const resources = JSON.stringify(await client.listResources())
      expect(resources.toLowerCase()).not.toContain(secret)
    } finally {
      await close()
    }
  })

  test('lets them into the projects that they are in, with the role they have there', async () => {
    const { project, projects, you } = await accessOf(team.cookies.admin)
    expect(project).toEqual({ id: elsewhere, name: 'Elsewhere', role: 'admin' })
    expect(projects).toEqual([])
    expect(you?.role).toBe('viewer')
    const listed = await team.ask('GET', '/api/projects', { cookie: team.cookies.admin })
    expect(projectsSchema.parse(await listed.json()).projects.map(({ id }) => id)).toEqual([elsewhere])
    const launch = { cookie: team.cookies.launcher, body: { script: workflow('return 1') } }
    const { id } = launchedSchema.parse(await (await team.ask('POST', '/api/runs', launch)).json())
    await team.api.ended(id)
    expect((await team.api.state(id)).run.project).toBe(elsewhere)
  })

  test('is told of nobody who is in no project: they have signed in, and are in none', async () => {
    const { project, projects, you } = await accessOf(nemo)
    expect({ project, projects, name: you?.actor.name }).toEqual({
      project: null,
      projects: [],
      name: 'Nemo',
    })
    expect((await team.ask('GET', '/api/account', { cookie: nemo })).status).toBe(200)
    const runs = await team.ask('GET', '/api/runs', { cookie: nemo })
    expect(problemSchema.parse(await runs.json()).detail).toContain('You are in no project')
  })

  test('runs nothing of theirs any more: a schedule there is turned off when it is next due', async () => {
    await letIn('Nemo', 'launcher')
    const body = {
      name: 'Of Nemo',
      launch: { script: workflow('return 1') },
      cron: '0 3 * * *',
      timeZone: 'UTC',
    }
    const { id } = scheduleSchema.parse(
      await (await team.ask('POST', '/api/schedules', { cookie: nemo, body })).json(),
    )
    await keepOut('Nemo')
    await team.ask('POST', `/api/schedules/${id}/run`, owner())
    expect(await team.api.app.store.schedules.find(id)).toMatchObject({
      isOn: false,
      offReason: 'owner',
      offDetail: 'Nemo is not in this project any more.',
    })
  })
})

test('nobody who was kept out has changed anything in Default', async () => {
  const { store } = team.api.app
  const { theirs } = filled
  expect((await team.api.state(theirs.id)).run).toMatchObject({ tags: ['initech'], status: 'completed' })
  expect(await store.schedules.find(theirs.scheduleId)).toMatchObject({ isOn: true })
  expect(await store.triggers.find(theirs.triggerId)).toMatchObject({ isOn: true })
  expect(await store.runNotes.listNotes(theirs.id)).toHaveLength(1)
  expect(await store.shares.listShares(theirs.id)).toHaveLength(1)
})

test('who is kept out is out at once, with keys and streams, and is let back in as they were', async () => {
  const cookie = await team.invite('launcher', 'Walt')
  const { key } = await team.makeKey(cookie, { name: 'k', role: 'launcher' })
  const stream = await team.ask('GET', '/api/events', { cookie })
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(200)
  expect((await keepOut('Walt', await team.invite('admin', 'Ada'))).status).toBe(204)
  await stream.text()
  expect((await team.ask('GET', '/api/runs', { cookie, headers: inProject(defaultProject) })).status).toBe(
    404,
  )
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
  const list = async () => projectMembersSchema.parse(await (await team.ask('GET', members, owner())).json())
  const before = await list()
  expect(before.keptOut.map(({ name }) => name)).toContain('Walt')
  expect(before.members.map(({ name }) => name)).not.toContain('Walt')
  expect((await keepOut('Walt')).status).toBe(404)
  expect((await letIn('Walt', 'admin')).status).toBe(409)
  expect((await letIn('Walt', 'launcher')).status).toBe(200)
  expect((await list()).keptOut.map(({ name }) => name)).not.toContain('Walt')
  expect((await team.ask('GET', '/api/runs', { cookie })).status).toBe(200)
  expect((await team.ask('GET', '/api/runs', { key })).status).toBe(200)
})

test('no owner is kept out, also not one who becomes one, and no launcher keeps anybody out', async () => {
  const cookie = await team.invite('launcher', 'Lu')
  expect((await keepOut('Olga')).status).toBe(409)
  expect((await keepOut('Olga', cookie)).status).toBe(403)
  expect((await keepOut('Walt', cookie)).status).toBe(403)
  expect((await letIn('Vera', 'viewer', cookie)).status).toBe(403)
  expect((await keepOut('Lu')).status).toBe(204)
  const promoted = `/api/members/${await team.idOf('Lu')}`
  expect((await team.ask('PATCH', promoted, { ...owner(), body: { role: 'owner' } })).status).toBe(200)
  expect((await accessOf(cookie)).project).toMatchObject({ id: defaultProject, role: 'owner' })
  expect((await team.ask('PATCH', promoted, { ...owner(), body: { role: 'viewer' } })).status).toBe(200)
  expect((await accessOf(cookie)).project).toMatchObject({ id: defaultProject, role: 'viewer' })
})

test('where there is only Default, whoever is kept out of it sees nothing', async () => {
  const alone = await startTeam({})
  try {
    const path = `${members}/${await alone.idOf('Adam')}`
    expect((await alone.ask('DELETE', path, { cookie: alone.cookies.owner })).status).toBe(204)
    for (const asked of ['/api/runs', '/api/events', '/api/prices/repricings', '/metrics', '/api/workflows'])
      expect([403, 404], asked).toContain(
        (await alone.ask('GET', asked, { cookie: alone.cookies.admin })).status,
      )
  } finally {
    await alone.dispose()
  }
})
