// npm run bench:shell: how long an agent waits for its sandbox and for a command in it, one at a time and many
// side by side; and what a start costs a process that holds as much as a server does: started by itself, and by the
// small process beside it, in turn. Linux with bubblewrap only.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { percentile, root } from '../processes.mjs'

const STARTS = 40
const COMMANDS = 300
const SIDE_BY_SIDE = 20
/** What a process holds beside its modules while its pauses are measured. */
const HELD_MB = 300
const ROUNDS = 2
const ROUND_STARTS = 15
/** Most milliseconds of a start, at the 95th percentile. */
const BOUND_MS = 60

const folder = mkdtempSync(join(tmpdir(), 'skein-shell-'))
try {
  await measure(await sandboxModule())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function sandboxModule() {
  const contents = `export { openShell } from './lib/sandbox/shell/shell'
export { createCommandQueue } from './lib/sandbox/queue/command-queue'
export { findSandbox, sandboxOfThisMachine } from './lib/sandbox/this-machine'
export { processesHere } from './lib/processes/here'
export { openStarter } from './lib/processes/starter'
export { createSystemClock } from './lib/server/services/system-clock'`
  const options = { bundle: true, platform: 'node', format: 'esm', alias: { '@': root }, logLevel: 'warning' }
  const outfile = join(folder, 'sandbox.mjs')
  await build({ ...options, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile })
  const entry = join(folder, 'starter.mjs')
  await build({ ...options, entryPoints: [join(root, 'lib/processes/starter-program.ts')], outfile: entry })
  return { ...(await import(outfile)), entry }
}

async function measure({
  openShell,
  createCommandQueue,
  findSandbox,
  sandboxOfThisMachine,
  processesHere,
  openStarter,
  createSystemClock,
  entry,
}) {
  const found = await findSandbox(processesHere.run)
  if (found.kind === 'none') return console.log(found.reason)
  console.log(`\nbubblewrap ${found.version}, limits by ${found.limits}`)
  const clock = createSystemClock()
  const signal = new AbortController().signal
  const starter = openStarter({ entry, awake: clock.awake })
  const backends = {
    here: sandboxOfThisMachine(clock, processesHere),
    beside: sandboxOfThisMachine(clock, starter),
  }
  const common = { backend: backends.beside, queue: createCommandQueue(1_000), clock, signal }
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

  const held = Array.from({ length: HELD_MB }, (_, at) => new Float64Array(131_072).fill(at))
  console.log(`\nin a process of ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  const told = { here: [], beside: [] }
  const pauses = { here: [], beside: [] }
  for (let round = 0; round < ROUNDS * 2; round += 1) {
    const place = round % 2 === 0 ? 'here' : 'beside'
    await closing(open({ backend: backends[place] }), run)
    for (let at = 0; at < ROUND_STARTS; at += 1) {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      // It counts from its second look on.
      await sleep(10)
      told[place].push(await closing(open({ backend: backends[place] }), run))
      delay.disable()
      pauses[place].push(delay.max / 1e6)
    }
  }
  if (held.length !== HELD_MB) throw new Error('What it holds has to be there to the end.')
  for (const place of ['here', 'beside']) {
    tell(`start and first command, started ${place}`, told[place])
    tell(`longest pause of each, started ${place}`, pauses[place])
  }
  const middle = (times) => percentile(times, 0.5)
  const ratio = (of) => (middle(of.here) / middle(of.beside)).toFixed(1)
  console.log(
    `  by itself, a start takes ${ratio(told)} times as long, and its longest pause is ${ratio(pauses)} times that`,
  )
  starter.close()
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
