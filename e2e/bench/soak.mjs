// npm run faults -- soak [minutes]: mixed runs with faults for forty minutes, or as long as is asked for.
// Once a minute, after a forced collection, the server's heap and its open handles are read: both have to
// stay where they are.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, setGlobalDispatcher, WebSocket } from 'undici'
import { freePort, root, startSimulator, startSkein } from './processes.mjs'
import { call } from './skein.mjs'

const MINUTES = Number(process.argv[2] ?? 40)
/** How much the last quarter's heap may differ from the quarter's before it. */
const MOST_GROWTH = 0.05
/** Runs that are kept: more are deleted, oldest first, as people do. */
const KEPT = 40

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
// A connection that the server is about to close for idling is not used again.
setGlobalDispatcher(new Agent({ keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 }))
const dataDir = mkdtempSync(join(tmpdir(), 'skein-soak-'))
const faults = [
  { when: { probability: 0.03 }, fault: { kind: 'status', status: 529 } },
  { when: { probability: 0.02 }, fault: { kind: 'status', status: 429, retryAfterSeconds: 1 } },
  { when: { probability: 0.02 }, fault: { kind: 'truncate' } },
  { when: { probability: 0.01 }, fault: { kind: 'refusal' } },
]
const scripts = [
  `export const meta = { name: 'soak-fan', description: 'Fans out' }
return (await parallel(Array.from({ length: 60 }, (_, at) => () => agent('fan ' + args.own + ' ' + at + ' [[sim: {"tokens":120}]]')))).length`,
  `export const meta = { name: 'soak-pipe', description: 'Two stages and a reduction' }
const all = await pipeline(Array.from({ length: 20 }, (_, at) => at), (at) => agent('one ' + args.own + ' ' + at), (answer) => agent('two ' + answer))
return agent('sum of ' + all.join())`,
  `export const meta = { name: 'soak-ask', description: 'Asks a person and waits a moment' }
const first = await agent('first ' + args.own)
const yes = await checkpoint({ title: 'Go on?' })
await new Promise((done) => setTimeout(done, 1500))
return [first, yes, await agent('last')]`,
]
const simulator = await startSimulator(20, faults)
const inspectPort = await freePort()
const nodeArgs = [`--inspect=127.0.0.1:${inspectPort}`]
const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort(), nodeArgs })
const readings = []
const statuses = {}
const ids = []
let isOver = false
let failed = 0
try {
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  const inspector = await inspect(inspectPort)
  const people = Array.from({ length: 4 }, (_, at) => press(at))
  console.log(`\nMixed runs with faults for ${MINUTES} minutes`)
  for (let minute = 1; minute <= MINUTES; minute++) {
    await pause(60_000)
    const reading = await read(inspector)
    readings.push(reading)
    console.log(
      `  after ${String(minute).padStart(2)} min   heap ${reading.heap.toFixed(1).padStart(6)} MB   ${String(reading.handles).padStart(4)} handles   ${ids.length} runs kept`,
    )
  }
  isOver = true
  await Promise.all(people)
  inspector.close()
} finally {
  await server.kill()
  simulator.stop()
}
const quarter = Math.max(1, Math.floor(readings.length / 4))
const mean = (some, of) => some.reduce((sum, one) => sum + one[of], 0) / some.length
const last = readings.slice(-quarter)
const before = readings.slice(-2 * quarter, -quarter)
const growth = mean(last, 'heap') / mean(before, 'heap') - 1
const integrity = integrityOf(join(dataDir, 'skein.db'))
rmSync(dataDir, { recursive: true, force: true })
console.log(`  runs by end: ${JSON.stringify(statuses)}`)
console.log(
  `  heap of the last ${quarter} minutes beside the ${quarter} before: ${(growth * 100).toFixed(1)} %   (wanted within ${MOST_GROWTH * 100})`,
)
console.log(
  `  handles: ${mean(before, 'handles').toFixed(0)} before, ${mean(last, 'handles').toFixed(0)} at last   database: ${integrity}`,
)
console.log(`  answers of the server that were faults: ${failed}   (wanted 0)`)
process.exitCode = Math.abs(growth) <= MOST_GROWTH && integrity === 'ok' && failed === 0 ? 0 : 1

/**
 * One of the people: launches, watches, pauses, cancels, answers, retries, forks and deletes, for as long as
 * it goes on.
 */
async function press(person) {
  for (let round = 0; !isOver; round++) {
    const body = scripts[(round + person) % scripts.length]
    // Its own prompts for every run: what goes wrong is drawn by what is asked.
    const args = { own: `${person}.${round}` }
    const launched = { title: `soak ${args.own}`, script: body, args, approval: 'auto', minSuccess: 0 }
    const { id } = await ask('POST', '/api/runs', launched)
    ids.push(id)
    const watching = new AbortController()
    const watch = fetch(`${server.url}/api/runs/${id}/events`, {
      headers: { accept: 'text/event-stream' },
      signal: watching.signal,
    }).then(async ({ body: stream }) => {
      for await (const _ of stream);
    })
    watch.catch(() => {})
    if (round % 5 === 1) {
      await ask('POST', `/api/runs/${id}/pause`)
      await ask('POST', `/api/runs/${id}/resume`)
    }
    if (round % 7 === 3) await ask('POST', `/api/runs/${id}/cancel`)
    const ended = await untilEnded(id)
    statuses[ended] = (statuses[ended] ?? 0) + 1
    watching.abort()
    if (ended === 'completed-with-failures') await ask('POST', `/api/runs/${id}/retry-failed`, {})
    if (round % 6 === 2) await ask('POST', `/api/runs/${id}/fork`, {})
    await untilEnded(id)
    if (ids.length > KEPT) await ask('DELETE', `/api/runs/${ids.shift()}`)
  }
}

async function untilEnded(id) {
  for (;;) {
    const snapshot = await ask('GET', `/api/runs/${id}`)
    if (snapshot.run === undefined) return 'deleted'
    if (snapshot.run.endedAt !== null) return snapshot.run.status
    const open = snapshot.checkpoints.find(({ status }) => status === 'open')
    if (open !== undefined)
      await ask('POST', `/api/runs/${id}/checkpoints/${open.checkpointId}`, { answer: true })
    if (snapshot.run.status === 'paused') await ask('POST', `/api/runs/${id}/resume`)
    await pause(200)
  }
}

/** A refusal is an answer; a fault of the server is not. */
async function ask(method, path, body) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  if (response.status >= 500) {
    failed += 1
    console.log(`  ${method} ${path}: ${response.status} ${text.slice(0, 200)}`)
  }
  return text === '' ? {} : JSON.parse(text)
}

/** The server's own inspector, over its loopback port. */
async function inspect(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
  const socket = new WebSocket(webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  let last = 0
  const open = new Map()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(data)
    open.get(id)?.(result)
    open.delete(id)
  })
  return {
    send: (method, params = {}) =>
      new Promise((resolve) => {
        last += 1
        open.set(last, resolve)
        socket.send(JSON.stringify({ id: last, method, params }))
      }),
    close: () => socket.close(),
  }
}

async function read(inspector) {
  await inspector.send('HeapProfiler.collectGarbage')
  await inspector.send('HeapProfiler.collectGarbage')
  const expression =
    'JSON.stringify([process.memoryUsage().heapUsed, process.getActiveResourcesInfo().length])'
  const { result } = await inspector.send('Runtime.evaluate', { expression })
  const [heap, handles] = JSON.parse(result.value)
  return { heap: heap / 1e6, handles }
}

/** What SQLite itself says of the file the server left. */
function integrityOf(file) {
  const check = `const db = new (require('better-sqlite3'))(process.argv[1]); console.log(db.pragma('integrity_check', { simple: true }))`
  return spawnSync(process.execPath, ['-e', check, file], { cwd: root, encoding: 'utf8' }).stdout.trim()
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
