// npm run bench:shells: what people at the pages feel while agents run commands: forty agents that each ask for a
// command which keeps a core busy, how long the API answers meanwhile, and how smoothly the map of the run moves.
// Linux with bubblewrap only; build first.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { costOf, withPage } from '../browser.mjs'
import { freePort, percentile, root, startSimulator, startSkein } from '../processes.mjs'
import { call } from '../skein.mjs'

const SHELLS = 40
/** Each counts for so long: together they keep all cores busy for longer than is measured. */
const BUSY_SECONDS = 8
const REQUESTS = 200
const PAUSE_MS = 40
const MAP_MS = 8_000
const wanted = { apiMs: 200, framesPerSecond: 30 }

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'skein-shells-'))
const workspace = join(folder, 'workspace')
mkdirSync(workspace)
writeFileSync(join(workspace, 'one.txt'), 'one\n')
spawnSync('git', ['init', '-q', workspace])
const simulator = await startSimulator()
const server = await startSkein({
  baseUrl: simulator.url,
  dataDir: join(folder, 'data'),
  port: await freePort(),
  more: { SKEIN_WORKSPACE_ROOTS: folder },
})
try {
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  tell('nothing at work', await answers())
  const command = `end=$((SECONDS+${BUSY_SECONDS})); while [ $SECONDS -lt $end ]; do :; done; echo done`
  const answer = JSON.stringify([
    { toolCalls: [{ name: 'run_command', input: { command } }] },
    { text: 'done' },
  ])
  const { id } = await call(server.url, 'POST', '/api/runs', {
    script: `export const meta = { name: 'shells', description: 'Commands that keep cores busy' }
return (await parallel(Array.from({ length: ${SHELLS} }, (_, at) => () => agent('q' + at + ' [[sim: ' + ${JSON.stringify(answer)} + ']]')))).length`,
    workspace,
    permissions: { write: true, shell: true },
    limits: { usd: null, agents: SHELLS + 10 },
    approval: 'auto',
  })
  await sleep(3_000)
  tell(`${SHELLS} shells asked for`, await answers(id))
  const map = await withPage(async (page) => {
    await page.goto(`${server.url}/runs/${id}?view=map`)
    await page.locator('.react-flow').waitFor()
    await sleep(2_000)
    return costOf(page, () => pan(page))
  })
  console.log(
    `  map, panned            ${map.framesPerSecond.toFixed(1)} frames a second (wanted: ${wanted.framesPerSecond}), slowest ${map.slowestFrameMs.toFixed(0)} ms`,
  )
  const atWork = commandsAtWork()
  console.log(`  sandbox processes still at work ${atWork}`)
  if (atWork === 0) throw new Error('The commands had ended before everything was measured.')
} finally {
  await server.kill()
  simulator.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Shells of ours whose command runs, by what their sandbox was told. */
function commandsAtWork() {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return /^[^\0]*bwrap\0/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
    } catch {
      return false
    }
  }).length
}

async function answers(id) {
  const paths = ['/api/runs', '/api/health', ...(id === undefined ? [] : [`/api/runs/${id}`])]
  const waits = []
  for (let at = 0; at < REQUESTS; at += 1) {
    const began = performance.now()
    const answer = await fetch(`${server.url}${paths[at % paths.length]}`)
    await answer.text()
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`)
    waits.push(performance.now() - began)
    await sleep(PAUSE_MS)
  }
  return waits
}

function tell(what, waits) {
  const ms = (share) => `${percentile(waits, share).toFixed(1)} ms`
  console.log(
    `  ${what.padEnd(22)} p50 ${ms(0.5)}, p95 ${ms(0.95)}, p99 ${ms(0.99)}  (wanted: p95 below ${wanted.apiMs} ms)`,
  )
}

async function pan(page) {
  const until = Date.now() + MAP_MS
  await page.mouse.move(700, 600)
  await page.mouse.down()
  for (let step = 0; Date.now() < until; step++) {
    await page.mouse.move(700 + Math.sin(step / 14) * 200, 600 + Math.cos(step / 19) * 60)
    await sleep(14)
  }
  await page.mouse.up()
}
