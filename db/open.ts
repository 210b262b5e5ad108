import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { z } from 'zod'
import { makeFolder } from './make-folder'
import { keepToOwner } from './private-files'

/** Why the database cannot be used; the message says what to do about it. */
export class DatabaseError extends Error {
  constructor(
    readonly kind: 'not-writable' | 'in-use' | 'newer' | 'unreleased' | 'damaged',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'DatabaseError'
  }
}

export type Connection = Database.Database

/**
 * Typed queries over a connection: rows come as the schema types them, JSON read with its column's schema.
 */
export type Queries = BetterSQLite3Database

export function queriesOver(connection: Connection): Queries {
  return drizzle(connection)
}

/**
 * Opens (or creates) `skein.db` in a folder, brings its schema up to date, and holds the folder for this
 * process: two servers on one database would each send the same turns. The hold is an operating-system lock,
 * so a killed process leaves nothing to clean up. Throws `DatabaseError`.
 */
export function openDatabase(
  dataDir: string,
  migrationsDir: string,
): { connection: Connection; release(): void } {
  ensureWritable(dataDir)
  const lock = holdFolder(dataDir)
  try {
    const connection = connect(join(dataDir, 'skein.db'))
    bringUpToDate(connection, migrationsDir)
    return {
      connection,
      release: () => {
        connection.close()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

/** A connection with the settings every one of ours has. WAL, and a commit is on disk before it returns. */
export function connect(path: string): Connection {
  try {
    const connection = new Database(path)
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    connection.pragma('busy_timeout = 5000')
    connection.pragma('cache_size = -32000')
    return connection
  } catch (cause) {
    throw new DatabaseError(
      'damaged',
      `The database ${path} cannot be opened: ${String(cause)}. Move it away or restore a backup.`,
      {
        cause,
      },
    )
  }
}

/** A connection that can only read, beside the one that writes. */
export function connectToRead(path: string): Connection {
  const connection = new Database(path, { readonly: true, fileMustExist: true })
  connection.pragma('busy_timeout = 5000')
  connection.pragma('cache_size = -32000')
  return connection
}

function ensureWritable(dataDir: string): void {
  try {
    makeFolder(dataDir)
    const file = join(dataDir, 'skein.db')
    if (existsSync(file)) accessSync(file, constants.W_OK)
    keepToOwner(dataDir)
  } catch (cause) {
    throw new DatabaseError(
      'not-writable',
      `The data folder ${dataDir} cannot be written. Make it writable, or set SKEIN_DATA_DIR to a folder that is.`,
      { cause },
    )
  }
}

/** Keeps a data folder from all other processes until it is closed. */
export type Hold = { close(): void }

/** Holds a data folder for this process. Throws `DatabaseError` when another one has it. */
export function holdFolder(dataDir: string): Hold {
  const lock = new Database(join(dataDir, 'skein.lock'))
  try {
    lock.pragma('busy_timeout = 1500')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock.close()
    throw new DatabaseError(
      'in-use',
      `Another Skein already uses the data folder ${dataDir}. Stop it, or set SKEIN_DATA_DIR to another folder.`,
      { cause },
    )
  }
}

/** Brings what a database has beside its file into it. What cannot be read any more stays as it is. */
export function checkpointAt(path: string): void {
  if (!existsSync(path)) return
  const connection = new Database(path)
  try {
    connection.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
  } finally {
    connection.close()
  }
}

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) })

function bringUpToDate(connection: Connection, migrationsDir: string): void {
  const times = migrationTimes(migrationsDir)
  const newest = Math.max(...times)
  const applied = appliedTimes(connection)
  if (applied !== null && applied.newest > newest) {
    throw new DatabaseError(
      'newer',
      'The database was written by a newer Skein than this one, and was left untouched. Start that version, or set SKEIN_DATA_DIR to another folder.',
    )
  }
  const baseline = Math.min(...times)
  if (applied !== null && applied.oldest < baseline)
    throw new DatabaseError(
      'unreleased',
      'The database was written by a Skein from before 0.2.0, the first release, whose data is not carried over. It was left untouched. Move the folder away, or set SKEIN_DATA_DIR to another one.',
    )
  migrate(queriesOver(connection), { migrationsFolder: migrationsDir })
}

/** When each migration of this version was made, in milliseconds since the epoch. */
export function migrationTimes(migrationsDir: string): number[] {
  const text = readFileSync(join(migrationsDir, 'meta', '_journal.json'), 'utf8')
  return journalSchema.parse(JSON.parse(text)).entries.map(({ when }) => when)
}

/** When the oldest and the newest migration that a database has were made; null for an empty one. */
export function appliedTimes(connection: Connection): { oldest: number; newest: number } | null {
  const table = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get()
  if (table === undefined) return null
  const { oldest, newest } = z
    .object({ oldest: z.number().nullable(), newest: z.number().nullable() })
    .parse(
      connection
        .prepare('SELECT min(created_at) AS oldest, max(created_at) AS newest FROM __drizzle_migrations')
        .get(),
    )
  return oldest === null || newest === null ? null : { oldest, newest }
}
