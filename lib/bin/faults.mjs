#!/usr/bin/env node
// `npm run faults`: what `npm test` tries a handful of times, often: a run killed with kill -9 at random moments, and
// forks of random workflows. Fifty seeds, or as many as are asked for, and twice as many forks.
import { at } from './place.mjs'
import { conclude, runNode, Stop, say } from './run.mjs'

await conclude(async () => {
  const seeds = Number(process.argv[2] ?? 50)
  if (!Number.isInteger(seeds) || seeds < 1) throw new Stop('Say how many seeds: npm run faults -- 50')
  const vitest = at('node_modules', 'vitest', 'vitest.mjs')
  const env = { ...process.env, FAULT_SEEDS: String(seeds), FORK_SEEDS: String(2 * seeds) }
  say(
    `A run of sixty agents is killed twice and taken up again, ${seeds} times. About ${Math.ceil((seeds * 7) / 60)} minutes.`,
  )
  const kills = await runNode(vitest, ['run', 'lib/server/resume.test.ts', '-t', 'kill -9', '--testTimeout=120000'], {
    env,
  })
  say(`What a fork foretells is compared with what it buys, ${2 * seeds} times. About ${seeds} seconds.`)
  const forks = await runNode(vitest, ['run', 'lib/server/fork.test.ts', '-t', 'seeded forks'], { env })
  process.exitCode = kills || forks
})
