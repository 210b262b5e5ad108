// Brings node_modules to what package-lock.json says, and the database's native part to this machine.
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { aptInstall, isDebianRoot, missingTools, nodeHeaders } from './machine.mjs'
import { at } from './place.mjs'
import { announced, run, runNode, Stop, succeeds } from './run.mjs'

/** Installs what packages are missing; does nothing, quickly, when none are. */
export async function installMissing() {
  if (!isInstalled()) await installPackages()
}

/** Makes the database's native part, unless it is there. Needs the packages. */
export async function prepareDatabase() {
  if (!isDatabaseLoadable()) await buildDatabase()
}

/** True when every package of the lockfile that this machine needs is there in the locked version. */
function isInstalled() {
  const record = at('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const locked = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(locked).every(
    ([path, entry]) =>
      path === '' ||
      entry.link === true ||
      present[path]?.version === entry.version ||
      isOptional(entry, present[path]),
  )
}

// Packages of other platforms are locked and never installed here.
const isOptional = (locked, present) =>
  present === undefined && (locked.optional === true || locked.devOptional === true || locked.peer === true)

async function installPackages() {
  await announced('Installing packages', 'one to three minutes, once', async () => {
    // Scripts run apart (below): packages are then never thrown away because one of them could not compile.
    const code = await npm(['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
    if (code !== 0)
      throw new Stop(
        'npm could not install the packages. Its own message is above; without a network, a filled npm cache is needed.',
      )
  })
}

async function buildDatabase() {
  await announced(
    "Preparing the database's native part",
    'seconds where a prebuilt one can be had, else about a minute',
    async () => {
      if ((await rebuild()) && isDatabaseLoadable()) return
      const missing = missingTools()
      if (missing.length > 0 && isDebianRoot()) {
        await aptInstall(['python3', 'make', 'g++'], 'about a minute')
        if ((await rebuild()) && isDatabaseLoadable()) return
      }
      throw new Stop(
        missing.length > 0
          ? `SQLite (better-sqlite3) had to be compiled, and ${missing.join(', ')} cannot be found. Install python3, make and a C++ compiler (Debian, Ubuntu: apt-get install python3 make g++; Fedora: dnf install python3 make gcc-c++; macOS: xcode-select --install) and run the command again.`
          : "SQLite (better-sqlite3) could not be compiled. The compiler's own message is above.",
      )
    },
  )
}

async function rebuild() {
  const headers = nodeHeaders()
  const env = headers === null ? process.env : { ...process.env, npm_config_nodedir: headers }
  return (await npm(['rebuild', 'better-sqlite3'], env)) === 0
}

// Asked in a process of its own: a binding that failed to load once stays failed in this one.
function isDatabaseLoadable() {
  return succeeds(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:')"])
}

function npm(args, env = process.env) {
  const cli = process.env.npm_execpath
  if (cli !== undefined && basename(cli).startsWith('npm-cli')) return runNode(cli, args, { env })
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { env })
}
