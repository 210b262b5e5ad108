import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

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
  ...['lib/*.test.ts', 'lib/bin/tally.test.ts'],
]
/** Where there is a page. */
const components = ['components/**/*.test.{ts,tsx}']
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
    // Most tests wait for threads and processes of their own: on two cores three files at once leave a sixth of
    // them idle. One fewer than there are cores is what it would take by itself.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // No test is about how fast this machine is: what hangs is found all the same, beside whatever else is
    // running.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One more try on a busy machine; a test that needs it is listed with its retries.
    retry: 1,
    setupFiles: ['lib/core/testing/quiet-console.ts'],
    projects: [
      suite('pure', 1, { include: pure }),
      suite('components', 2, { include: components, environment: 'happy-dom' }),
      suite('engine', 3, { include: engine, exclude: pure }),
      suite('whole', 4, {
        include: all,
        exclude: [...pure, ...components, ...engine, '**/node_modules/**'],
      }),
    ],
  },
})

/**
 * Tests that share processes: loading modules anew for each file would take longer than its tests. One suite
 * follows another, since a process is ended as soon as the next file is of another suite, and with it all that it
 * had loaded.
 */
function suite(name: string, groupOrder: number, test: TestProjectInlineConfiguration['test']) {
  return { extends: true as const, test: { name, isolate: false, sequence: { groupOrder }, ...test } }
}
