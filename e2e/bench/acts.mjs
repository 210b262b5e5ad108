// npm run bench:acts: how long people wait for an answer to what they do to a run while a thousand agents of
// it stream.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, percentile, root, startSimulator, startSkein } from './processes.mjs'
import { call } from './skein.mjs'

const AGENTS = 1000
const ROUNDS = 12
const WANTED_MS = 1000

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const dataDir = mkdtempSync(join(tmpdir(), 'skein-acts-'))
const simulator = await startSimulator()
const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
const waits = new Map()
try {
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  const { id } = await call(server.url, 'POST', '/api/runs', {
    script: `export const meta = { name: 'acts', description: 'Many that stream for long' }
return (await parallel(Array.from({ length: ${AGENTS} }, (_, at) => () => agent('q' + at + ' [[sim: {"tokens":4000,"tokensPerSecond":20}]]')))).length`,
    limits: { usd: null, agents: AGENTS + 10 },
    approval: 'auto',
  })
  await streaming(id)
  for (let round = 0; round < ROUNDS; round++) {
    const run = `/api/runs/${id}`
    await act('pause', 'POST', `${run}/pause`)
    await act('change limits', 'PATCH', run, { limits: { usd: 500 + round } })
    await act('retry failed (refused)', 'POST', `${run}/retry-failed`, {})
    await act('delete (refused)', 'DELETE', run)
    await act('resume', 'POST', `${run}/resume`)
    await act('rename', 'PATCH', run, { title: `round ${round}` })
    await act('steer an agent', 'POST', `${run}/agents/a${round + 1}/steer`, { message: 'Be brief.' })
    await act('cancel an agent', 'POST', `${run}/agents/a${200 + round}/cancel`)
    await act('retry an agent', 'POST', `${run}/agents/a${300 + round}/retry`, {})
    await act('skip an agent', 'POST', `${run}/agents/a${400 + round}/skip`)
    await act('read the run', 'GET', run)
  }
  await act('cancel', 'POST', `/api/runs/${id}/cancel`)
} finally {
  await server.kill()
  simulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

console.log(
  `\nAnswers while ${AGENTS} agents stream, ${ROUNDS} times each; wanted: each within ${WANTED_MS} ms`,
)
let longest = 0
for (const [what, ms] of waits) {
  longest = Math.max(longest, ...ms)
  console.log(
    `  ${what.padEnd(24)} median ${percentile(ms, 0.5).toFixed(0).padStart(4)} ms   longest ${Math.max(...ms)
      .toFixed(0)
      .padStart(4)} ms`,
  )
}
console.log(`  longest of all ${longest.toFixed(0)} ms`)

async function act(what, method, path, body) {
  const began = performance.now()
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  await response.text()
  if (response.status >= 500) throw new Error(`${what}: ${response.status}`)
  waits.set(what, [...(waits.get(what) ?? []), performance.now() - began])
}

/** Resolves once all of them are at work. */
async function streaming(id) {
  for (;;) {
    const { totals } = await call(server.url, 'GET', `/api/runs/${id}`)
    if (totals.agents.running === AGENTS) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
