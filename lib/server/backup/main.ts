import { resolve } from 'node:path'
import { processEnvironment } from '../services/env'
import { backUp } from './back-up'
import { isTold, restore } from './restore'

// A program of its own: `backup file` or `restore file`. It works beside a server, which it leaves alone.
const [act = '', file = ''] = process.argv.slice(2)
const at = new Date().toISOString()

try {
  const { dataDir, installDir } = processEnvironment()
  if (act === 'restore') {
    const migrationsDir = resolve(installDir, 'db', 'migrations')
    const { manifest, aside } = await restore({ from: file, dataDir, migrationsDir, at })
    console.log(`Restored ${dataDir} as it was at ${manifest.madeAt}: ${manifest.files.length} files.`)
    if (aside !== null) console.log(`What was there is kept in ${aside}.`)
  } else {
    const { files } = await backUp(dataDir, file, at)
    console.log(`Backed up ${dataDir} into ${file}: ${files.length} files. Keep skein.key apart from it.`)
  }
} catch (error) {
  if (!isTold(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}
