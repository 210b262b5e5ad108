import { chmodSync, closeSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const OWNER_FOLDER = 0o700
const OWNER_FILE = 0o600

/** Names of files that are ours, the database's own beside it. */
const ours = /^skein\.[\w-]+$/

/**
 * Keeps a data folder to the account that runs the server: prompts, answers and the webhook's receiver are in
 * it. A folder that holds anything beside our files may be somebody's home, and only our files in it are
 * changed. SQLite gives what it adds later the rights of its database.
 */
export function keepToOwner(dataDir: string): void {
  // Made before SQLite would make them for everybody to read.
  for (const name of ['skein.db', 'skein.lock']) closeSync(openSync(join(dataDir, name), 'a', OWNER_FILE))
  const names = readdirSync(dataDir)
  for (const name of names.filter((one) => ours.test(one))) narrow(join(dataDir, name), OWNER_FILE)
  if (names.every((name) => ours.test(name))) narrow(dataDir, OWNER_FOLDER)
}

/** Takes away what others may do; another account's files are left as they are. */
function narrow(path: string, mode: number): void {
  const { mode: present, uid } = statSync(path)
  if ((present & 0o077) === 0 || (process.getuid?.() ?? uid) !== uid) return
  chmodSync(path, mode)
}
