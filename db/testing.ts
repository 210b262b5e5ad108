import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import type { SpendingStore } from '@/lib/core/ports/spending-store'
import type { EngineStore, Store } from '@/lib/core/ports/store'
import { makeFolder } from './make-folder'
import { type Connection, openDatabase, queriesOver } from './open'
import { createSpendingStore } from './store/spending'
import { createEngineStore, createStore } from './store/store'

/** Where the migrations of this checkout are. */
export const migrationsDir = fileURLToPath(new URL('./migrations', import.meta.url))

/** A store over a real file in a folder of its own, and how to reopen it or throw it away. */
export function temporaryStore(): { dir: string; store: Store; reopen(): Store; dispose(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'skein-store-'))
  putEmptyDatabase(dir)
  let store = open(dir)
  return {
    dir,
    store,
    reopen() {
      store.close()
      store = open(dir)
      return store
    },
    dispose() {
      store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/**
 * An empty database as bytes, which the migrations of this checkout made: once a process, since to run them
 * takes longer than most tests.
 */
let empty: Buffer | null = null

/**
 * Puts a database into an empty folder that has been migrated and holds nothing, as a start leaves it there.
 * Who opens it checks all the same which migrations it has; `open.test.ts` opens folders that have none.
 */
export function putEmptyDatabase(dataDir: string): void {
  makeFolder(dataDir)
  empty ??= emptyDatabase()
  writeFileSync(join(dataDir, 'skein.db'), empty, { flag: 'wx', mode: 0o600 })
}

/**
 * What an engine needs of a store, and what its dispatcher begins with, in memory alone: the same statements and transactions, and nothing of it
 * on disk.
 */
export function memoryStore(): EngineStore & SpendingStore & { connection: Connection; close(): void } {
  empty ??= emptyDatabase()
  const connection = new Database(empty)
  return {
    ...createEngineStore(connection, queriesOver(connection), null),
    ...createSpendingStore(connection, queriesOver(connection), null),
    connection,
    close: () => connection.close(),
  }
}

function emptyDatabase(): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'skein-empty-'))
  try {
    const { connection, release } = openDatabase(dir, migrationsDir)
    connection.pragma('journal_mode = DELETE')
    const bytes = connection.serialize()
    release()
    return bytes
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function open(dir: string): Store {
  const { connection, release } = openDatabase(dir, migrationsDir)
  return createStore(connection, release)
}
