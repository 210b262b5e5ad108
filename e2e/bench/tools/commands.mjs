// npm run bench:commands: what one git command costs a process that holds as much as a server does: started by itself,
// and by the small process beside it. Both in one run, in turn.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { build } from 'esbuild'
import { root } from '../processes.mjs'

const HELD_MB = [0, 300]
const COMMANDS = 100
const AT_ONCE = 10
const ROUNDS = 2

const folder = mkdtempSync(join(tmpdir(), 'skein-commands-'))
try {
  const { openStarter, runCommand, createSystemClock, entry } = await modules()
  const starter = openStarter({ entry, awake: createSystemClock().awake })
  const held = []
  for (const megabytes of HELD_MB) {
    while (held.length < megabytes) held.push(new Float64Array(131_072).fill(held.length))
    for (let round = 0; round < ROUNDS; round += 1) {
      await measure('started here', runCommand)
      await measure('started beside', starter.run)
    }
  }
  starter.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(name, run) {
  const env = { PATH: process.env.PATH }
  const command = { program: 'git', args: ['--version'], env, cwd: '/', input: '', mostBytes: 1_000_000 }
  await run(command)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  for (let at = 0; at < COMMANDS; at += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => run(command)))
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  const each = (performance.now() - began) / COMMANDS
  const size = Math.round(process.memoryUsage().rss / 1e6)
  console.log(
    `${name.padEnd(15)} in ${String(size).padStart(4)} MB   ${each.toFixed(1).padStart(5)} ms each   CPU here ${((user + system) / 1000 / COMMANDS).toFixed(1).padStart(5)} ms   longest pause ${(delay.max / 1e6).toFixed(0).padStart(4)} ms`,
  )
}

/** The modules as they are, and the program that starts commands, bundled. */
async function modules() {
  const options = { bundle: true, platform: 'node', format: 'esm', alias: { '@': root }, logLevel: 'warning' }
  const contents = `export { openStarter } from './lib/processes/starter'
export { runCommand } from './lib/processes/command'
export { createSystemClock } from './lib/server/services/system-clock'`
  const outfile = join(folder, 'processes.mjs')
  await build({ ...options, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile })
  const entry = join(folder, 'starter.mjs')
  await build({ ...options, entryPoints: [join(root, 'lib/processes/starter-program.ts')], outfile: entry })
  return { ...(await import(outfile)), entry }
}
