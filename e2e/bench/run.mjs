// npm run bench: Skein against the raw SDK on the same work in the same run, printed as ratios. Linux only
// (/proc). The bound is Skein's running server beside a script that somebody starts for the same work: a
// process of its own each round, which has asked once before it is measured. Beside it, without a bound,
// stands the SDK in a process that stays and is as warm as the server (it asks for less processor time: the
// compiler has finished), and the server's first run.
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
/** Rounds of all sides before the first that is measured; the very first of them is the cold one. */
const WARM_UP = { rounds: 3, count: 100 }
/**
 * What is wanted at each size: wall and processor time beside the raw SDK, and how soon an ended agent is
 * seen.
 */
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
const warmSdk = startRaw(simulator.url)
try {
  const [cold] = await play(WARM_UP.count, WARM_UP.rounds)
  reportCold(cold)
  for (const count of SIZES) report(count, await play(count, ROUNDS))
} finally {
  warmSdk.stop()
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
    rounds.push({
      script: await runScript(count),
      warm: await warmSdk.measure(count),
      skein: await measure(server, count),
    })
  return rounds
}

/** The raw SDK as a script that is started for this round alone. */
async function runScript(count) {
  const script = startRaw(simulator.url)
  try {
    await script.measure(1)
    return await script.measure(count)
  } finally {
    script.stop()
  }
}

/** The raw SDK in a process of its own, with Node's own flags. */
function startRaw(url) {
  const child = spawn(process.execPath, [join(root, 'e2e/bench/raw.mjs'), url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
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

/** One round of a server that has just started: what it has not loaded and compiled yet is in it. */
function reportCold(round) {
  console.log(`\ncold: the server's first ${WARM_UP.count} agents, one round, no bound`)
  console.log(sides('wall', [round], 'script'))
  console.log(sides('cpu', [round], 'script'))
}

/** Both sides' seconds and their ratio, each the median of the rounds. */
function sides(of, rounds, beside) {
  const seconds = (side) => median(rounds.map((round) => round[side][of])).toFixed(2)
  const ratio = median(rounds.map((round) => round.skein[of] / round[beside][of])).toFixed(2)
  return `  ${of.padEnd(6)}  raw ${seconds(beside)} s   skein ${seconds('skein')} s   ratio ${ratio}`
}

function report(count, rounds) {
  const { snapshot, result } = rounds.at(-1).skein
  console.log(
    `\nwarm: ${count} agents of 100 tokens at 50 a second, then one reducing call; median of ${rounds.length} rounds, after ${WARM_UP.rounds} of ${WARM_UP.count} agents`,
  )
  console.log(`${sides('wall', rounds, 'script')}   (wanted ${wanted[count].wall})`)
  console.log(`${sides('cpu', rounds, 'script')}   (wanted ${wanted[count].cpu})`)
  console.log(`${sides('cpu', rounds, 'warm')}   (beside a process of the SDK that stays; no bound)`)
  console.log(
    `  memory  ${Math.max(...rounds.map(({ skein }) => skein.memory)).toFixed(0)} MB at most   (target 600)`,
  )
  console.log(
    `  an ended agent is seen after ${median(rounds.map(({ skein }) => skein.delay))} ms (p99)   (wanted ${wanted[count].seenMs})`,
  )
  console.log(
    `  all ${count} requests are out within ${median(rounds.map(({ skein }) => skein.out)).toFixed(2)} s   (wanted 1.50)`,
  )
  const exact =
    snapshot.agents.reduce((sum, agent) => sum + agent.costNanoUsd, 0) === snapshot.totals.spentNanoUsd
  console.log(
    `  ${result.count} of ${count} answers, ${snapshot.totals.turns} turns, cost ${exact ? 'equals' : 'DIFFERS FROM'} the sum of its agents`,
  )
}
