import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Store } from '@/lib/core/store'
import { openDatabase } from './open'
import { createStore } from './store/store'

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

function open(dir: string): Store {
  const { connection, release } = openDatabase(dir, migrationsDir)
  return createStore(connection, release)
}
