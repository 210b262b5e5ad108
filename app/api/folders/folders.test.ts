import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditPageSchema } from '@/lib/api/people'
import { problemSchema } from '@/lib/api/problem'
import { launchedSchema } from '@/lib/api/runs'
import { folderLookSchema, foldersSchema, settingsSchema, workspacesSchema } from '@/lib/api/settings'
import { sourceSchema } from '@/lib/api/sources'
import { person } from '@/lib/core/base/actor'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
/** A folder beside the one of the environment, in which each test has its own. */
let outside = ''
beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
  outside = join(dirname(team.api.workspace), 'outside')
  mkdirSync(outside)
})
afterAll(() => team.dispose())

function folder(name: string): string {
  const path = join(outside, name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'own.txt'), name)
  return path
}

const ask = (method: string, path: string, body?: unknown) =>
  team.ask(method, path, { cookie: team.cookies.admin, ...(body === undefined ? {} : { body }) })
const add = (path: unknown) => ask('POST', '/api/folders', { path })
const remove = (path: string) => ask('DELETE', `/api/folders?path=${encodeURIComponent(path)}`)
const listed = async () =>
  foldersSchema.parse(await (await ask('GET', '/api/folders')).json()).folders.map(({ path }) => path)
const launch = (workspace: string, script = 'return 1', more: object = {}) =>
  ask('POST', '/api/runs', { script: workflow(script), workspace, ...more })
const idOf = async (answer: Response) => launchedSchema.parse(await answer.json()).id

/** Runs one agent that reads a file, once somebody has answered. */
const readsAfterwards = `await checkpoint({ title: 'Go on?' })
return agent(${JSON.stringify(
  `Read. ${sim({ toolCalls: [{ name: 'read_file', input: { path: 'own.txt' } }] }, { text: 'read' })}`,
)})`

describe('a folder that an admin adds', () => {
  test('may be opened by launches, is offered, told of everywhere, and written into the audit log', async () => {
    const path = folder('project')
    mkdirSync(join(path, '.claude', 'workflows'), { recursive: true })
    writeFileSync(join(path, '.claude', 'workflows', 'one.js'), workflow('return 1', 'one-of-it'))
    expect((await launch(path)).status).toBe(403)
    expect((await ask('POST', '/api/workflows/import', { workspace: path })).status).toBe(403)

    const added = await add(path)
    expect(added.status).toBe(201)
    expect(foldersSchema.parse(await added.json()).folders).toMatchObject([
      { path: team.api.workspace, from: 'environment', by: null },
      { path, from: 'settings', by: 'Adam' },
    ])
    expect((await launch(path)).status).toBe(201)
    expect((await ask('POST', '/api/workflows/import', { workspace: path })).status).toBe(200)
    const { workspaces } = workspacesSchema.parse(await (await ask('GET', '/api/workspaces')).json())
    expect(workspaces.map((one) => one.path)).toContain(path)
    const { workspaceRoots } = settingsSchema.parse(await (await ask('GET', '/api/settings')).json())
    expect(workspaceRoots).toEqual([team.api.workspace, path])
    expect((await remove(path)).status).toBe(204)

    const { entries } = auditPageSchema.parse(await (await ask('GET', '/api/audit?q=Folder')).json())
    expect(entries.map(({ operation, details, actor }) => [operation, details, actor.name])).toEqual([
      ['removeFolder', { path }, 'Adam'],
      ['addFolder', { path }, 'Adam'],
    ])
  })

  test('may be named by a link: what is kept is where it leads', async () => {
    const path = folder('real')
    const link = join(outside, 'link')
    symlinkSync(path, link)
    expect((await add(link)).status).toBe(201)
    expect(await listed()).toContain(path)
    expect(await listed()).not.toContain(link)
    expect((await launch(path)).status).toBe(201)
    expect((await remove(path)).status).toBe(204)
  })

  test('is cloned from, too', async () => {
    const path = folder('cloned')
    const clone = () => ask('POST', '/api/sources', { repository: { url: `file://${path}` } })
    expect(await (await clone()).text()).toContain('outside the folders that runs may open')
    await add(path)
    expect(await (await clone()).text()).not.toContain('outside the folders that runs may open')
    await remove(path)
  })
})

describe('folders to choose from', () => {
  test('are those used last first; one that was removed is offered no more, and looked at no more', async () => {
    const path = folder('chosen')
    mkdirSync(join(path, 'inner', 'deep'), { recursive: true })
    await add(path)
    const offered = async () => {
      const { workspaces } = workspacesSchema.parse(await (await ask('GET', '/api/workspaces')).json())
      return workspaces
    }
    const look = () => ask('GET', `/api/folders/look?path=${encodeURIComponent(path)}`)
    expect((await offered()).filter((one) => one.path.startsWith(path))).toMatchObject([
      { path, usedAt: null },
      { path: join(path, 'inner'), name: 'chosen/inner', usedAt: null },
    ])
    await team.api.ended(await idOf(await launch(path)))
    await team.api.ended(await idOf(await launch(join(path, 'inner', 'deep'))))
    const [first, second] = await offered()
    expect([first?.path, second?.path]).toEqual([join(path, 'inner', 'deep'), path])
    expect(first).toMatchObject({ name: 'chosen/inner/deep', usedAt: expect.any(String) })

    const seen = folderLookSchema.parse(await (await look()).json())
    expect(seen).toMatchObject({ path, files: { count: 1 }, repository: null, isCut: false })
    await remove(path)
    expect((await offered()).filter((one) => one.path.startsWith(path))).toEqual([])
    expect((await look()).status).toBe(403)
  })

  test('a source that was added is looked at, and nothing else of the data folder is', async () => {
    const answer = await ask('POST', '/api/sources', { texts: [{ name: 'a.md', text: '# A' }] })
    const source = sourceSchema.parse(await answer.json())
    const look = (path: string) => ask('GET', `/api/folders/look?path=${encodeURIComponent(path)}`)
    expect(await (await look(source.path)).json()).toMatchObject({ files: { count: 1 } })
    expect((await look(team.api.app.env.dataDir)).status).toBe(403)
    expect((await look(join(source.path, '..', '..', '..'))).status).toBe(403)
  })
})

describe('what may not be opened', () => {
  const dataDir = () => team.api.app.env.dataDir
  test.each<[string, () => unknown, RegExp]>([
    ['a relative path', () => 'project', /^project is not an absolute path\. Give the whole path/],
    ['the folder above', () => '..', /is not an absolute path/],
    ['nothing', () => '', /must not be empty/],
    ['a number', () => 1, /string/],
    ['one that is missing', () => join(outside, 'missing'), /missing does not exist\. Check the path/],
    ['a file', () => join(folder('file'), 'own.txt'), /own\.txt is not a folder\. Choose the folder/],
    ['the whole machine', () => '/', /is the whole machine\. Give the folder in which/],
    ['the whole machine in other words', () => '/etc/..', /is the whole machine/],
    ['a NUL', () => `${outside}\0`, /must hold no NUL/],
    ['a hundred kilobytes', () => `/${'x'.repeat(100_000)}`, /must have at most 4,096 characters/],
    ['a name that no system takes', () => `/${'x'.repeat(4_000)}`, /cannot be read|does not exist/],
    ['the data folder', dataDir, /is Skein's own data folder, which no run may open\. Choose another/],
    ['a folder above it', () => dirname(dataDir()), /holds Skein's own data folder/],
    ['a folder in it', () => join(dataDir(), 'inner'), /lies in Skein's own data folder/],
    ['a link to it', () => join(outside, 'to-data'), /is Skein's own data folder/],
    ['a link to the whole machine', () => join(outside, 'to-all'), /is the whole machine/],
    ['where secrets are', () => folder('.ssh'), /where secrets/],
  ])('%s is refused with the reason and what to do', async (_, path, reason) => {
    mkdirSync(join(dataDir(), 'inner'), { recursive: true })
    for (const [name, to] of [
      ['to-data', dataDir()],
      ['to-all', '/'],
    ] as const) {
      rmSync(join(outside, name), { force: true })
      symlinkSync(to, join(outside, name))
    }
    const before = await listed()
    const answer = await add(path())
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = problemSchema.parse(await answer.json())
    expect(problem.errors).toMatchObject([{ path: 'path', message: expect.stringMatching(reason) }])
    expect(problem.detail.length).toBeLessThan(1_000)
    expect(await listed()).toEqual(before)
  })

  test('a folder of the environment is neither added nor removed', async () => {
    const own = team.api.workspace
    expect((await add(own)).status).toBe(409)
    const refused = await remove(own)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('Take it out of SKEIN_WORKSPACE_ROOTS and restart')
    expect((await remove('/nowhere')).status).toBe(404)
    expect((await ask('DELETE', '/api/folders')).status).toBe(400)
  })
})

test('two admins at once: of one folder only one adds it, of two both are kept', async () => {
  const [same, left, right] = [folder('same'), folder('left'), folder('right')]
  const answers = await Promise.all([same, same, left, right].map(add))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409])
  expect(await listed()).toEqual(expect.arrayContaining([same, left, right]))
  const removals = await Promise.all([same, same, left, right].map(remove))
  expect(removals.map(({ status }) => status).sort()).toEqual([204, 204, 204, 404])
  expect(await listed()).toEqual([team.api.workspace])
})

test('whoever is no admin sees them and changes none', async () => {
  const path = folder('role')
  for (const role of ['viewer', 'launcher'] as const) {
    const cookie = team.cookies[role]
    expect((await team.ask('GET', '/api/folders', { cookie })).status).toBe(200)
    expect((await team.ask('POST', '/api/folders', { cookie, body: { path } })).status).toBe(403)
    expect((await team.ask('DELETE', `/api/folders?path=${path}`, { cookie })).status).toBe(403)
  }
  const cookie = team.cookies.owner
  expect((await team.ask('POST', '/api/folders', { cookie, body: { path } })).status).toBe(201)
  expect((await team.ask('DELETE', `/api/folders?path=${path}`, { cookie })).status).toBe(204)
})

describe('a folder that was removed', () => {
  test('stays with the run that works there, over a restart too, and is closed to every launch', async () => {
    const path = folder('removed')
    await add(path)
    const working = await idOf(await launch(path, readsAfterwards))
    await team.api.until(working, ({ event }) => event.type === 'checkpoint.opened')
    const ended = await idOf(await launch(path))
    await team.api.ended(ended)
    const draft = await idOf(await launch(path, 'return 1', { approval: 'ask' }))
    expect((await remove(path)).status).toBe(204)

    for (const answer of [
      await launch(path),
      await ask('POST', `/api/runs/${ended}/fork`, {}),
      await ask('POST', `/api/runs/${ended}/retry-failed`, {}),
      await ask('POST', `/api/runs/${draft}/approve`, {}),
    ]) {
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('have an admin allow it under Settings, Folders')
    }

    await team.api.testApp.restart()
    const { app } = team.api.testApp
    expect(app.folders.list()).toEqual([team.api.workspace])
    const [question] = (await team.api.testApp.state(working)).checkpoints
    await app.engine.answer(working, question?.checkpointId ?? '', true, person('Ann'))
    const { run, agents } = await team.api.testApp.ended(working)
    expect(run.status).toBe('completed')
    expect([...agents.values()].map(({ toolCalls }) => toolCalls)).toEqual([1])
    // It has ended: what it kept is kept no longer.
    await app.folders.settled()
    expect(app.folders.listFor(working)).toEqual([team.api.workspace])
  })
})
