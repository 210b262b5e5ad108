import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '@/db/open'
import { migrationsDir } from '@/db/testing'
import { readEnvironment } from '../services/env'
import { openSeal } from '../services/seal'
import { dataChecks } from './data-checks'
import { machineChecks, sandboxCheck } from './machine-checks'

const at = Date.parse('2026-11-30T12:00:00Z')
let home: string
let dataDir: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'skein-doctor-'))
  dataDir = join(home, 'data')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const envOf = (more: Record<string, string> = {}) =>
  readEnvironment({ SKEIN_DATA_DIR: dataDir, PORT: '0', ...more }, process.cwd())
const data = (nowMs = at) =>
  Object.fromEntries(dataChecks({ env: envOf(), nowMs }).map((check) => [check.name, check]))
const machine = async (more: Record<string, string> = {}, isOnline = false) =>
  Object.fromEntries((await machineChecks(envOf(more), isOnline)).map((check) => [check.name, check]))

/** A data folder that a server has used and left, with what `write` adds. */
function used(write: (db: Database.Database) => void = () => {}): void {
  openDatabase(dataDir, migrationsDir).release()
  openSeal(dataDir)
  const db = new Database(join(dataDir, 'skein.db'))
  write(db)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
const set = (db: Database.Database, key: string, value: object) =>
  db.prepare('INSERT INTO settings (key, value) VALUES (?, ?)').run(key, JSON.stringify(value))
const deliver = (db: Database.Database, status: string, createdAt: string) =>
  db
    .prepare(
      "INSERT INTO deliveries (id, created_at, kind, body, status, attempts) VALUES (?, ?, 'test', '{}', ?, 1)",
    )
    .run(`${status} ${createdAt}`, createdAt, status)

describe('of the data folder', () => {
  test('one that is not there yet is fine where it can be made', () => {
    expect(data()).toMatchObject({ 'data folder': { status: 'ok' }, database: { status: 'skipped' } })
  })

  test('one that a server has used is whole, and lacks only backups', () => {
    used()
    const found = data()
    for (const name of ['data folder', 'database', 'key file', 'webhook', 'clock', 'disk'])
      expect(found[name], name).toMatchObject({ status: 'ok', todo: null })
    expect(found.backups).toMatchObject({ status: 'warning' })
  })

  test('what others may read, and a missing key file, are told with what to do', () => {
    used()
    chmodSync(join(dataDir, 'skein.db'), 0o644)
    rmSync(join(dataDir, 'skein.key'))
    expect(data()).toMatchObject({
      'data folder': {
        status: 'warning',
        told: expect.stringContaining('skein.db'),
        todo: expect.stringContaining('chmod'),
      },
      'key file': { status: 'warning' },
    })
  })

  test('a database that is damaged, cut off or no database fails', () => {
    used()
    const file = join(dataDir, 'skein.db')
    writeFileSync(file, Buffer.alloc(4096, 7), { flag: 'r+' })
    expect(data().database).toMatchObject({ status: 'failed', todo: expect.stringContaining('restore') })
    rmSync(file)
    used()
    truncateSync(file, 8192)
    expect(data().database?.status).toBe('failed')
    writeFileSync(file, 'hello')
    expect(data().database?.status).toBe('failed')
  })

  test('one of a newer Skein fails, an older one is fine', () => {
    used((db) => db.prepare('UPDATE __drizzle_migrations SET created_at = created_at + 1e12').run())
    expect(data().database).toMatchObject({ status: 'failed', told: expect.stringContaining('newer') })
    rmSync(dataDir, { recursive: true })
    used((db) => db.prepare('UPDATE __drizzle_migrations SET created_at = created_at - 1').run())
    expect(data().database).toMatchObject({
      status: 'ok',
      told: expect.stringContaining('brought up to date'),
    })
  })

  test('backups that failed or are old are told', () => {
    const schedule = { cron: '@daily', timeZone: 'UTC', keep: 7 }
    const backups = (last: object | null, goodAt: string | null) => {
      rmSync(dataDir, { recursive: true, force: true })
      used((db) => set(db, 'backups', { schedule, last, goodAt }))
      return data().backups
    }
    const good = '2026-11-30T03:00:00.000Z'
    expect(backups({ at: good, trouble: null }, good)?.status).toBe('ok')
    expect(backups({ at: good, trouble: 'The disk is full.' }, good)).toMatchObject({
      status: 'failed',
      told: expect.stringContaining('The disk is full.'),
    })
    expect(backups(null, null)?.status).toBe('warning')
    expect(backups({ at: good, trouble: null }, '2026-11-20T03:00:00.000Z')?.status).toBe('warning')
  })

  test('notices that wait or were given up are told, and a clock that is behind fails', () => {
    used((db) => deliver(db, 'pending', '2026-11-29T12:00:00.000Z'))
    expect(data().webhook).toMatchObject({ status: 'warning', told: expect.stringContaining('waits') })
    rmSync(dataDir, { recursive: true })
    used((db) => {
      deliver(db, 'failed', '2026-11-30T11:00:00.000Z')
      deliver(db, 'failed', '2026-11-01T11:00:00.000Z')
      db.prepare(
        `INSERT INTO runs (id, seq, status, title, simulated, created_at, head, script, args)
          VALUES ('r', 1, 'completed', 't', 1, '2026-11-30T11:59:30.000Z', '{}', '', '{}')`,
      ).run()
    })
    expect(data().webhook).toMatchObject({
      status: 'warning',
      told: expect.stringContaining('A notice of the last day was given up'),
    })
    expect(data().clock?.status).toBe('ok')
    expect(data(at - 86_400_000).clock).toMatchObject({
      status: 'failed',
      todo: expect.stringContaining('NTP'),
    })
  })
})

describe('of the machine', () => {
  test('a free port is fine, one of a Skein too, one of another program fails', async () => {
    expect((await machine()).port?.status).toBe('ok')
    let body = '{"status":"live"}'
    const server = createServer((_, response) => response.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = z.object({ port: z.number() }).parse(server.address())
    expect((await machine({ PORT: String(port) })).port).toMatchObject({
      status: 'ok',
      told: expect.stringContaining('A Skein answers'),
    })
    body = 'hello'
    expect((await machine({ PORT: String(port) })).port).toMatchObject({ status: 'failed' })
    await new Promise((resolve) => server.close(resolve))
  })

  test('a key is never told, and one that is missing is', async () => {
    const key = 'sk-ant-of-the-doctor'
    const withKey = await machine({ ANTHROPIC_API_KEY: key })
    expect(withKey.credential?.status).toBe('ok')
    expect(JSON.stringify(withKey)).not.toContain(key)
    const own = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' }
    expect((await machine(own)).credential?.status).toBe('warning')
    expect((await machine({ SKEIN_PROVIDER: 'simulator' })).credential?.status).toBe('ok')
  })

  test('the provider is asked only when that is wanted, without a key, and its clock is compared', async () => {
    const asked: unknown[] = []
    let offMs = 0
    const server = createServer((request, response) => {
      asked.push(request.headers)
      response.sendDate = false
      response.setHeader('date', new Date(Date.now() + offMs).toUTCString())
      response.statusCode = 404
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = z.object({ port: z.number() }).parse(server.address())
    const env = { ANTHROPIC_API_KEY: 'sk-ant-secret', ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` }
    expect((await machine(env)).provider?.status).toBe('skipped')
    expect(asked).toEqual([])
    expect((await machine(env, true)).provider?.status).toBe('ok')
    expect(JSON.stringify(asked)).not.toContain('sk-ant-secret')
    offMs = 3_600_000
    expect((await machine(env, true)).provider).toMatchObject({
      status: 'failed',
      todo: expect.stringContaining('NTP'),
    })
    await new Promise((resolve) => server.close(resolve))
    expect((await machine(env, true)).provider?.status).toBe('failed')
  })

  test('a missing sandbox is a warning with its reason', () => {
    expect(sandboxCheck({ kind: 'none', reason: 'bubblewrap is not installed' })).toMatchObject({
      status: 'warning',
      told: 'bubblewrap is not installed',
    })
  })

  test('a sandbox that holds less is a warning with what it does not hold', () => {
    expect(sandboxCheck({ kind: 'sandbox-runtime', note: 'not tested here' })).toMatchObject({
      status: 'warning',
      told: 'not tested here',
    })
  })

  test('proxies that everybody may be are refused', async () => {
    expect((await machine({ SKEIN_TRUSTED_PROXIES: '0.0.0.0/0' }))['trusted proxies']?.status).toBe('failed')
  })
})

describe('skein doctor', () => {
  const program = join(process.cwd(), 'lib/bin/cli/skein.mjs')
  const run = (more: Record<string, string>, ...args: string[]) =>
    spawnSync(process.execPath, [program, 'doctor', ...args], {
      encoding: 'utf8',
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH ?? '',
        SKEIN_DATA_DIR: dataDir,
        PORT: '0',
        SKEIN_PROVIDER: 'simulator',
        ...more,
      },
    })
  const checksOf = (text: string) =>
    z
      .object({ ok: z.boolean(), checks: z.array(z.object({ name: z.string(), status: z.string() })) })
      .parse(JSON.parse(text))

  test('says all of it as JSON, and passes where nothing failed', () => {
    mkdirSync(home, { recursive: true })
    const { status, stdout } = run({ ANTHROPIC_API_KEY: 'sk-ant-never-told' }, '--json')
    expect([status, checksOf(stdout).ok]).toEqual([0, true])
    const names = checksOf(stdout).checks.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['node', 'native module', 'settings', 'disk', 'port', 'git']),
    )
    expect(stdout).not.toContain('sk-ant-never-told')
  })

  test('ends with 1 and what to do where something failed', () => {
    const { status, stdout } = run({ PORT: 'many' })
    expect(status).toBe(1)
    expect(stdout).toMatch(/FAIL {2}settings +PORT must be/)
    expect(stdout).toContain('→ Set it otherwise')
  })
})
