import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { migrationsDir } from '@/db/testing'
import { backUp } from '@/lib/server/backup/back-up'
import { restore } from '@/lib/server/backup/restore'
import { startTeam, type Team } from './testing'

const home = mkdtempSync(join(tmpdir(), 'skein-restored-'))
let team: Team
beforeAll(async () => {
  team = await startTeam()
})
afterAll(async () => {
  await team.dispose()
  rmSync(home, { recursive: true })
})

test('a restored backup lets nobody in who was let out since', async () => {
  const { dataDir } = team.api.app.env
  const owner = { cookie: team.cookies.owner }
  const kept = await team.makeKey(team.cookies.owner, { name: 'kept' })
  const taken = await team.makeKey(team.cookies.owner, { name: 'taken back' })
  await team.ask('POST', '/api/invitations', { ...owner, body: { role: 'admin' } })
  const file = join(home, 'team.tar')
  const at = new Date().toISOString()
  await backUp(dataDir, file, at)
  await team.ask('DELETE', `/api/keys/${taken.shown.id}`, owner)

  // Beside the server, whose folder is held: into a copy of it as it is now.
  const since = join(home, 'since.tar')
  await backUp(dataDir, since, at)
  const restored = join(home, 'restored')
  await restore({ from: since, dataDir: restored, migrationsDir, at })
  await restore({ from: file, dataDir: restored, migrationsDir, at })

  const database = new Database(join(restored, 'skein.db'), { readonly: true })
  const rows = (sql: string) => z.array(z.object({ name: z.string() })).parse(database.prepare(sql).all())
  expect(rows('SELECT id AS name FROM auth_sessions')).toEqual([])
  expect(rows('SELECT id AS name FROM invitations WHERE used_at IS NULL')).toEqual([])
  expect(rows('SELECT name FROM api_keys WHERE revoked_at IS NULL')).toEqual([{ name: kept.shown.name }])
  expect(rows('SELECT name FROM auth_users').length).toBe(4)
  database.close()
})
