#!/usr/bin/env node
// `npm run faults`: what `npm test` tries a handful of times, often: a run killed with kill -9 at random
// moments, and forks of random workflows. Fifty seeds, or as many as are asked for, and twice as many forks.
//
// `npm run faults -- long`: ten thousand seeded runs under kills, faults and acts, in virtual time.
//
// `npm run faults -- soak`: forty minutes of mixed runs with faults, the heap and the handles read once a
// minute.
//
// `npm run faults -- starved`: launches, suspensions and restarts beside eight processes that burn every core.
import { existsSync } from 'node:fs'
import { bootstrap } from './bootstrap.mjs'
import { at } from './place.mjs'
import { conclude, runNode, Stop, say } from './run.mjs'

const LONG_SEEDS = 10_000

await conclude(async () => {
  await bootstrap({ readsEnvFiles: false })
  const [asked = '50'] = process.argv.slice(2)
  if (asked === 'starved') return starved()
  if (asked === 'long') return long()
  if (asked === 'soak') return soak(process.argv[3] ?? '40')
  const seeds = Number(asked)
  if (!Number.isInteger(seeds) || seeds < 1)
    throw new Stop(
      'Say how many seeds, or which: npm run faults -- 50, or long, starved or soak in its place',
    )
  const env = { ...process.env, FAULT_SEEDS: String(seeds), FORK_SEEDS: String(2 * seeds) }
  say(
    `A run of sixty agents is killed twice and taken up again, ${seeds} times. About ${Math.ceil((seeds * 7) / 60)} minutes.`,
  )
  const kills = await tests(
    ['lib/server/whole-app/runs/resume.test.ts', '-t', 'kill -9', '--testTimeout=300000'],
    env,
  )
  say(`What a fork estimates is compared with what it buys, ${2 * seeds} times. About ${seeds} seconds.`)
  const forks = await tests(['lib/server/whole-app/runs/fork.test.ts', '-t', 'seeded forks'], env)
  process.exitCode = kills || forks
})

async function long() {
  say(`${LONG_SEEDS} runs under random kills, faults and acts, in virtual time. About fifteen minutes.`)
  const env = { ...process.env, ENGINE_SEEDS: String(LONG_SEEDS) }
  process.exitCode = await tests(['lib/engine/run/random-runs.test.ts'], env)
}

async function soak(minutes) {
  await pages()
  process.exitCode = await runNode(at('e2e', 'bench', 'soak.mjs'), [minutes])
}

async function pages() {
  if (existsSync(at('.next', 'BUILD_ID'))) return
  const { buildPages } = await import('./build.mjs')
  await buildPages()
}

async function starved() {
  await pages()
  process.exitCode = await runNode(at('e2e', 'bench', 'starved.mjs'), [])
}

function tests(args, env) {
  return runNode(at('node_modules', 'vitest', 'vitest.mjs'), ['run', ...args], { env })
}
