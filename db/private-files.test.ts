import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from './open'

const migrations = fileURLToPath(new URL('./migrations', import.meta.url))
let base = ''
let before = 0
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'skein-private-'))
  before = process.umask(0o022)
})
afterAll(() => {
  process.umask(before)
  rmSync(base, { recursive: true, force: true })
})

const modeOf = (path: string) => statSync(path).mode & 0o777
const modesIn = (folder: string) => [
  ...new Set(readdirSync(folder).map((name) => modeOf(join(folder, name)))),
]

/** Opens, writes, and gives the rights of everything there is while it is open. */
function modesWhileOpen(folder: string): number[] {
  const { connection, release } = openDatabase(folder, migrations)
  connection.exec("INSERT INTO settings (key, value) VALUES ('x', '1') ON CONFLICT DO NOTHING")
  const modes = modesIn(folder)
  expect(readdirSync(folder)).toContain('skein.db-wal')
  release()
  return modes
}

test.skipIf(process.platform === 'win32')(
  'a data folder and all that is in it belong to its owner alone',
  () => {
    const folder = join(base, 'new', 'data')
    expect(modesWhileOpen(folder)).toEqual([0o600])
    expect(modeOf(folder)).toBe(0o700)
  },
)

test.skipIf(process.platform === 'win32')('a folder from before is narrowed when it is opened', () => {
  const folder = join(base, 'old')
  modesWhileOpen(folder)
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
  writeFileSync(join(folder, 'skein.db-wal'), '')
  chmodSync(folder, 0o755)
  expect(modesWhileOpen(folder)).toEqual([0o600])
  expect(modeOf(folder)).toBe(0o700)
})

test.skipIf(process.platform === 'win32')(
  'in a folder with other things only our own files are narrowed',
  () => {
    const folder = join(base, 'home')
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'letter.txt'), '')
    modesWhileOpen(folder)
    expect(modeOf(join(folder, 'skein.db'))).toBe(0o600)
    expect(modeOf(join(folder, 'letter.txt'))).toBe(0o644)
    expect(modeOf(folder)).toBe(0o755)
  },
)
