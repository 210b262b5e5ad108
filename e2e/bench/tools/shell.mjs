// npm run bench:shell: how long an agent waits for its sandbox and for a command in it, one at a time and many
// side by side. Linux with bubblewrap only.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { percentile, root } from '../processes.mjs'

const STARTS = 40
const COMMANDS = 300
const SIDE_BY_SIDE = 20
/** Most milliseconds of a start, at the 95th percentile. */
const BOUND_MS = 60

const folder = mkdtempSync(join(tmpdir(), 'skein-shell-'))
try {
  await measure(await sandboxModule())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function sandboxModule() {
  const outfile = join(folder, 'sandbox.mjs')
  const contents = `export { openShell } from './lib/sandbox/shell/shell'
export { createCommandQueue } from './lib/sandbox/queue/command-queue'
export { findSandbox, sandboxOfThisMachine } from './lib/sandbox/this-machine'
export { createSystemClock } from './lib/server/services/system-clock'`
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { '@': root },
    logLevel: 'warning',
  })
  return import(outfile)
}

async function measure({
  openShell,
  createCommandQueue,
  findSandbox,
  sandboxOfThisMachine,
  createSystemClock,
}) {
  const found = await findSandbox()
  if (found.kind === 'none') return console.log(found.reason)
  console.log(`\nbubblewrap ${found.version}, limits by ${found.limits}`)
  const clock = createSystemClock()
  const signal = new AbortController().signal
  const common = { backend: sandboxOfThisMachine(clock), queue: createCommandQueue(1_000), clock, signal }
  let shells = 0
  const open = (more = {}) => {
    const workFolder = join(folder, `work-${shells++}`)
    mkdirSync(workFolder)
    return openShell({
      ...common,
      places: join(folder, 'places'),
      owner: 'bench',
      workFolder,
      mountedAt: '/home/somebody/project',
      ...more,
    })
  }
  const run = async (shell, command = 'true') => {
    const begun = performance.now()
    const { end } = await shell.run(command, { timeoutMs: 60_000, signal })
    if (end.kind !== 'exited' || end.exitCode !== 0)
      throw new Error(`"${command}" ended as ${JSON.stringify(end)}`)
    return performance.now() - begun
  }

  // The first one also finds out what this machine has.
  await closing(open(), run)
  const starts = await oneByOne(STARTS, () => closing(open(), run))
  tell('start and first command, one at a time', starts, `   (bound: p95 below ${BOUND_MS} ms)`)
  const shown = { copyOnWriteFolders: [{ from: join(folder, 'work-0'), to: '/opt/copy' }] }
  tell('the same with a folder copied on write', await oneByOne(STARTS, () => closing(open(shown), run)))

  const shell = open()
  await run(shell)
  tell('a command in a warm shell', await oneByOne(COMMANDS, () => run(shell)))
  tell('a program in a warm shell', await oneByOne(COMMANDS, () => run(shell, '/bin/true')))
  await shell.close()

  const many = Array.from({ length: SIDE_BY_SIDE }, () => open())
  const begun = performance.now()
  const side = await Promise.all(many.map((one) => run(one)))
  const tookMs = performance.now() - begun
  tell(`${SIDE_BY_SIDE} starts side by side, all in ${tookMs.toFixed(0)} ms`, side)
  await Promise.all(many.map((one) => one.close()))
  if (percentile(starts, 0.95) >= BOUND_MS) process.exitCode = 1
}

async function closing(shell, run) {
  try {
    return await run(shell)
  } finally {
    await shell.close()
  }
}

async function oneByOne(count, measureOne) {
  const told = []
  for (let at = 0; at < count; at++) told.push(await measureOne())
  return told
}

function tell(what, times, bound = '') {
  const [middle, high] = [percentile(times, 0.5), percentile(times, 0.95)]
  console.log(`  ${what}: p50 ${middle.toFixed(1)} ms, p95 ${high.toFixed(1)} ms${bound}`)
}
