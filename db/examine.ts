import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parsed } from './json-column'
import { appliedTimes, connectToRead, migrationTimes } from './open'

/** What is found of the database of a data folder, also while a server works on it. Times are ISO 8601. */
export type Examined = {
  bytes: number
  /** What SQLite finds wrong in it, at most a few lines; empty for nothing. */
  damage: string[]
  /** How its schema stands to that of this Skein. */
  schema: 'current' | 'older' | 'newer'
  /** When the newest run was made; null for none. */
  newestRunAt: string | null
  /** When the oldest delivery was made that still waits to be sent; null for none. */
  oldestPendingAt: string | null
  /** Deliveries that were given up since a moment. */
  givenUp: number
  /** A setting, by its key; undefined where there is none. */
  setting(key: string): unknown
}

const oneSchema = z.object({ value: z.union([z.string(), z.number(), z.null()]) })
const damageSchema = z.array(z.object({ quick_check: z.string() }))

/** Looks at a database without writing to it; null where there is none. Throws what SQLite throws for no database. */
export function examineDatabase(
  dataDir: string,
  migrationsDir: string,
  givenUpSince: string,
): Examined | null {
  const path = join(dataDir, 'skein.db')
  if (!existsSync(path) || statSync(path).size === 0) return null
  const connection = connectToRead(path)
  try {
    const value = (sql: string, ...given: string[]) =>
      oneSchema.optional().parse(connection.prepare(sql).get(...given))?.value ?? null
    const damage = damageSchema
      .parse(connection.prepare('PRAGMA quick_check(5)').all())
      .map((row) => row.quick_check)
    const newest = Math.max(...migrationTimes(migrationsDir))
    const applied = appliedTimes(connection)?.newest ?? 0
    const settings = new Map(
      z
        .array(z.object({ key: z.string(), value: z.string() }))
        .parse(connection.prepare('SELECT key, value FROM settings').all())
        .map(({ key, value: text }) => [key, text]),
    )
    const text = (found: string | number | null) => (found === null ? null : String(found))
    return {
      bytes: statSync(path).size,
      damage: damage.filter((line) => line !== 'ok'),
      schema: schemaOf(applied, newest),
      newestRunAt: text(value('SELECT max(created_at) AS value FROM runs')),
      oldestPendingAt: text(
        value("SELECT min(created_at) AS value FROM deliveries WHERE status = 'pending'"),
      ),
      givenUp: Number(
        value(
          "SELECT count(*) AS value FROM deliveries WHERE status = 'failed' AND created_at > ?",
          givenUpSince,
        ),
      ),
      setting: (key) => {
        const stored = settings.get(key)
        return stored === undefined ? undefined : parsed(stored)
      },
    }
  } finally {
    connection.close()
  }
}

function schemaOf(applied: number, newest: number): Examined['schema'] {
  if (applied === newest) return 'current'
  return applied > newest ? 'newer' : 'older'
}
