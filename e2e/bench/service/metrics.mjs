// npm run bench:metrics: how long Prometheus waits for /metrics: with nothing at work, while a thousand agents are
// launched, while they stream, and while they stream beside a busy process for each core.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, percentile, root, startSimulator, startSkein } from '../processes.mjs'
import { call } from '../skein.mjs'

const AGENTS = 1000
const SCRAPES = 300
const WANTED_MS = 20
/** Between two scrapes, so that they fall anywhere in what the server does. */
const PAUSE_MS = 37

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const dataDir = mkdtempSync(join(tmpdir(), 'skein-metrics-'))
const simulator = await startSimulator()
const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
const busy = []
try {
  const [first] = await scrapes(1)
  console.log(`the first ever           ${first.ms.toFixed(1).padStart(6)} ms`)
  tell('nothing at work', await scrapes(SCRAPES))
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  await call(server.url, 'POST', '/api/runs', {
    script: `export const meta = { name: 'metrics', description: 'Many that stream for long' }
return (await parallel(Array.from({ length: ${AGENTS} }, (_, at) => () => agent('q' + at + ' [[sim: {"tokens":4000,"tokensPerSecond":20}]]')))).length`,
    limits: { usd: null, agents: AGENTS + 10 },
    approval: 'auto',
  })
  tell(`${AGENTS} agents begin`, await scrapesUntilRunning())
  tell(`${AGENTS} agents stream`, await scrapes(SCRAPES))
  for (let core = 0; core < availableParallelism(); core += 1)
    busy.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  tell(`beside ${busy.length} busy processes`, await scrapes(SCRAPES))
  const [{ running }] = await scrapes(1)
  if (running !== AGENTS) throw new Error(`Only ${running} agents were at work at the end.`)
} finally {
  for (const process of busy) process.kill('SIGKILL')
  await server.kill()
  simulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function scrape() {
  const began = performance.now()
  const answer = await fetch(`${server.url}/metrics`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`/metrics: ${answer.status}`)
  return {
    ms: performance.now() - began,
    loopMs: loopMs(text),
    running: figureOf(text, 'skein_agents{status="running"}'),
  }
}

function figureOf(text, name) {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1))
}

/** How late the server's event loop was at most since the scrape before: no answer can come sooner. */
function loopMs(text) {
  return 1000 * figureOf(text, 'skein_event_loop_delay_seconds{quantile="1"}')
}

async function scrapes(count) {
  const waits = []
  for (let at = 0; at < count; at += 1) {
    waits.push(await scrape())
    await sleep(PAUSE_MS)
  }
  return waits
}

/** Scrapes until all of them are at work, as the metrics themselves say. */
async function scrapesUntilRunning() {
  const scraped = []
  while (scraped.at(-1)?.running !== AGENTS) scraped.push(...(await scrapes(1)))
  return scraped
}

function tell(what, scraped) {
  const waits = scraped.map(({ ms }) => ms)
  const loops = scraped.map(({ loopMs }) => loopMs)
  const within = waits.filter((ms) => ms <= WANTED_MS).length / waits.length
  const figure = (ms) => `${ms.toFixed(1).padStart(6)} ms`
  console.log(
    `${what.padEnd(24)} median ${figure(percentile(waits, 0.5))}   p99 ${figure(percentile(waits, 0.99))}   worst ${figure(Math.max(...waits))}   within ${WANTED_MS} ms: ${(100 * within).toFixed(1)} % of ${waits.length}`,
  )
  console.log(
    `${'  the event loop at worst'.padEnd(24)} median ${figure(percentile(loops, 0.5))}   p99 ${figure(percentile(loops, 0.99))}   worst ${figure(Math.max(...loops))}`,
  )
}
