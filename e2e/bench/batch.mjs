// npm run bench:batch: agents with tools delivered in batches, to the end, beside the same work live. Linux
// only (/proc).
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, freePort, peakMegabytes, root, startSimulator, startSkein } from './processes.mjs'
import { call, follow } from './skein.mjs'

const COUNT = Number(process.env.BENCH_AGENTS ?? 300)

if (!existsSync(join(root, '.next/BUILD_ID')) || !existsSync(join(root, 'dist/simulator.mjs'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}

/** Each agent looks twice before it answers: three turns, so three rounds. */
const look = (path) => ({ toolCalls: [{ name: 'read_file', input: { path } }] })
const turns = `[[sim: ${JSON.stringify([look('a.txt'), look('b.txt'), { tokens: 100 }])}]]`
const script = `export const meta = { name: 'bench-batch', description: 'N agents that look twice and answer', phases: [{ title: 'Look' }, { title: 'Sum' }] }
phase('Look')
const answers = await parallel(Array.from({ length: ${COUNT} }, (_, index) => () => agent('Question ' + index + ' ' + ${JSON.stringify(turns)}, { label: 'q' + index })))
phase('Sum')
const sum = await agent('Sum up:\\n' + answers.join('\\n'), { label: 'sum' })
return { count: answers.filter((answer) => answer !== null).length, sum }`

const home = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const workspace = join(home, 'workspace')
mkdirSync(workspace)
for (const name of ['a.txt', 'b.txt'])
  writeFileSync(join(workspace, name), `${'a line of text\n'.repeat(40)}`)
// A tenth of a second for what takes an hour: what is measured is what Skein adds to it.
const simulator = await startSimulator(30)
const server = await startSkein({
  baseUrl: simulator.url,
  dataDir: join(home, 'data'),
  port: await freePort(),
  more: { SKEIN_WORKSPACE_ROOTS: workspace },
})
try {
  await call(server.url, 'PUT', '/api/settings', { dayCapUsd: null })
  const live = await measure('live')
  const batch = await measure('batch')
  console.log(
    `\n${COUNT} agents of three turns with tools, then one that sums up; the simulator at 30 times its pace`,
  )
  for (const [name, { seconds, cpu, snapshot, result }] of Object.entries({ live, batch })) {
    const { totals, batches } = snapshot
    const rounds =
      name === 'batch'
        ? `${batches.length} rounds (${batches.map((one) => one.turns).join(', ')} turns), `
        : ''
    console.log(
      `  ${name.padEnd(6)} ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of processor, ${rounds}${totals.turns} turns, ${result.count} answers, $${(totals.spentNanoUsd / 1e9).toFixed(4)}`,
    )
  }
  const ratio = batch.snapshot.totals.spentNanoUsd / live.snapshot.totals.spentNanoUsd
  console.log(
    `  cost of the batch to that of live   ${ratio.toFixed(3)}   (half the list price; caches differ)`,
  )
  console.log(`  memory ${peakMegabytes(server.pid).toFixed(0)} MB at most`)
} finally {
  await server.kill()
  simulator.stop()
  rmSync(home, { recursive: true, force: true })
}

async function measure(delivery) {
  const cpuBefore = cpuSeconds(server.pid)
  const began = performance.now()
  const limits = { usd: null, agents: COUNT + 10 }
  const { id, status } = await call(server.url, 'POST', '/api/runs', { script, workspace, delivery, limits })
  if (status === 'draft') await call(server.url, 'POST', `/api/runs/${id}/approve`)
  await follow(server.url, id, () => {})
  const seconds = (performance.now() - began) / 1000
  const cpu = cpuSeconds(server.pid) - cpuBefore
  const snapshot = await call(server.url, 'GET', `/api/runs/${id}`)
  const { result } = await call(server.url, 'GET', `/api/runs/${id}/result`)
  return { seconds, cpu, snapshot, result }
}
