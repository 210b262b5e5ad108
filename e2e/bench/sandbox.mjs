// What a script itself costs: no server, no provider. A thousand pending calls, and a large script read and
// previewed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { root } from './processes.mjs'

const limits = { memoryBytes: 512 * 1024 * 1024, stackBytes: 1024 * 1024, cpuMs: 20_000, itemsPerCall: 4096 }
const start = (body) => ({ body, args: null, budgetTotal: null, capNanoUsd: null, limits })

/**
 * Seconds of the sandbox's thread, processor seconds of the whole process and megabytes of a script that
 * makes so many calls at once and then hears them all.
 */
export async function pendingCalls(count) {
  const worker = new Worker(join(root, 'dist/sandbox-worker.mjs'), {
    env: {},
    workerData: new Int32Array(new SharedArrayBuffer(8)),
  })
  const ask = (message) =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.removeAllListeners('error')
      worker.once('error', reject)
      worker.postMessage(message)
    })
  await new Promise((resolve) => worker.once('message', resolve))
  // The engine is compiled once a thread; what a script costs comes after.
  await ask({ type: 'start', start: start('return 1'), told: [] })
  const loopBefore = worker.performance.eventLoopUtilization()
  const [cpuBefore, memoryBefore] = [process.cpuUsage(), process.memoryUsage().rss]
  const body = `return (await parallel(Array.from({ length: ${count} }, (_, at) => () => agent('Question ' + at, { label: 'q' + at })))).length`
  const { commands } = await ask({ type: 'start', start: start(body), told: [] })
  const calls = commands.filter((command) => command.do === 'agent')
  const budget = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: null }
  const facts = calls.map(({ id }) => ({
    fact: { id, kind: 'value', value: 'An answer of a few words.' },
    budget,
  }))
  let said = []
  for (let at = 0; at < facts.length; ) {
    const heard = await ask({ type: 'facts', facts: facts.slice(at, at + 100) })
    at += heard.taken
    said = heard.commands
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  const thread = worker.performance.eventLoopUtilization(loopBefore).active / 1000
  const memory = (process.memoryUsage().rss - memoryBefore) / 1e6
  const returned = said.find((command) => command.do === 'return')?.value
  await worker.terminate()
  return { thread, cpu: (user + system) / 1e6, memory, returned }
}

/** Seconds to read a script of so many bytes and list its calls. */
export async function readLarge(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'skein-bench-'))
  try {
    const outfile = join(folder, 'read.mjs')
    const contents = `export { parseScript } from './lib/script/parse'\nexport { staticCalls } from './lib/script/plan'`
    await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      alias: { '@': root },
      logLevel: 'warning',
    })
    const { parseScript, staticCalls } = await import(outfile)
    const block = (at) =>
      `phase('Part ${at}')\nconst part${at} = await parallel(files.map((file) => () => agent(\`Read \${file} and say what is wrong with it, line by line, ${at}\`, { label: 'read', model: 'haiku' })))\n`
    let source = `export const meta = { name: 'large', description: 'A large script' }\nconst files = args.files\n`
    for (let at = 0; source.length < bytes; at++) source += block(at)
    const began = performance.now()
    const calls = staticCalls(parseScript(source).program).length
    return { seconds: (performance.now() - began) / 1000, bytes: source.length, calls }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
