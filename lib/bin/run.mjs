// Programs run beside this one, and how what they do is told.
import { spawn, spawnSync } from 'node:child_process'
import { root } from './place.mjs'

/** A reason to stop that the reader can act on; shown without a stack. */
export class Stop extends Error {
  /** @param {string} message @param {number} code */
  constructor(message, code = 1) {
    super(message)
    this.code = code
  }
}

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`)
}

/** @param {number} ms */
export function spell(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** Announces a piece of work with the time it usually takes, does it, and tells the time it took. */
export async function announced(title, usual, work) {
  say(`${title} (${usual}) …`)
  const startedAt = Date.now()
  await work()
  say(`  ${title}: done in ${spell(Date.now() - startedAt)}`)
}

/**
 * Runs a program to its end with our own input and output; resolves with its exit code. Both get a Ctrl-C
 * from the terminal, so ours waits for the program to end instead of leaving it behind. `hear` is given what
 * it says, in place of our output.
 */
export function run(command, args, { env = process.env, quiet = false, hear = null } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: stdioOf(quiet, hear !== null),
    })
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    const pass = (signal) => child.kill(signal)
    process.on('SIGINT', pass)
    process.on('SIGTERM', pass)
    const settle = () => {
      process.off('SIGINT', pass)
      process.off('SIGTERM', pass)
    }
    child.on('error', (error) => {
      settle()
      reject(new Stop(`${command} could not be started: ${error.message}`))
    })
    child.on('close', (code, signal) => {
      settle()
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(signal === 'SIGINT' ? 130 : 143)
      resolve(code ?? 1)
    })
  })
}

function stdioOf(isQuiet, isHeard) {
  if (isHeard) return ['ignore', 'pipe', 'pipe']
  return isQuiet ? ['ignore', 'ignore', 'inherit'] : 'inherit'
}

/** Runs a JavaScript file with the Node that runs us. */
export const runNode = (file, args, options) => run(process.execPath, [file, ...args], options)

/** True when the program ends well; its output is not shown. */
export function succeeds(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'ignore' }).status === 0
}

/** Runs `main` and turns what it throws into a sentence and an exit code. */
export async function conclude(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    process.stderr.write(`\n${error.message}\n`)
    process.exit(error.code)
  }
}
