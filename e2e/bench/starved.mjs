// npm run faults -- starved: the faults of a busy machine. Eight processes that only burn time run beside a
// server that is given more runs than it has cores, is stopped in mid-work and taken up again, and is killed
// with runs that wait. Every run has to end as it does on a quiet machine.
//
// `--short` is the form of `npm test`.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, root, startSimulator, startSkein } from './processes.mjs'
import { call } from './skein.mjs'

const isShort = process.argv.includes('--short')
const report = process.argv.find((one) => one.startsWith('--report='))
const size = isShort
  ? { launches: 12, stops: 2, stoppedMs: 6_000, waiting: 12, busy: 8 }
  : { launches: 40, stops: 10, stoppedMs: 30_000, waiting: 40, busy: 8 }

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}

const asking = `export const meta = { name: 'asks', description: 'Asks a person, and then an agent' }
const first = await agent('First [[sim: {"text":"one"}]]')
const yes = await checkpoint({ title: 'Go on?' })
return [first, yes, await agent('Last [[sim: {"text":"two"}]]')].join()`

const busy = []
const dataDir = mkdtempSync(join(tmpdir(), 'skein-starved-'))
const simulator = await startSimulator(20)
const port = await freePort()
const begin = () => startSkein({ baseUrl: simulator.url, dataDir, port })
let server = await begin()
const wrong = []
let right = 0

try {
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  for (let at = 0; at < size.busy; at++)
    busy.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  console.log(`\nA starved machine: ${size.busy} busy processes beside the server`)
  await scenario(`${size.launches} launches at once`, manyLaunches)
  await scenario(`${size.stops} times stopped for ${size.stoppedMs / 1000} s in mid-work`, stopped)
  await scenario(`killed and started with ${size.waiting} runs that wait and 3 at work`, restarted)
} finally {
  for (const one of busy) one.kill('SIGKILL')
  await server.kill()
  simulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
for (const one of wrong) console.log(`  WRONG: ${one}`)
console.log(`  ${right} runs right, ${wrong.length} wrong`)
if (report !== undefined)
  writeFileSync(report.slice('--report='.length), JSON.stringify({ passed: right, failed: wrong.length }))
process.exitCode = wrong.length === 0 ? 0 : 1

async function scenario(title, play) {
  const began = performance.now()
  const before = { right, wrong: wrong.length }
  await play()
  const [good, bad] = [right - before.right, wrong.length - before.wrong]
  console.log(
    `  ${title}: ${good} of ${good + bad} runs as on a quiet machine, ${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
}

/** A script with honest work of its own between its awaits, as reductions have it. */
function script(name, agents) {
  return `export const meta = { name: ${JSON.stringify(name)}, description: 'Fans out and reduces' }
const said = await pipeline(Array.from({ length: ${agents} }, (_, at) => at), (at) => agent('Question ' + at + ' [[sim: {"text":"ok","tokens":40}]]', { label: 'q' + at }), (answer, at) => {
  const numbers = Array.from({ length: 20000 }, (_, one) => (one * 7919 + at) % 20011)
  numbers.sort((a, b) => a - b)
  return answer === null ? 0 : numbers.length
})
return said.filter((one) => one === 20000).length`
}

async function launch(body) {
  const { id } = await call(server.url, 'POST', '/api/runs', { approval: 'auto', ...body })
  return id
}

/** Follows a run to its end, and counts whether it came to what it comes to when nothing is in its way. */
async function judge(id, expected, what) {
  const run = await until(id, ({ run }) => run.endedAt !== null)
  const { result } = await call(server.url, 'GET', `/api/runs/${id}/result`)
  if (run.run.status === 'completed' && result === expected) right += 1
  else
    wrong.push(
      `${what}: ${run.run.status}, ${run.run.error?.message ?? run.run.reason}, result ${JSON.stringify(result)}`,
    )
}

async function until(id, isSo) {
  for (;;) {
    const snapshot = await call(server.url, 'GET', `/api/runs/${id}`)
    if (isSo(snapshot)) return snapshot
    await pause(250)
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function manyLaunches() {
  const ids = await Promise.all(
    Array.from({ length: size.launches }, (_, at) =>
      launch({ title: `one of many ${at}`, script: script('many', 2) }),
    ),
  )
  await Promise.all(ids.map((id) => judge(id, 2, 'launched with many')))
}

async function stopped() {
  for (let at = 0; at < size.stops; at++) {
    const agents = isShort ? 30 : 60
    const id = await launch({ title: `stopped ${at}`, script: script('stopped', agents) })
    await until(id, ({ agents: made }) => made.length > 0)
    await pause(at * 300)
    process.kill(server.pid, 'SIGSTOP')
    await pause(size.stoppedMs)
    process.kill(server.pid, 'SIGCONT')
    await judge(id, agents, `stopped for ${size.stoppedMs / 1000} s`)
  }
}

async function restarted() {
  const waiting = await Promise.all(
    Array.from({ length: size.waiting }, (_, at) => launch({ title: `waits ${at}`, script: asking })),
  )
  for (const id of waiting) await until(id, ({ checkpoints }) => checkpoints.length > 0)
  const agents = isShort ? 20 : 60
  const atWork = []
  for (let at = 0; at < 3; at++)
    atWork.push(await launch({ title: `at work ${at}`, script: script('work', agents) }))
  await until(atWork[2], ({ agents: made }) => made.length > 0)
  await server.kill()
  server = await begin()
  await Promise.all(atWork.map((id) => judge(id, agents, 'killed at work')))
  for (const id of waiting) {
    const { checkpoints } = await until(id, ({ checkpoints }) =>
      checkpoints.some(({ status }) => status === 'open'),
    )
    await call(server.url, 'POST', `/api/runs/${id}/checkpoints/${checkpoints[0].checkpointId}`, {
      answer: true,
    })
  }
  await Promise.all(waiting.map((id) => judge(id, 'one,true,two', 'killed while it waited')))
}
