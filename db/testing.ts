import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import type { SpendingStore } from '@/lib/core/ports/spending-store'
import type { EngineStore, Store } from '@/lib/core/ports/store'
import { type Connection, openDatabase, queriesOver } from './open'
import { createSpendingStore } from './store/spending'
import { createEngineStore, createStore } from './store/store'

/** Where the migrations of this checkout are. */
export const migrationsDir = fileURLToPath(new URL('./migrations', import.meta.url))

/** A store over a real file in a folder of its own, and how to reopen it or throw it away. */
export function temporaryStore(): { dir: string; store: Store; reopen(): Store; dispose(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'skein-store-'))
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

/** An empty database as bytes: migrated once, so a memory store is there in a moment. */
let empty: Buffer | null = null

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
