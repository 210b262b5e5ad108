import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { forkSchema } from '@/lib/api/fork'
import { person } from '@/lib/core/base/actor'
import type { JsonObject } from '@/lib/core/base/json'
import { compareChangedFile, compareChanges } from '@/lib/server/changes/compare-changes'
import { fork } from '@/lib/server/runs/fork'
import { startTestApp, type TestApp } from '@/lib/server/testing/test-app'

const apps: TestApp[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})

const before = { 'a.txt': 'one\n', 'b.txt': 'one\n', 'c.txt': 'one\n', 'd.txt': 'one\n', 'e.bin': 'x' }

async function start(): Promise<TestApp> {
  const app = await startTestApp({ files: before })
  apps.push(app)
  return app
}

/** A prompt on which the simulator writes files; null deletes one. */
function writes(files: Readonly<Record<string, string | null>>): string {
  const toolCalls = Object.entries(files).map(([path, content]): JsonObject => {
    const [name, input]: [string, JsonObject] =
      content === null ? ['delete', { path }] : ['write_file', { path, content }]
    return { name, input }
  })
  return `Do it. [[sim: ${JSON.stringify([{ toolCalls }, { text: 'done' }])}]]`
}

const permissions = { write: true, shell: false, hosts: [], web: false, mcp: [] }

async function runThat(app: TestApp, prompt: string): Promise<string> {
  const script = `return agent(${JSON.stringify(prompt)})`
  const id = await app.launch(script, { workspace: app.workspace, permissions })
  await app.ended(id)
  return id
}

test('a fork and its origin: what only one changed, both alike, and both differently', async () => {
  const app = await start()
  const origin = await runThat(app, writes({ 'a.txt': 'two\n', 'b.txt': 'two\n', 'c.txt': 'two\n' }))
  const prompt = writes({ 'b.txt': 'two\n', 'c.txt': 'three\n', 'd.txt': null, 'f.txt': 'new\n' })
  const body = forkSchema.parse({ agents: [{ agentId: 'a1', prompt }] })
  const forked = (await fork(app.app, origin, body, person('tester'))).id
  await app.ended(forked)

  const compared = await compareChanges(app.app, origin, forked)
  expect(compared.files.map(({ path, kind, from, to }) => [path, kind, from?.status, to?.status])).toEqual([
    ['c.txt', 'different', 'modified', 'modified'],
    ['a.txt', 'only-from', 'modified', undefined],
    ['d.txt', 'only-to', undefined, 'deleted'],
    ['f.txt', 'only-to', undefined, 'added'],
    ['b.txt', 'alike', 'modified', 'modified'],
  ])
  expect(compared).toMatchObject({
    isSameBase: true,
    isCut: false,
    counts: { different: 1, 'only-from': 1, 'only-to': 2, alike: 1 },
    from: { id: origin, changesFiles: true },
  })

  const lines = async (path: string, from = origin, to = forked) =>
    (await compareChangedFile(app.app, from, to, path)).hunks.flat().map(({ kind, text }) => [kind, text])
  expect(await lines('c.txt')).toEqual([
    ['removed', 'two'],
    ['added', 'three'],
  ])
  expect(await lines('c.txt', forked, origin)).toEqual([
    ['removed', 'three'],
    ['added', 'two'],
  ])
  expect(await lines('a.txt')).toEqual([
    ['removed', 'two'],
    ['added', 'one'],
  ])
  expect(await compareChangedFile(app.app, origin, forked, 'd.txt')).toMatchObject({ after: null })
  expect(await lines('b.txt')).toEqual([])
  for (const path of ['none.txt', '../a.txt', '/etc/passwd', ''])
    await expect(compareChangedFile(app.app, origin, forked, path), path).rejects.toMatchObject({
      kind: 'not-found',
    })
})

test('runs on different folders are compared by what their files hold', async () => {
  const app = await start()
  const first = await runThat(app, writes({ 'a.txt': 'two\n', 'e.bin': 'y\0' }))
  const other = join(app.workspace, 'other')
  for (const [path, text] of Object.entries({ 'a.txt': 'zero\n', 'e.bin': 'x' })) {
    mkdirSync(dirname(join(other, path)), { recursive: true })
    writeFileSync(join(other, path), text)
  }
  const script = `return agent(${JSON.stringify(writes({ 'a.txt': 'two\n', 'e.bin': 'z\0' }))})`
  const second = await app.launch(script, { workspace: other, permissions })
  await app.ended(second)
  const compared = await compareChanges(app.app, first, second)
  expect(compared.isSameBase).toBe(false)
  expect(compared.files.map(({ path, kind }) => [path, kind])).toEqual([
    ['e.bin', 'different'],
    ['a.txt', 'alike'],
  ])
  expect(await compareChangedFile(app.app, first, second, 'e.bin')).toMatchObject({
    kind: 'binary',
    hunks: [],
  })
})

test('a run that only reads has changed nothing, and one that is not there is told of', async () => {
  const app = await start()
  const writing = await runThat(app, writes({ 'a.txt': 'two\n' }))
  const reading = await app.launch('return 1')
  await app.ended(reading)
  expect(await compareChanges(app.app, reading, writing)).toMatchObject({
    from: { changesFiles: false },
    files: [{ path: 'a.txt', kind: 'only-to', from: null }],
    isSameBase: true,
  })
  expect(await compareChanges(app.app, reading, reading)).toMatchObject({ files: [], isCut: false })
  await expect(compareChangedFile(app.app, reading, writing, 'a.txt')).rejects.toMatchObject({
    kind: 'conflict',
  })
  await expect(compareChanges(app.app, writing, 'none')).rejects.toMatchObject({ kind: 'not-found' })
})
