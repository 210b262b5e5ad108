#!/usr/bin/env node
// `npm run faults`: kills a run with kill -9 at random moments, fifty seeds of it (or as many as are asked for).
import { at } from './place.mjs'
import { conclude, runNode, Stop, say } from './run.mjs'

await conclude(async () => {
  const seeds = Number(process.argv[2] ?? 50)
  if (!Number.isInteger(seeds) || seeds < 1) throw new Stop('Say how many seeds: npm run faults -- 50')
  say(
    `A run of sixty agents is killed twice and taken up again, ${seeds} times. About ${Math.ceil((seeds * 7) / 60)} minutes.`,
  )
  const args = ['run', 'lib/server/resume.test.ts', '-t', 'kill -9', '--testTimeout=120000']
  process.exitCode = await runNode(at('node_modules', 'vitest', 'vitest.mjs'), args, {
    env: { ...process.env, FAULT_SEEDS: String(seeds) },
  })
})
