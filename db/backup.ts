import { join } from 'node:path'
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
 * Keeps servers away from a data folder until it is let go, and gathers its database in one file where that
 * can still be read. Throws `DatabaseError` when a server runs on it.
 */
export function holdForRestore(dataDir: string): Hold {
  const hold = holdFolder(dataDir)
  checkpointAt(join(dataDir, 'skein.db'))
  return hold
}
