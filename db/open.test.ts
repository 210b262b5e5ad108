import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DatabaseError, openDatabase } from './open'
import { migrationsDir, putEmptyDatabase } from './testing'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-db-'))
  folders.push(folder)
  return folder
}

describe('the data folder', () => {
  test('is made with all its tables where there was none', () => {
    const dir = join(newFolder(), 'deep', 'er')
    const { connection, release } = openDatabase(dir, migrationsDir)
    const tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
    expect(tables).toEqual(
      expect.arrayContaining([
        'runs',
        'events',
        'agents',
        'messages',
        'turns',
        'in_flight_turns',
        'daily_costs',
        'settings',
      ]),
    )
    expect(connection.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(connection.pragma('synchronous', { simple: true })).toBe(2)
    release()
    openDatabase(dir, migrationsDir).release()
  })

  test('that tests begin with holds what a first start makes, and nothing else', () => {
    const inside = (dir: string) => {
      const { connection, release } = openDatabase(dir, migrationsDir)
      const made = connection.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all()
      const tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
      const rows = tables.map((name) => [name, connection.prepare(`SELECT * FROM "${name}"`).all()])
      const settings = ['journal_mode', 'page_size', 'auto_vacuum', 'encoding'].map((name) => [
        name,
        connection.pragma(name, { simple: true }),
      ])
      release()
      return { made, rows, settings }
    }
    const ready = newFolder()
    putEmptyDatabase(ready)
    expect(inside(ready)).toEqual(inside(newFolder()))
  })

  test('that another process holds is refused, and free again when that process is killed', () => {
    const dir = newFolder()
    openDatabase(dir, migrationsDir).release()
    const holder = newFolder()
    const script = join(process.cwd(), 'dist', 'testing', 'hold-folder.mjs')
    mkdirSync(join(process.cwd(), 'dist', 'testing'), { recursive: true })
    writeFileSync(
      script,
      `import Database from 'better-sqlite3'\nconst lock = new Database(process.argv[2], { timeout: 0 })\nlock.exec('BEGIN EXCLUSIVE')\nprocess.kill(process.pid, process.argv[3])\n`,
    )
    const { connection, release } = openDatabase(holder, migrationsDir)
    const blocked = spawnSync(process.execPath, [script, join(holder, 'skein.lock'), 'SIGKILL'], {
      encoding: 'utf8',
    })
    expect(blocked.stderr).toMatch(/database is locked/)
    expect(connection.open).toBe(true)
    expect(() => openDatabase(holder, migrationsDir)).toThrow(
      `Another Skein already uses the data folder ${holder}. Stop it, or set SKEIN_DATA_DIR to another folder.`,
    )
    release()
    const killed = spawnSync(process.execPath, [script, join(dir, 'skein.lock'), 'SIGKILL'])
    expect(killed.signal).toBe('SIGKILL')
    openDatabase(dir, migrationsDir).release()
  })

  test('of a newer version is refused and left as it is', () => {
    const dir = newFolder()
    const { connection, release } = openDatabase(dir, migrationsDir)
    connection
      .prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 99999999999999)")
      .run()
    connection.pragma('wal_checkpoint(TRUNCATE)')
    release()
    const before = readFileSync(join(dir, 'skein.db'))
    expect(() => openDatabase(dir, migrationsDir)).toThrow(
      /written by a newer Skein than this one, and was left untouched/,
    )
    expect(readFileSync(join(dir, 'skein.db')).equals(before)).toBe(true)
    expect(() => openDatabase(dir, migrationsDir)).toThrow(expect.objectContaining({ kind: 'newer' }))
  })

  test('from before the first release is refused with a sentence, and left as it is', () => {
    const dir = newFolder()
    const { connection, release } = openDatabase(dir, migrationsDir)
    // The first migration that a folder of those days has, by its time.
    connection
      .prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('first', 1795372363278)")
      .run()
    connection.pragma('wal_checkpoint(TRUNCATE)')
    release()
    const before = readFileSync(join(dir, 'skein.db'))
    expect(() => openDatabase(dir, migrationsDir)).toThrow(/from before 0\.2\.0.*Move the folder away/)
    expect(readFileSync(join(dir, 'skein.db')).equals(before)).toBe(true)
    expect(() => openDatabase(dir, migrationsDir)).toThrow(expect.objectContaining({ kind: 'unreleased' }))
  })

  test('that is no folder, or holds no database, is refused with a sentence', () => {
    const dir = newFolder()
    writeFileSync(join(dir, 'file'), '')
    expect(() => openDatabase(join(dir, 'file'), migrationsDir)).toThrow(
      /cannot be written\. Make it writable, or set SKEIN_DATA_DIR/,
    )
    mkdirSync(join(dir, 'rubbish'))
    writeFileSync(
      join(dir, 'rubbish', 'skein.db'),
      'this is not a database, and long enough to be looked at as one'.repeat(20),
    )
    expect(() => openDatabase(join(dir, 'rubbish'), migrationsDir)).toThrow(DatabaseError)
    expect(() => openDatabase(join(dir, 'rubbish'), migrationsDir)).toThrow(
      /Move it away or restore a backup/,
    )
  })

  test.skipIf(process.getuid?.() === 0)('that cannot be written is refused with a sentence', () => {
    const dir = newFolder()
    chmodSync(dir, 0o500)
    expect(() => openDatabase(dir, migrationsDir)).toThrow(/cannot be written/)
    expect(existsSync(join(dir, 'skein.db'))).toBe(false)
    chmodSync(dir, 0o700)
  })
})
