import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { appliedTimes, checkpointAt, connectToRead, type Hold, holdFolder } from './open'

/** Pages of a step: four megabytes, after which whoever waits for the disk gets it. */
const STEP_PAGES = 1000

/**
 * Copies the database of a data folder as it is at this moment, also while a server writes to it. The reading
 * transaction keeps what is copied the same from the first step to the last; without it each commit of the
 * server would begin the copy anew. Commits wait for nothing. Gives when the newest migration of it was made.
 */
export async function copyDatabase(dataDir: string, to: string): Promise<{ schema: number | null }> {
  const connection = connectToRead(join(dataDir, 'skein.db'))
  try {
    connection.exec('BEGIN')
    const schema = appliedTimes(connection)?.newest ?? null
    await connection.backup(to, { progress: () => STEP_PAGES })
    connection.exec('COMMIT')
    return { schema }
  } finally {
    connection.close()
  }
}

/**
 * Forgets the ways in that a database from before holds, as far as they may have been taken back since: sessions,
 * sign-ins under way, links that were not used. API keys that are revoked in `current` are so in `restored`, too.
 */
export function closeDoors(restored: string, current: string): void {
  const connection = new Database(restored, { fileMustExist: true })
  try {
    const tables = new Set(tableSchema.parse(connection.prepare(TABLES).all()).map(({ name }) => name))
    for (const [table, which] of doors)
      if (tables.has(table)) connection.exec(`DELETE FROM ${table} ${which}`)
    if (!tables.has('api_keys')) return
    const revoke = connection.prepare(
      'UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
    )
    for (const { id, at } of revokedIn(current)) revoke.run(at, id)
  } finally {
    connection.close()
  }
}

const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
const tableSchema = z.array(z.object({ name: z.string() }))
const revokedSchema = z.array(z.object({ id: z.string(), at: z.string() }))

const doors = [
  ['auth_sessions', ''],
  ['auth_verifications', ''],
  ['invitations', 'WHERE used_at IS NULL'],
] as const

/** Keys that a database says were revoked; none where there is none, or it cannot be read. */
function revokedIn(database: string): z.output<typeof revokedSchema> {
  if (!existsSync(database)) return []
  try {
    const connection = connectToRead(database)
    try {
      const revoked = 'SELECT id, revoked_at AS at FROM api_keys WHERE revoked_at IS NOT NULL'
      return revokedSchema.parse(connection.prepare(revoked).all())
    } finally {
      connection.close()
    }
  } catch (error) {
    // That it cannot be read may be what a restore is done for.
    if (error instanceof Database.SqliteError) return []
    throw error
  }
}

/**
 * Keeps servers away from a data folder until it is let go, and gathers its database in one file where that
 * can still be read. Throws `DatabaseError` when a server runs on it.
 */
export function holdForRestore(dataDir: string): Hold {
  const hold = holdFolder(dataDir)
  checkpointAt(join(dataDir, 'skein.db'))
  return hold
}
