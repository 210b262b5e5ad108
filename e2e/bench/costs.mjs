// npm run bench:costs: what cost queries answer, and how fast, in a database of two million turns.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { freePort, median, root, startSimulator, startSkein } from './processes.mjs'

const turns = Number(process.env.BENCH_TURNS ?? 2_000_000)
const size = {
  turns,
  runs: Number(process.env.BENCH_RUNS ?? turns / 100),
  days: 365,
  until: new Date().toISOString().slice(0, 10),
}
const bounds = { reportMs: 300, millionMs: 150 }

const groups = ['day', 'model', 'workflow', 'run', 'phase', 'user', 'tag', 'tokenKind']
/** Everything that can be asked for: by one, and by two in the order in which a page may cross them. */
const groupings = groups.flatMap((one, at) => [
  one,
  ...groups.slice(at + 1).map((other) => `${one},${other}`),
])

// Beside the checkout's packages, where the bundle finds them.
const program = join(root, 'dist', 'bench-costs.mjs')
const dataDir = mkdtempSync(join(tmpdir(), 'skein-costs-'))
try {
  await build({
    entryPoints: [join(root, 'db/testing/measure-costs.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': root },
    define: { 'import.meta.url': JSON.stringify(`file://${root}/db/testing.ts`) },
    logLevel: 'warning',
  })
  await run('fill', dataDir, JSON.stringify(size))
  const megabytes = statSync(join(dataDir, 'skein.db')).size / 1e6
  console.log(
    `\nCosts: ${turns.toLocaleString('en')} turns of ${size.runs.toLocaleString('en')} runs over a year, ${megabytes.toFixed(0)} MB; load of the machine ${loadavg()[0].toFixed(1)}`,
  )
  report(
    JSON.parse(await run('ask', dataDir, JSON.stringify(size), join(root, 'dist/cost-reader-thread.mjs'))),
  )
  if (existsSync(join(root, '.next/BUILD_ID'))) await overHttp()
  else console.log('  over HTTP: not measured, there is no build (npm run build)')
} finally {
  rmSync(program, { force: true })
  rmSync(dataDir, { recursive: true, force: true })
}

async function run(...args) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout) printed += chunk
  return printed
}

function line(label, value, unit, bound) {
  console.log(
    `  ${label.padEnd(58)} ${value.toFixed(1).padStart(8)} ${unit}${bound === undefined ? '' : `   (at most ${bound})`}`,
  )
}

/** Medians of five. */
function report({ cold, overMonth, overHalf, usage, runTotals, short, repricing, long }) {
  line("the month's report, the start of its thread included", cold, 'ms')
  line("the month's report, slowest of eleven groupings", overMonth, 'ms', bounds.reportMs)
  for (const [by, ms] of Object.entries(overHalf))
    line(`half of all turns by ${by}`, ms, 'ms', bounds.millionMs)
  line('half of all turns, tokens for what-if', usage, 'ms')
  line("the month's runs beside their workflow's usual", runTotals, 'ms')
  line('event loop delay meanwhile, 99th percentile', short.p99, 'ms')
  line('event loop delay meanwhile, longest', short.max, 'ms')
  line('pricing the month anew, turn by turn', repricing, 'ms')
  line('event loop delay meanwhile, longest', long.max, 'ms')
}

/**
 * The same through the production server, with health asked all the while: what a page and a neighbour feel.
 */
async function overHttp() {
  const simulator = await startSimulator()
  const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
  try {
    const half = new Date(Date.parse(size.until) - 182 * 86_400_000).toISOString().slice(0, 10)
    const ask = async (path) => {
      const began = performance.now()
      const answer = await fetch(`${server.url}${path}`)
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
      return performance.now() - began
    }
    await ask('/api/costs')
    const beside = []
    let isOn = true
    const neighbour = (async () => {
      // As often as a page might; without a pause it would keep a core busy by itself.
      while (isOn) {
        beside.push(await ask('/api/health'))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    const five = async (path) => {
      const took = []
      for (let round = 0; round < 5; round++) took.push(await ask(path))
      return took
    }
    const month = await five(
      `/api/costs?from=${size.until.slice(0, 7)}-01&to=${size.until}&groupBy=day,model`,
    )
    line('GET /api/costs, the month, median', median(month), 'ms', bounds.reportMs)
    const million = []
    for (const by of groupings) {
      const took = await five(`/api/costs?from=${half}&to=${size.until}&groupBy=${by}`)
      line(`GET /api/costs, half of all turns by ${by}, median`, median(took), 'ms', bounds.millionMs)
      million.push(...took)
    }
    isOn = false
    await neighbour
    line(`GET /api/costs, half of all turns, slowest of ${million.length}`, Math.max(...million), 'ms')
    line('GET /api/health meanwhile, slowest', Math.max(...beside), 'ms')
  } finally {
    await server.kill()
    simulator.stop()
  }
}
