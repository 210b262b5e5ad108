// npm run bench: Skein against the raw SDK on the same work in the same run, printed as ratios. Linux only (/proc).
// Both are one process each for all rounds: the first round of both is told as cold, those after the warm-up as warm.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { killAtFortyPercent } from './kill.mjs'
import { freePort, median, root, startSimulator, startSkein } from './processes.mjs'
import { replay } from './replay.mjs'
import { pendingCalls, readLarge } from './sandbox.mjs'
import { measure } from './skein.mjs'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const SIZES = [100, 500, 1000]
/** Rounds of both sides before the first that is measured; the very first of them is the cold one. */
const WARM_UP = { rounds: 3, count: 100 }
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
const sdk = startRaw(simulator.url)
try {
  const [cold] = await play(WARM_UP.count, WARM_UP.rounds)
  reportCold(cold)
  for (const count of SIZES) report(count, await play(count, ROUNDS))
} finally {
  sdk.stop()
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

/** Rounds of the same work, on one side after the other. */
async function play(count, times) {
  const rounds = []
  for (let round = 0; round < times; round++)
    rounds.push({ raw: await sdk.measure(count), skein: await measure(server, count) })
  return rounds
}

/** The raw SDK in a process of its own, with Node's own flags. */
function startRaw(url) {
  const child = spawn(process.execPath, [join(root, 'e2e/bench/raw.mjs'), url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async measure(count) {
      child.stdin.write(`${count}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('The side of the raw SDK has ended')
      return JSON.parse(value)
    },
    stop: () => child.kill('SIGKILL'),
  }
}

/** One round of a server that has just started, against the same bounds as a warm one. */
function reportCold(round) {
  console.log(`\ncold: the first ${WARM_UP.count} agents of both processes, one round`)
  const { wall, cpu } = wanted[WARM_UP.count]
  console.log(`${sides('wall', [round])}   (wanted ${wall})`)
  console.log(`${sides('cpu', [round])}   (wanted ${cpu})`)
}

/** Both sides' seconds and their ratio, each the median of the rounds. */
function sides(of, rounds) {
  const seconds = (side) => median(rounds.map((round) => round[side][of])).toFixed(2)
  const ratio = median(rounds.map(({ raw, skein }) => skein[of] / raw[of])).toFixed(2)
  return `  ${of.padEnd(6)}  raw ${seconds('raw')} s   skein ${seconds('skein')} s   ratio ${ratio}`
}

function report(count, rounds) {
  const { snapshot, result } = rounds.at(-1).skein
  console.log(
    `\nwarm: ${count} agents of 100 tokens at 50 a second, then one reducing call; median of ${rounds.length} rounds, after ${WARM_UP.rounds} of ${WARM_UP.count} agents`,
  )
  console.log(`${sides('wall', rounds)}   (wanted ${wanted[count].wall})`)
  console.log(`${sides('cpu', rounds)}   (wanted ${wanted[count].cpu})`)
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
