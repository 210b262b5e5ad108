import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { StoreUnavailableError } from '@/lib/core/ports/journal-store'
import { plainSpec, timeAt } from '@/lib/core/testing/journals'
import { openDatabase } from './open'
import { createStore } from './store/store'
import { migrationsDir, temporaryStore } from './testing'

const made: { dispose(): void }[] = []
afterEach(() => {
  for (const one of made.splice(0)) one.dispose()
})

function place() {
  const one = temporaryStore()
  made.push(one)
  return one
}

/** A run with so many lines in its journal, one commit each. */
async function filled(lines: number) {
  const own = place()
  await own.store.commit((transaction) => {
    transaction.write('r', timeAt(0), {
      do: 'create-run',
      script: 's',
      args: null,
      idempotencyKey: null,
      idempotencyDigest: '',
    })
    transaction.append('r', timeAt(0), [{ type: 'run.created', spec: plainSpec, actor: person('tester') }])
  })
  for (let at = 1; at <= lines; at++)
    await own.store.commit((transaction) =>
      transaction.append('r', timeAt(at), [{ type: 'run.logged', message: `line ${at}` }]),
    )
  return own
}

describe('a write-ahead log that was torn', () => {
  test.each([
    [
      'cut in the middle of its last page',
      (wal: string) => truncateSync(wal, readFileSync(wal).length - 2000),
    ],
    [
      'with other bytes in its last page',
      (wal: string) => {
        const bytes = readFileSync(wal)
        bytes.fill(0x5a, bytes.length - 1500, bytes.length - 1000)
        writeFileSync(wal, bytes)
      },
    ],
  ])('%s loses the last commit alone, and is written on', async (_, tear) => {
    const own = await filled(20)
    const copy = join(own.dir, 'copy')
    mkdirSync(copy)
    for (const file of ['skein.db', 'skein.db-wal']) copyFileSync(join(own.dir, file), join(copy, file))
    tear(join(copy, 'skein.db-wal'))
    const { connection, release } = openDatabase(copy, migrationsDir)
    const store = createStore(connection, release)
    const journal = await store.readJournal('r', 0, 100)
    expect(journal.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok')
    await store.commit((transaction) =>
      transaction.append('r', timeAt(99), [{ type: 'run.logged', message: 'on' }]),
    )
    expect((await store.readJournal('r', 20, 10)).map(({ seq }) => seq)).toEqual([21])
    store.close()
  })
})

describe('a database that another program has locked', () => {
  test('refuses a commit soon and says why, keeps nothing of it, and takes it afterwards', async () => {
    const own = await filled(3)
    const other = new Database(join(own.dir, 'skein.db'))
    other.exec('BEGIN IMMEDIATE')
    const write = () =>
      own.store.commit((transaction) =>
        transaction.append('r', timeAt(9), [{ type: 'run.logged', message: 'late' }]),
      )
    await expect(write()).rejects.toThrow(StoreUnavailableError)
    await expect(write()).rejects.toThrow('Another program has locked the database')
    expect(await own.store.readJournal('r', 4, 10)).toEqual([])
    other.exec('COMMIT')
    other.close()
    await write()
    expect((await own.store.readJournal('r', 4, 10)).map(({ seq }) => seq)).toEqual([5])
  })
})
