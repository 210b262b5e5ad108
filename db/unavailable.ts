import Database from 'better-sqlite3'
import { StoreUnavailableError } from '@/lib/core/ports/journal-store'

/** What a database that cannot be written for now says, by the beginning of SQLite's own code. */
const sentences: readonly { code: string; sentence: string }[] = [
  { code: 'SQLITE_FULL', sentence: 'The disk is full: the database cannot grow. Free some space.' },
  { code: 'SQLITE_BUSY', sentence: 'Another program has locked the database. End it, or wait for it.' },
  { code: 'SQLITE_LOCKED', sentence: 'Another program has locked the database. End it, or wait for it.' },
  {
    code: 'SQLITE_IOERR',
    sentence: 'The disk does not take what is written to the database. Look at the disk.',
  },
  {
    code: 'SQLITE_READONLY',
    sentence: 'The database can no longer be written. Look at the rights of the data folder.',
  },
  { code: 'SQLITE_CANTOPEN', sentence: 'A file of the database cannot be opened. Look at the data folder.' },
]

/** The error as one that passes when somebody mends its cause; null when it is of another kind. */
export function unavailable(error: unknown): StoreUnavailableError | null {
  if (!(error instanceof Database.SqliteError)) return null
  const known = sentences.find(({ code }) => error.code.startsWith(code))
  return known === undefined ? null : new StoreUnavailableError(known.sentence, { cause: error })
}
