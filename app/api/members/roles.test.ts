import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allEndpoints, endpointGroups } from '@/lib/api/endpoints/all-endpoints'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { launchedSchema } from '@/lib/api/runs'
import { type Role, reaches, roles } from '@/lib/core/base/role'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from './testing'

const secretTitle = 'The merger with Initech'

let team: Team
let runId = ''
let viewerId = ''
beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
  const body = { script: workflow('return 1'), title: secretTitle }
  runId = launchedSchema.parse(
    await (await team.ask('POST', '/api/runs', { cookie: team.cookies.launcher, body })).json(),
  ).id
  await team.api.ended(runId)
  viewerId = await team.idOf('Vera')
})
afterAll(() => team.dispose())

/** What a contract leads to, with the run there is, and a body that changes nothing: it does not fit. */
function addressFor(endpoint: Endpoint): string {
  return endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'projectId') return 'default'
    return name === 'id' && endpoint.path.startsWith('/api/runs') ? runId : 'none'
  })
}

/** The status and text of an answer, of a stream its status alone. */
async function answerTo(endpoint: Endpoint, who: { cookie?: string; key?: string }) {
  const misfit = endpoint.body === undefined || endpoint.method === 'GET' ? {} : { body: [] }
  const answer = await team.ask(endpoint.method, addressFor(endpoint), {
    ...who,
    ...misfit,
    headers:
      endpoint.answer.kind === 'stream' && endpoint.answer.json !== null
        ? { accept: 'application/json' }
        : {},
  })
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body?.cancel()
    return { status: answer.status, text: '' }
  }
  return { status: answer.status, text: await answer.text() }
}

/** Contracts that a role may ask and that would take away what the others are tried with. */
const ending = new Set(['signOut', 'endSessions', 'deleteRun', 'retryFailed'])

const closed = allEndpoints.filter(({ endpoint }) => endpoint.access !== 'open')

describe('every contract, asked over HTTP', () => {
  test.each(closed.map(({ operationId, endpoint }) => [operationId, endpoint] as const))(
    '%s lets in the roles it names, and tells the others nothing',
    async (operationId, endpoint) => {
      const stranger = await answerTo(endpoint, {})
      expect(stranger.status).toBe(401)
      expect((await answerTo(endpoint, { key: 'skein_nobody' })).status).toBe(401)
      expect((await answerTo(endpoint, { cookie: `${team.cookies.owner}x` })).status).toBe(401)
      for (const role of roles) {
        const may = endpoint.access !== 'open' && reaches(role, endpoint.access)
        if (may && ending.has(operationId)) continue
        const { status, text } = await answerTo(endpoint, { cookie: team.cookies[role] })
        if (may) expect([401, 403], `${role}: ${text}`).not.toContain(status)
        else {
          expect(status, `${role}: ${text}`).toBe(403)
          expect(text).not.toContain(secretTitle)
        }
      }
    },
  )

  test('a refusal is the same for a run that is there and for one that is not', async () => {
    const ask = (id: string) => team.ask('POST', `/api/runs/${id}/pause`, { cookie: team.cookies.viewer })
    const [there, gone] = [await (await ask(runId)).text(), await (await ask('none')).text()]
    expect(there).toBe(gone)
  })

  test('what only people may do, no key does', async () => {
    const { key } = await team.makeKey(team.cookies.owner, { name: 'all', role: 'owner' })
    const forPeople = closed.filter(({ endpoint }) => endpoint.notForKeys)
    expect(forPeople.length).toBeGreaterThan(10)
    for (const { endpoint } of forPeople) expect((await answerTo(endpoint, { key })).status).toBe(403)
  })
})

test('an agent gets a shell, hosts or MCP servers from an admin alone, in an estimate and a fork too', async () => {
  const launchAs = (role: Role, permissions: object, path = '/api/runs') =>
    team.ask('POST', path, {
      cookie: team.cookies[role],
      body: { script: workflow('return 1'), workspace: team.api.workspace, permissions },
    })
  for (const permissions of [{ shell: true }, { hosts: ['example.org'] }, { mcp: ['docs'] }])
    expect((await launchAs('launcher', permissions)).status).toBe(403)
  expect((await launchAs('launcher', { shell: true }, '/api/estimate')).status).toBe(403)
  expect((await launchAs('launcher', { write: true })).status).toBe(201)
  const { id } = launchedSchema.parse(await (await launchAs('admin', { shell: true })).json())
  await team.api.ended(id)
  const fork = (role: Role) =>
    team.ask('POST', `/api/runs/${id}/fork`, { cookie: team.cookies[role], body: {} })
  expect((await fork('launcher')).status).toBe(403)
  const preview = { cookie: team.cookies.launcher, body: {} }
  expect((await team.ask('POST', `/api/runs/${id}/fork/preview`, preview)).status).toBe(403)
  expect((await fork('admin')).status).toBe(201)
  // Whoever may not give an agent a shell may not have one do things in it either.
  for (const [path, body] of [
    ['retry-failed', {}],
    ['retry-failed/preview', {}],
    ['agents/a1/retry', {}],
    ['agents/a1/steer', { message: 'Run this for me.' }],
  ] as const) {
    const asked = { cookie: team.cookies.launcher, body }
    const answer = await team.ask('POST', `/api/runs/${id}/${path}`, asked)
    expect(answer.status, path).toBe(403)
  }
})

test('what an agent asks permission for is answered by an admin', async () => {
  const writes = { toolCalls: [{ name: 'write_file', input: { path: 'b.txt', content: 'beta' } }] }
  const launched = await team.ask('POST', '/api/runs', {
    cookie: team.cookies.launcher,
    body: {
      script: workflow(`return agent(${JSON.stringify(`Write. ${sim(writes, {})}`)})`),
      workspace: team.api.workspace,
      whenNotPermitted: 'ask',
    },
  })
  const { id } = launchedSchema.parse(await launched.json())
  await team.api.until(
    id,
    ({ event }, { checkpoints }) => checkpoints.length > 0 && event.type !== 'run.ended',
  )
  const { checkpoints } = await team.api.state(id)
  const asked = checkpoints[0]
  expect(asked?.kind).toBe('permission')
  const answer = (role: Role) =>
    team.ask('POST', `/api/runs/${id}/checkpoints/${asked?.checkpointId}`, {
      cookie: team.cookies[role],
      body: { answer: asked?.default ?? true },
    })
  expect((await answer('launcher')).status).toBe(403)
  expect((await answer('admin')).status).not.toBe(403)
  await team.ask('POST', `/api/runs/${id}/cancel`, { cookie: team.cookies.admin })
})

describe('the team', () => {
  test('a role holds from the next request on', async () => {
    const asks = () => team.ask('POST', `/api/runs/${runId}/pause`, { cookie: team.cookies.viewer })
    expect((await asks()).status).toBe(403)
    const change = (role: Role) =>
      team.ask('PATCH', `/api/members/${viewerId}`, { cookie: team.cookies.admin, body: { role } })
    expect((await change('launcher')).status).toBe(200)
    expect((await asks()).status).toBe(409)
    expect((await change('viewer')).status).toBe(200)
    expect((await asks()).status).toBe(403)
  })

  test('an admin neither makes nor changes an owner', async () => {
    const { admin: cookie } = team.cookies
    const ownerId = await team.idOf('Olga')
    expect(
      (await team.ask('PATCH', `/api/members/${viewerId}`, { cookie, body: { role: 'owner' } })).status,
    ).toBe(403)
    expect(
      (await team.ask('PATCH', `/api/members/${ownerId}`, { cookie, body: { role: 'viewer' } })).status,
    ).toBe(403)
    expect((await team.ask('DELETE', `/api/members/${ownerId}`, { cookie })).status).toBe(403)
    expect((await team.ask('POST', '/api/invitations', { cookie, body: { role: 'owner' } })).status).toBe(403)
  })

  test('of two owners who take each other away at once, one stays', async () => {
    const second = await team.invite('owner', 'Otto')
    const [olga, otto] = [await team.idOf('Olga'), await team.idOf('Otto')]
    const both = await Promise.all([
      team.ask('PATCH', `/api/members/${otto}`, { cookie: team.cookies.owner, body: { role: 'viewer' } }),
      team.ask('PATCH', `/api/members/${olga}`, { cookie: second, body: { role: 'viewer' } }),
    ])
    const people = await team.api.app.store.people.listPeople()
    const owners = people.filter(({ role }) => role === 'owner')
    expect(owners).toHaveLength(1)
    expect(both.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1)
    const last = owners[0]?.id ?? ''
    const { people: store } = team.api.app.store
    expect(await store.removePerson(last, 'owner')).toBe('last-owner')
    expect(await store.setRole(last, 'admin', 'owner')).toBe('last-owner')
    await store.setRole(olga, 'owner', 'owner')
    team.api.app.access.askers.changed(olga)
    await store.removePerson(otto, 'owner')
  })

  test('an admin does not demote somebody who is made an owner at the same moment', async () => {
    await team.invite('launcher', 'Uma')
    const id = await team.idOf('Uma')
    const patch = (by: string, role: string) =>
      team.api.send('PATCH', `/api/members/${id}`, {
        headers: { cookie: by, 'content-type': 'application/json' },
        body: JSON.stringify({ role }),
      })
    const answers = await Promise.all([
      patch(team.cookies.owner, 'owner'),
      patch(team.cookies.admin, 'viewer'),
    ])
    const role = (await team.api.app.store.people.findPerson(id))?.role
    expect([answers.map(({ status }) => status), role]).toEqual([[200, 403], 'owner'])
  })

  test('who is removed is out at once, with their sessions, keys and streams', async () => {
    const cookie = await team.invite('launcher', 'Leaver')
    const { key } = await team.makeKey(cookie, { name: 'ci' })
    const stream = await team.ask('GET', '/api/events', { cookie })
    expect(stream.status).toBe(200)
    expect((await team.ask('GET', '/api/runs', { key })).status).toBe(200)
    const id = await team.idOf('Leaver')
    expect((await team.ask('DELETE', `/api/members/${id}`, { cookie: team.cookies.admin })).status).toBe(204)
    await stream.text()
    expect((await team.ask('GET', '/api/runs', { cookie })).status).toBe(401)
    expect((await team.ask('GET', '/api/runs', { key })).status).toBe(401)
    expect((await team.signIn('leaver@example.org')).status).toBe(401)
  })
})

test('the docs say of every group of contracts which role may do what', () => {
  const told = readFileSync(join(process.cwd(), 'docs', 'team.md'), 'utf8')
  const names = (tag: string, needed: Endpoint['access']) =>
    endpointGroups
      .filter((group) => group.tag === tag)
      .flatMap(({ endpoints }) => Object.entries(endpoints))
      .filter(([, { access }]) => access === needed)
      .map(([name]) => `\`${name}\``)
      .join(' ')
  const rows = endpointGroups.map(
    ({ tag }) =>
      `| ${tag} | ${[...roles.slice(0, 3), 'open' as const].map((role) => names(tag, role)).join(' | ')} |`,
  )
  for (const row of rows) expect(told).toContain(row)
})
