// npm run bench: Skein against the raw SDK on the same work in the same run, printed as ratios. Linux only (/proc).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killAtFortyPercent } from './kill.mjs'
import { freePort, median, root, startSimulator, startSkein } from './processes.mjs'
import { replay } from './replay.mjs'
import { pendingCalls, readLarge } from './sandbox.mjs'
import { measure } from './skein.mjs'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const SIZES = [100, 500, 1000]
/** What is wanted at each size: wall and processor time beside the raw SDK, and how soon an ended agent is seen. */
const wanted = {
  100: { wall: 1.05, cpu: 1.2, seenMs: 150 },
  500: { wall: 1.1, cpu: 1.2, seenMs: 250 },
  1000: { wall: 1.15, cpu: 1.2, seenMs: 500 },
}

if (!existsSync(join(root, '.next/BUILD_ID')) || !existsSync(join(root, 'dist/simulator.mjs'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}

await reportSandbox()
const dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const simulator = await startSimulator()
const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
try {
  await measure(server, 5)
  for (const count of SIZES) {
    const rounds = []
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ raw: await raw(simulator.url, count), skein: await measure(server, count) })
    report(count, rounds)
  }
} finally {
  await server.kill()
  simulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
await killAtFortyPercent()

async function reportSandbox() {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await pendingCalls(1000))
  const calls = {
    thread: median(rounds.map(({ thread }) => thread)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    memory: Math.max(...rounds.map(({ memory }) => memory)),
  }
  const large = await readLarge(250_000)
  const again = await replay(1000)
  console.log(`\nThe sandbox`)
  console.log(`  1000 pending calls   ${calls.thread.toFixed(2)} s of its thread   (target 0.50)`)
  console.log(
    `                       ${calls.cpu.toFixed(2)} s of processor with the engine compiling itself beside it`,
  )
  console.log(`  1000 pending calls   ${calls.memory.toFixed(0)} MB   (target 150)`)
  console.log(
    `  replay of 1000 ended agents   ${again.seconds.toFixed(2)} s, ${again.bought} calls bought   (target 2.00, 0)`,
  )
  console.log(
    `  ${Math.round(large.bytes / 1000)} kB of script, ${large.calls} calls, read in ${large.seconds.toFixed(2)} s   (target 1.00)`,
  )
}

async function raw(url, count) {
  const child = spawn(process.execPath, [join(root, 'e2e/bench/raw.mjs'), url, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout) printed += chunk
  return JSON.parse(printed)
}

function report(count, rounds) {
  const ratio = (of) => median(rounds.map(({ raw, skein }) => skein[of] / raw[of]))
  const { snapshot, result } = rounds.at(-1).skein
  const seconds = (of, side) => median(rounds.map((round) => round[side][of])).toFixed(2)
  console.log(
    `\n${count} agents of 100 tokens at 50 a second, then one reducing call; median of ${rounds.length} rounds`,
  )
  console.log(
    `  wall    raw ${seconds('wall', 'raw')} s   skein ${seconds('wall', 'skein')} s   ratio ${ratio('wall').toFixed(2)}   (wanted ${wanted[count].wall})`,
  )
  console.log(
    `  cpu     raw ${seconds('cpu', 'raw')} s   skein ${seconds('cpu', 'skein')} s   ratio ${ratio('cpu').toFixed(2)}   (wanted ${wanted[count].cpu})`,
  )
  console.log(`  memory  ${Math.max(...rounds.map(({ skein }) => skein.memory)).toFixed(0)} MB at most   (target 600)`)
  console.log(
    `  an ended agent is seen after ${median(rounds.map(({ skein }) => skein.delay))} ms (p99)   (wanted ${wanted[count].seenMs})`,
  )
  console.log(
    `  all ${count} requests are out within ${median(rounds.map(({ skein }) => skein.out)).toFixed(2)} s   (wanted 1.50)`,
  )
  const exact = snapshot.agents.reduce((sum, agent) => sum + agent.costNanoUsd, 0) === snapshot.totals.spentNanoUsd
  console.log(
    `  ${result.count} of ${count} answers, ${snapshot.totals.turns} turns, cost ${exact ? 'equals' : 'DIFFERS FROM'} the sum of its agents`,
  )
}
