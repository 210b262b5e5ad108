import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Rooms whose tests start neither threads nor servers and change nothing outside themselves. */
const pureRooms = [
  'core',
  'view',
  'api',
  'client',
  'dispatch',
  'json-schema',
  'simulator/responder',
  'simulator/rules',
]
const pure = [
  ...pureRooms.map((room) => `lib/${room}/**/*.test.ts`),
  ...['breaker', 'recorder', 'warm-up'].map((name) => `lib/engine/parts/${name}.test.ts`),
  ...['lib/*.test.ts', 'lib/bin/tally.test.ts', 'components/**/*.test.{ts,tsx}'],
]
/** Runs in virtual time, over a database in memory: they start nothing that outlives a test. */
const engine = ['lib/engine/**/*.test.ts']
const all = ['{lib,db,app,components,packages}/**/*.test.{ts,tsx}']

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    globalSetup: ['lib/bin/entries.setup.ts'],
    provide: {
      faultSeeds: Number(process.env.FAULT_SEEDS ?? 3),
      forkSeeds: Number(process.env.FORK_SEEDS ?? 20),
      engineSeeds: Number(process.env.ENGINE_SEEDS ?? 120),
    },
    // One fewer than there are cores is what it would take, which on two is one at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // No test is about how fast this machine is: what hangs is found all the same, beside whatever else is
    // running.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One more try on a busy machine; a test that needs it is listed with its retries.
    retry: 1,
    setupFiles: ['lib/core/testing/quiet-console.ts'],
    projects: [
      // Files of a project share a process: loading modules anew for each would take longer than their tests.
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'engine', include: engine, exclude: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          isolate: false,
          include: all,
          exclude: [...pure, ...engine, '**/node_modules/**'],
        },
      },
    ],
  },
})
