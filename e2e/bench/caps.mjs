// npm run bench:caps: whether a dollar cap holds when three hundred agents run at once, think in silence and
// the server is killed; and what reserving money costs in time while the cap is far. Linux only.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, median, root, startSimulator, startSkein } from './processes.mjs'
import { call, follow } from './skein.mjs'

const RUNS = Number(process.env.BENCH_RUNS ?? 20)
const AGENTS = 300

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
console.log(
  `\nA dollar cap with ${AGENTS} agents in flight, random lengths, silent thinkers and kill -9; ${RUNS} runs`,
)
const told = []
for (let seed = 1; seed <= RUNS; seed++) told.push(await cappedRun(seed))
const most = (of) => Math.max(...told.map((one) => one[of]))
console.log(`  largest share of the cap at any event   ${(most('share') * 100).toFixed(2)} %   (bound 100)`)
console.log(
  `  largest share the provider had delivered   ${(most('delivered') * 100).toFixed(2)} %   (bound 100)`,
)
console.log(
  `  ${told.reduce((sum, one) => sum + one.kills, 0)} kills, ${told.reduce((sum, one) => sum + one.lost, 0)} turns lost in them`,
)
await farCap()

/** A mulberry32 generator: the same seed kills at the same moments. */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function script(random) {
  const agents = Array.from({ length: AGENTS }, () => {
    const tokens = 20 + Math.floor(random() * 900)
    const thinks = random() < 0.2
    return {
      tokens,
      speed: 8,
      ...(thinks ? { fault: { kind: 'silent-thinking', tokens: 400 + Math.floor(random() * 1500) } } : {}),
    }
  })
  return `export const meta = { name: 'caps-bench', description: 'Three hundred agents under one cap' }
const asked = ${JSON.stringify(agents)}
const said = await parallel(asked.map((one, at) => () => agent('Question ' + at + ' [[sim: ' + JSON.stringify(one) + ']]', { label: 'q' + at, maxTokens: 2000 })))
return said.filter((one) => one !== null).length`
}

async function cappedRun(seed) {
  const random = randomFrom(seed)
  const dataDir = mkdtempSync(join(tmpdir(), 'skein-caps-'))
  const simulator = await startSimulator()
  const port = await freePort()
  const cap = 0.5 + random() * 2.5
  let server = await startSkein({ baseUrl: simulator.url, dataDir, port })
  let kills = 0
  try {
    await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
    const limits = { usd: Math.round(cap * 100) / 100, agents: AGENTS + 10 }
    const launched = {
      script: script(random),
      limits,
      concurrency: AGENTS,
      onLimit: 'end',
      breaker: null,
      minSuccess: 0,
    }
    const { id, status } = await call(server.url, 'POST', '/api/runs', launched)
    if (status === 'draft') await call(server.url, 'POST', `/api/runs/${id}/approve`)
    for (const commits of [1 + Math.floor(random() * 25), 1 + Math.floor(random() * 25)]) {
      if (!(await killAfter(server, id, commits))) break
      kills += 1
      server = await startSkein({ baseUrl: simulator.url, dataDir, port })
    }
    await follow(server.url, id, () => {})
    return { kills, ...(await shares(server.url, simulator.url, id, limits.usd * 1e9)) }
  } finally {
    await server.kill()
    simulator.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/**
 * Kills the server once so many more turns are committed, others still being in flight. False when the run
 * ended first.
 */
async function killAfter(server, id, commits) {
  const { totals } = await call(server.url, 'GET', `/api/runs/${id}`)
  let seen = -totals.turns
  let killing = null
  await follow(server.url, id, ({ event }) => {
    if (event.type === 'turn.committed') seen += 1
    if (seen >= commits) killing ??= server.kill()
  }).catch(() => {})
  await killing
  return killing !== null
}

/**
 * What the journal says at every event, and what the provider says it delivered, both as shares of the cap.
 */
async function shares(url, simulatorUrl, id, capNanoUsd) {
  let spent = 0
  let worst = 0
  let lost = 0
  const reserved = new Map()
  for await (const { event } of journal(url, id)) {
    if (event.type === 'turn.started') reserved.set(event.agentId, event.reservedNanoUsd ?? 0)
    if (event.type === 'turn.committed') spent += event.cost.totalNanoUsd
    if (event.type === 'turn.failed') {
      spent += event.unsettledNanoUsd
      lost += 1
    }
    if (event.type === 'turn.committed' || event.type === 'turn.failed' || event.type === 'agent.ended')
      reserved.delete(event.agentId)
    worst = Math.max(worst, spent + [...reserved.values()].reduce((sum, one) => sum + one, 0))
  }
  const { entries } = await call(simulatorUrl, 'GET', '/__sim/log')
  const { prices } = await call(url, 'GET', '/api/prices')
  // Picodollars a token; the newest row is the one in force.
  const { rates } = prices.findLast(({ model }) => model === 'claude-sonnet-5-5')
  const delivered = entries
    .filter((entry) => entry.path === 'POST /v1/messages' && entry.delivered)
    .reduce(
      (sum, { usage }) =>
        sum + (usage.input_tokens * rates.input + usage.output_tokens * rates.output) / 1000,
      0,
    )
  return { share: worst / capNanoUsd, delivered: delivered / capNanoUsd, lost }
}

async function* journal(url, id) {
  for (let after = 0; ; ) {
    const response = await fetch(`${url}/api/runs/${id}/events?after=${after}&limit=5000`, {
      headers: { accept: 'application/json' },
    })
    const { events, next } = await response.json()
    yield* events
    if (next === null) return
    after = next
  }
}

/** The same work without a cap and under one that is far away, in turn. */
async function farCap() {
  const dataDir = mkdtempSync(join(tmpdir(), 'skein-caps-'))
  const simulator = await startSimulator()
  const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
  const work = script(randomFrom(99))
  const run = async (usd) => {
    const limits = { usd, agents: AGENTS + 10 }
    const began = performance.now()
    const launched = { script: work, limits, concurrency: AGENTS, breaker: null, minSuccess: 0 }
    const { id, status } = await call(server.url, 'POST', '/api/runs', launched)
    if (status === 'draft') await call(server.url, 'POST', `/api/runs/${id}/approve`)
    await follow(server.url, id, () => {})
    return performance.now() - began
  }
  try {
    await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
    await run(null)
    const rounds = []
    for (let round = 0; round < 7; round++) rounds.push({ free: await run(null), capped: await run(10_000) })
    const ratio = median(rounds.map(({ free, capped }) => capped / free))
    console.log(
      `  reserving money while the cap is far: ${((ratio - 1) * 100).toFixed(1)} % of wall clock   (bound 3)`,
    )
  } finally {
    await server.kill()
    simulator.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
