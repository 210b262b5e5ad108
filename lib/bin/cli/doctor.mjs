// `skein doctor`: looks at this machine and this folder, and says what to do about what is amiss.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { checkNode } from '../machine.mjs'
import { at, root } from '../place.mjs'
import { Stop } from '../run.mjs'
import { codes } from './ask.mjs'

const signs = { ok: 'ok  ', warning: 'warn', failed: 'FAIL', skipped: 'skip' }

/** Runs all checks and tells them. Gives 1 where one failed; warnings are told and pass. */
export async function doctor(_, { json, online }) {
  const checks = [nodeCheck(), nativeCheck(), ...programChecks(online === true)]
  const isGood = checks.every(({ status }) => status !== 'failed')
  if (json === true) say(JSON.stringify({ ok: isGood, checks }, null, 2))
  else for (const check of checks) tell(check)
  return isGood ? codes.completed : codes.failed
}

function tell({ name, status, told, todo }) {
  say(`${signs[status]}  ${name.padEnd(16)}${told}`)
  if (todo !== null) say(`${' '.repeat(22)}→ ${todo}`)
}

function nodeCheck() {
  try {
    checkNode()
    return { name: 'node', status: 'ok', told: `Node ${process.versions.node}.`, todo: null }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return { name: 'node', status: 'failed', told: error.message, todo: 'Install it from https://nodejs.org' }
  }
}

/** SQLite's native part is made for one version of Node and one kind of machine. */
function nativeCheck() {
  const name = 'native module'
  try {
    const Database = createRequire(at('package.json'))('better-sqlite3')
    new Database(':memory:').close()
    return { name, status: 'ok', told: 'SQLite can be loaded.', todo: null }
  } catch (error) {
    const [why] = String(error.message).split('\n')
    const todo = 'Run npm start once, which prepares it for this Node.'
    return { name, status: 'failed', told: `SQLite cannot be loaded: ${why}`, todo }
  }
}

function programChecks(isOnline) {
  const program = at('dist', 'doctor.mjs')
  const trouble = (told) => [
    { name: 'program', status: 'failed', told, todo: 'Run npm start once, which builds it.' },
  ]
  if (!existsSync(program)) return trouble('The program that looks at the rest is not built yet.')
  // As a start reads them: what is set already wins over both files, and `.env.local` over `.env`.
  for (const file of ['.env.local', '.env']) if (existsSync(at(file))) process.loadEnvFile(at(file))
  const args = [program, ...(isOnline ? ['--online'] : [])]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return JSON.parse(stdout)
  return trouble(`The program that looks at the rest ended: ${stderr.trim().split('\n').at(-1) ?? status}`)
}

function say(text) {
  process.stdout.write(`${text}\n`)
}
