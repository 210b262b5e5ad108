import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mcpServersSchema } from '@/lib/api/mcp'
import { problemSchema } from '@/lib/api/problem'
import { projectSchema } from '@/lib/api/projects/projects'
import { launchedSchema } from '@/lib/api/runs'
import { foldersSchema, settingsSchema } from '@/lib/api/settings'
import { leastAtFirst, noBounds, noPermissions } from '@/lib/core/spec/permissions'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
let billing = ''
/** An admin of Billing who looks on in Default. */
let wanda = ''
/** A launcher of Billing. */
let lou = ''
let folder = ''

const script = workflow(`return agent('x ' + ${JSON.stringify(sim({ text: 'ok' }))})`)

beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'a' } })
  folder = join(team.api.app.env.dataDir, '..', 'ledgers')
  mkdirSync(folder)
  writeFileSync(join(folder, 'ledger.txt'), 'one')
  const made = await ask('default', 'POST', '/api/projects', { name: 'Billing' })
  billing = projectSchema.parse(await made.json()).id
  wanda = await team.invite('viewer', 'Wanda')
  lou = await team.invite('viewer', 'Lou')
  for (const [email, role] of [
    ['wanda@example.org', 'admin'],
    ['lou@example.org', 'launcher'],
  ])
    await ask('default', 'PUT', `/api/projects/${billing}/members`, { email, role })
})
afterAll(() => team.dispose())

const ask = (project: string, method: string, path: string, body?: object, cookie = team.cookies.owner) =>
  team.ask(method, path, { cookie, headers: { 'x-skein-project': project }, body })
const launch = (project: string, more: object, cookie?: string) =>
  ask(project, 'POST', '/api/runs', { script, ...more }, cookie)
const detailOf = async (answer: Response) => problemSchema.parse(await answer.json()).detail

test('a folder is of the project it was added in: to every other it is one that nobody allowed', async () => {
  const unknown = await launch('default', { workspace: folder })
  expect((await ask(billing, 'POST', '/api/folders', { path: folder })).status).toBe(201)
  const listed = async (project: string) =>
    foldersSchema.parse(await (await ask(project, 'GET', '/api/folders')).json()).folders
  expect(await listed(billing)).toMatchObject([{ from: 'environment' }, { path: folder, by: 'Olga' }])
  expect(await listed('default')).toMatchObject([{ from: 'environment' }])
  const elsewhere = await launch('default', { workspace: folder })
  expect(elsewhere.status).toBe(unknown.status)
  expect(await detailOf(elsewhere)).toBe(await detailOf(unknown))
  const own = await launch(billing, { workspace: folder })
  expect(own.status).toBe(201)
  await team.api.ended(launchedSchema.parse(await own.json()).id)
  expect((await ask('default', 'POST', '/api/folders', { path: folder })).status).toBe(201)
  const removed = `/api/folders?path=${encodeURIComponent(folder)}`
  expect((await ask('default', 'DELETE', removed)).status).toBe(204)
  expect((await launch(billing, { workspace: folder })).status).toBe(201)
})

test('an MCP server is of its project, under a name that another may use', async () => {
  const server = (url: string) => ({ kind: 'http', name: 'docs', url, headers: [] })
  const add = (project: string, url: string) => ask(project, 'POST', '/api/mcp', server(url))
  expect((await add(billing, 'https://billing.example/mcp')).status).toBe(201)
  const listed = async (project: string) =>
    mcpServersSchema
      .parse(await (await ask(project, 'GET', '/api/mcp')).json())
      .servers.map(({ what }) => what)
  expect(await listed('default')).toEqual([])
  const permissions = { ...noPermissions, mcp: ['docs'] }
  expect(await detailOf(await launch('default', { workspace: team.api.workspace, permissions }))).toContain(
    'There is none of that name',
  )
  expect((await add('default', 'https://default.example/mcp')).status).toBe(201)
  expect((await ask('default', 'DELETE', '/api/mcp/docs')).status).toBe(204)
  expect(await listed(billing)).toEqual(['https://billing.example/mcp'])
})

test('servers that are added at once, in two projects, are all kept', async () => {
  const add = (project: string, name: string) =>
    ask(project, 'POST', '/api/mcp', { kind: 'http', name, url: 'https://one.example/mcp', headers: [] })
  const names = ['one', 'two', 'three', 'four']
  const answers = await Promise.all(
    names.flatMap((name) => ['default', billing].map((project) => add(project, name))),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
  for (const project of ['default', billing]) {
    const { servers } = mcpServersSchema.parse(await (await ask(project, 'GET', '/api/mcp')).json())
    expect(servers.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  }
})

test.each([
  ['a folder', 'POST', '/api/folders', { path: '/' }],
  [
    'a server',
    'POST',
    '/api/mcp',
    { kind: 'stdio', name: 'x', command: '/bin/sh', args: [], env: [], hosts: [], trusted: true },
  ],
] as const)('%s of the machine is not lent by an admin of a project alone', async (_, method, path, body) => {
  const answer = await ask(billing, method, path, body, wanda)
  expect(answer.status).toBe(403)
  expect(await detailOf(answer)).toContain('needs the role admin in Default, too')
})

test('permissions are of a project: Default bounds them, and what is granted takes no admin', async () => {
  const settings = (project: string, body: object, cookie?: string) =>
    ask(project, 'PUT', '/api/settings', body, cookie)
  const of = async (project: string) =>
    settingsSchema.parse(await (await ask(project, 'GET', '/api/settings')).json())
  const shell = { workspace: team.api.workspace, permissions: { ...noPermissions, shell: true } }
  expect((await launch(billing, shell, lou)).status).toBe(403)
  const granted = { initialPermissions: { ...leastAtFirst, shell: true } }
  expect((await settings(billing, granted, lou)).status).toBe(403)
  expect((await settings(billing, granted, wanda)).status).toBe(200)
  expect((await of('default')).initialPermissions.shell).toBe(false)
  expect((await launch(billing, shell, lou)).status).toBe(201)
  const more = { ...shell, permissions: { ...shell.permissions, hosts: ['api.example.org'] } }
  expect((await launch(billing, more, lou)).status).toBe(403)
  expect((await settings('default', { permissionBounds: { ...noBounds, shell: false } })).status).toBe(200)
  expect((await settings(billing, { permissionBounds: noBounds }, wanda)).status).toBe(200)
  expect(await of(billing)).toMatchObject({
    permissionBounds: { shell: false },
    ownPermissionBounds: { shell: true },
  })
  expect((await launch(billing, shell, wanda)).status).toBe(400)
})
