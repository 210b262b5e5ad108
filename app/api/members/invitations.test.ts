import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessSchema } from '@/lib/api/first/access'
import { auditPageSchema, invitedSchema, membersSchema } from '@/lib/api/people'
import { projectSchema } from '@/lib/api/projects/projects'
import { cookieOf, password, startTeam, type Team } from './testing'

let team: Team
/** Adam is an admin in the first and of a lesser role in the second; the third is not his. */
let billing: string
let tax: string
let secret: string
beforeAll(async () => {
  team = await startTeam()
  billing = await makeProject('Billing')
  tax = await makeProject('Tax')
  secret = await makeProject('Initech merger')
  await put(billing, 'adam@example.org', 'admin')
  await put(tax, 'adam@example.org', 'launcher')
})
afterAll(() => team.dispose())

const owner = () => ({ cookie: team.cookies.owner })

async function makeProject(name: string): Promise<string> {
  const answer = await team.ask('POST', '/api/projects', { ...owner(), body: { name } })
  return projectSchema.parse(await answer.json()).id
}

const put = (projectId: string, email: string, role: string) =>
  team.ask('PUT', `/api/projects/${projectId}/members`, { ...owner(), body: { email, role } })

const archive = (projectId: string, isArchived: boolean) =>
  team.ask('PATCH', `/api/projects/${projectId}`, { ...owner(), body: { isArchived } })

const invite = (cookie: string, body: object) => team.ask('POST', '/api/invitations', { cookie, body })

async function tokenOf(answer: Response): Promise<string> {
  return invitedSchema.parse(await answer.json()).link.split('#')[1] ?? ''
}

const accessOf = async (cookie: string) =>
  accessSchema.parse(await (await team.ask('GET', '/api/access', { cookie })).json())

const lastActs = async (operation: string) =>
  auditPageSchema.parse(await (await team.ask('GET', `/api/audit?operation=${operation}`, owner())).json())
    .entries

test('an invitation leads into the projects it names, in the roles it names', async () => {
  const given = [
    { projectId: billing, role: 'admin' },
    { projectId: secret, role: 'viewer' },
  ]
  const token = await tokenOf(await invite(team.cookies.owner, { role: 'viewer', projects: given }))
  const cookie = cookieOf(await team.accept(token, 'Ida'))
  const { you, projects } = await accessOf(cookie)
  expect(you?.role).toBe('viewer')
  expect(projects.map(({ name }) => name).sort()).toEqual(['Billing', 'Default', 'Initech merger'])
  const rename = (projectId: string) =>
    team.ask('PATCH', `/api/projects/${projectId}`, { cookie, body: { isArchived: false } })
  expect((await rename(billing)).status).toBe(200)
  expect((await rename(secret)).status).toBe(403)
  const [invited] = await lastActs('invite')
  expect(invited?.details).toMatchObject({ role: 'viewer', inDefault: true, projects: given })
  const [accepted] = await lastActs('acceptInvitation')
  expect(accepted).toMatchObject({
    actor: { name: 'Ida' },
    details: { invitedBy: 'Olga', role: 'viewer', inDefault: true, projects: given },
  })
})

test('somebody who is not to be in Default is kept out of it from the first moment', async () => {
  const answer = await invite(team.cookies.owner, {
    role: 'launcher',
    inDefault: false,
    projects: [{ projectId: billing, role: 'launcher' }],
  })
  const { project, projects, you } = await accessOf(
    cookieOf(await team.accept(await tokenOf(answer), 'Otto')),
  )
  expect(project).toMatchObject({ id: billing, role: 'launcher' })
  expect(projects).toEqual([])
  expect(you?.role).toBe('viewer')
})

test.each([
  { what: 'one project twice', body: { projects: ['billing', 'billing'] } },
  { what: 'Default as a project', body: { projects: ['default'] } },
  { what: 'nobody in no project', body: { inDefault: false } },
  { what: 'an owner who is kept out', body: { role: 'owner', inDefault: false, projects: ['billing'] } },
])('an invitation is refused for $what', async ({ body }) => {
  const projects = (body.projects ?? []).map((name) => ({
    projectId: name === 'billing' ? billing : name,
    role: 'viewer',
  }))
  const answer = await invite(team.cookies.owner, { role: 'viewer', ...body, projects })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
})

test('nobody gives a role that they do not hold, and a foreign project is not there', async () => {
  const refused = async (projectId: string, role: string) => {
    const answer = await invite(team.cookies.admin, { role: 'viewer', projects: [{ projectId, role }] })
    return { status: answer.status, text: (await answer.text()).replaceAll(projectId, '…') }
  }
  expect((await refused(billing, 'owner')).status).toBe(403)
  expect((await refused(tax, 'viewer')).status).toBe(403)
  const notTheirs = await refused(secret, 'viewer')
  expect(notTheirs).toEqual(await refused('project-of-nobody', 'viewer'))
  expect(notTheirs.status).toBe(404)
  expect(notTheirs.text).not.toContain('Initech')
  expect((await invite(team.cookies.admin, { role: 'owner' })).status).toBe(403)
})

test('open invitations tell nobody of projects that they are not in', async () => {
  const given = [
    { projectId: secret, role: 'viewer' },
    { projectId: billing, role: 'viewer' },
  ]
  const { id } = invitedSchema.parse(
    await (await invite(team.cookies.owner, { role: 'viewer', projects: given })).json(),
  )
  const seenBy = async (cookie: string) => {
    const { invitations } = membersSchema.parse(
      await (await team.ask('GET', '/api/members', { cookie })).json(),
    )
    return invitations.find((one) => one.id === id)?.projects.map(({ name }) => name)
  }
  expect(await seenBy(team.cookies.owner)).toEqual(['Initech merger', 'Billing'])
  expect(await seenBy(team.cookies.admin)).toEqual(['Billing'])
})

test('an invitation into a project that was archived says so, and works once that is taken back', async () => {
  const project = await makeProject('Short-lived')
  const given = { role: 'viewer', projects: [{ projectId: project, role: 'viewer' }] }
  const token = await tokenOf(await invite(team.cookies.owner, given))
  await archive(project, true)
  const late = await team.accept(token, 'Ute')
  expect(late.status).toBe(409)
  expect(await late.text()).toMatch(/Short-lived.*archived.*Ask Olga/)
  expect((await team.signIn('ute@example.org')).status).toBe(401)
  const another = await invite(team.cookies.owner, given)
  expect([another.status, await another.text()]).toEqual([409, expect.stringContaining('archived')])
  await archive(project, false)
  expect((await team.accept(token, 'Ute')).status).toBe(204)
})

test('what somebody promised who may not give it any more is not given', async () => {
  await team.invite('admin', 'Pia')
  const pia = cookieOf(await team.signIn('pia@example.org'))
  await put(billing, 'pia@example.org', 'admin')
  const ofPia = async (body: object) => tokenOf(await invite(pia, body))
  const [asAdmin, intoBilling, plain] = [
    await ofPia({ role: 'admin' }),
    await ofPia({ role: 'viewer', projects: [{ projectId: billing, role: 'viewer' }] }),
    await ofPia({ role: 'viewer' }),
  ]
  await put(billing, 'pia@example.org', 'launcher')
  const refused = await team.accept(intoBilling, 'Uwe')
  expect(refused.status).toBe(409)
  expect(await refused.text()).toMatch(/Pia made this link and may no longer give/)
  const id = await team.idOf('Pia')
  await team.ask('PATCH', `/api/members/${id}`, { ...owner(), body: { role: 'launcher' } })
  expect((await team.accept(plain, 'Uwe')).status).toBe(409)
  await team.ask('DELETE', `/api/members/${id}`, owner())
  expect((await team.accept(asAdmin, 'Uwe')).status).toBe(409)
  expect((await team.signIn('uwe@example.org')).status).toBe(401)
})

test('a link for a password is no way into an account that rose above who made the link', async () => {
  await team.invite('launcher', 'Rita')
  const id = await team.idOf('Rita')
  const made = await team.ask('POST', `/api/members/${id}/password-link`, { cookie: team.cookies.admin })
  const token = /#([\w-]+)/.exec(await made.text())?.[1] ?? ''
  await team.ask('PATCH', `/api/members/${id}`, { ...owner(), body: { role: 'owner' } })
  const reset = await team.ask('POST', '/api/password-reset', {
    body: { token, password: 'a stolen long password' },
  })
  expect([reset.status, await reset.text()]).toEqual([409, expect.stringContaining('Adam made this link')])
  expect((await team.signIn('rita@example.org', password)).status).toBe(204)
})

test('two who take one e-mail address at once make one account, and the other link stays good', async () => {
  const tokens = [
    await tokenOf(await invite(team.cookies.owner, { role: 'viewer' })),
    await tokenOf(await invite(team.cookies.owner, { role: 'viewer' })),
  ]
  const answers = await Promise.all(tokens.map((token) => team.accept(token, 'Twin')))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  const left = tokens[answers.findIndex(({ status }) => status === 409)] ?? ''
  expect((await team.accept(left, 'Twin', 'other@example.org')).status).toBe(204)
})
