import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { migrationTimes, openDatabase } from '@/db/open'
import { migrationsDir } from '@/db/testing'
import { foldAll } from '@/lib/core/run/fold'
import { noPermissions } from '@/lib/core/spec/permissions'
import { sim, startTestApp, type TestApp } from '../testing/test-app'
import { backUp } from './back-up'
import { restore, verify } from './restore'

const madeAt = '2026-11-30T12:00:00.000Z'
const home = mkdtempSync(join(tmpdir(), 'skein-backup-'))
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\n' } })
})
afterEach(() => {
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true })
})
afterAll(async () => {
  await app.dispose()
  rmSync(home, { recursive: true, force: true })
})

/** A run whose agent changes a file, so files of it are kept. */
async function changingRun(): Promise<string> {
  const write = { toolCalls: [{ name: 'write_file', input: { path: 'b.txt', content: 'beta\n' } }] }
  const id = await app.launch(`return agent(${JSON.stringify(`Write. ${sim(write, {})}`)})`, {
    workspace: app.workspace,
    permissions: { ...noPermissions, write: true },
  })
  await app.ended(id)
  return id
}

const restoreTo = (dataDir: string, from: string, migrations = migrationsDir) =>
  restore({ from, dataDir, migrationsDir: migrations, at: madeAt })

/** A data folder that a server has used and left. */
function usedFolder(name: string): string {
  const dataDir = join(home, name)
  mkdirSync(join(dataDir, 'sources'), { recursive: true })
  writeFileSync(join(dataDir, 'sources', 'old.txt'), 'old')
  openDatabase(dataDir, migrationsDir).release()
  writeFileSync(join(dataDir, 'skein.key'), 'the key of this folder')
  return dataDir
}

/** Everything below a folder, with what is in it. */
function contents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/-shm$|-wal$|\.lock$/.test(entry.name))
    .map(({ parentPath, name }) => `${name} ${readFileSync(join(parentPath, name)).toString('base64')}`)
    .sort()
}

test('a backup that is made while runs are recorded holds whole runs, and a server goes on with it', async () => {
  const changed = await changingRun()
  const source = join(app.dataDir, 'sources', 'one', 'files')
  mkdirSync(source, { recursive: true })
  for (const [name, text] of [
    ['page.md', 'a page'],
    ['empty.md', ''],
  ] as const)
    writeFileSync(join(source, name), text)
  const many = JSON.stringify(`One. ${sim({ text: 'done' })}`)
  const writing = Promise.all(
    Array.from({ length: 4 }, async () =>
      app.ended(await app.launch(`return parallel(Array.from({ length: 30 }, () => () => agent(${many})))`)),
    ),
  )
  const file = join(home, 'b.tar')
  const [manifest] = await Promise.all([backUp(app.dataDir, file, madeAt), writing])
  expect(manifest.files.map(({ path }) => path)).not.toContain('skein.key')
  expect(readdirSync(home)).toEqual(['b.tar'])
  const other = await startTestApp()
  try {
    const dataDir = join(home, 'restored')
    expect((await restoreTo(dataDir, file)).aside).toBeNull()
    expect(readFileSync(join(dataDir, 'sources', 'one', 'files', 'page.md'), 'utf8')).toBe('a page')
    expect(readFileSync(join(dataDir, 'sources', 'one', 'files', 'empty.md'), 'utf8')).toBe('')
    await other.adopt(dataDir)
    const { store } = other.app
    const page = { statuses: null, workflow: null, text: null, offset: 0, limit: 100 }
    const { runs } = await store.listRuns(page)
    expect(runs.map(({ run }) => run.id)).toContain(changed)
    for (const { run } of runs) {
      await other.app.engine.atRest(run.id)
      const rows = await store.loadState(run.id)
      const journal = await store.readJournal(run.id, 0, Number.MAX_SAFE_INTEGER)
      expect(JSON.parse(JSON.stringify(foldAll(null, journal)))).toEqual(JSON.parse(JSON.stringify(rows)))
    }
    const [files = ''] = readdirSync(join(dataDir, 'files'))
    execFileSync('git', ['fsck', '--full', '--strict'], { cwd: join(dataDir, 'files', files), stdio: 'pipe' })
  } finally {
    await other.dispose()
  }
})

test('what was there is kept aside, and the folder keeps its key', async () => {
  await changingRun()
  const file = join(home, 'b.tar')
  await backUp(app.dataDir, file, madeAt)
  const dataDir = usedFolder('used')
  const { aside } = await restoreTo(dataDir, file)
  expect(readFileSync(join(aside ?? '', 'sources', 'old.txt'), 'utf8')).toBe('old')
  openDatabase(aside ?? '', migrationsDir).release()
  expect(readFileSync(join(dataDir, 'skein.key'), 'utf8')).toBe('the key of this folder')
  expect(existsSync(join(dataDir, 'sources', 'old.txt'))).toBe(false)
  expect(readdirSync(dataDir).filter((name) => name.startsWith('restoring-'))).toEqual([])
})

test('a backup that is cut off or was edited at any place is refused, and nothing is touched', async () => {
  const file = join(home, 'b.tar')
  await backUp(app.dataDir, file, madeAt)
  const whole = readFileSync(file)
  const dataDir = usedFolder('used')
  const before = contents(dataDir)
  const bad = join(home, 'bad.tar')
  const refused = async (bytes: Buffer) => {
    writeFileSync(bad, bytes)
    await expect(restoreTo(dataDir, bad)).rejects.toThrow(/cut off|was changed|damaged/)
    expect(contents(dataDir)).toEqual(before)
  }
  for (const part of [0, 0.3, 0.9]) await refused(whole.subarray(0, Math.floor(whole.length * part)))
  await refused(whole.subarray(0, whole.length - 1024 - 1))
  const inManifest = whole.lastIndexOf('"sha256":"') + 12
  for (const at of [600, 5000, Math.floor(whole.length / 2), inManifest]) {
    const edited = Buffer.from(whole)
    edited[at] = (edited[at] ?? 0) ^ 1
    await refused(edited)
  }
  await expect(restoreTo(dataDir, join(home, 'none.tar'))).rejects.toThrow('cannot be read')
})

test('a folder that a server works on is left alone', async () => {
  const file = join(home, 'b.tar')
  await backUp(app.dataDir, file, madeAt)
  await expect(restoreTo(app.dataDir, file)).rejects.toThrow('Another Skein already uses')
  expect(readdirSync(app.dataDir).filter((name) => /restor/.test(name))).toEqual([])
})

test('a backup of a newer version is refused', async () => {
  const file = join(home, 'b.tar')
  const { schema } = await backUp(app.dataDir, file, madeAt)
  expect(schema).toBe(Math.max(...migrationTimes(migrationsDir)))
  const older = join(home, 'migrations')
  mkdirSync(join(older, 'meta'), { recursive: true })
  const entries = [{ when: (schema ?? 0) - 1, tag: '0000_baseline' }]
  writeFileSync(join(older, 'meta', '_journal.json'), JSON.stringify({ entries }))
  const dataDir = usedFolder('used')
  const before = contents(dataDir)
  await expect(restoreTo(dataDir, file, older)).rejects.toThrow('newer Skein')
  expect(contents(dataDir)).toEqual(before)
})

test('a backup is a tar archive, replaces no file, and needs a database', async () => {
  const file = join(home, 'b.tar')
  const { files } = await backUp(app.dataDir, file, madeAt)
  const listed = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n')
  expect(listed).toHaveLength(files.length + 2)
  expect(await verify(file)).toMatchObject({ madeAt, format: 1 })
  await expect(backUp(app.dataDir, file, madeAt)).rejects.toThrow('is there already')
  await expect(backUp(home, join(home, 'c.tar'), madeAt)).rejects.toThrow('no database')
})
