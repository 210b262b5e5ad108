import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    include: ['lib/**/*.test.ts', 'db/**/*.test.ts', 'components/**/*.test.ts', 'app/**/*.test.ts'],
    globalSetup: ['lib/bin/entries.setup.ts'],
    provide: {
      faultSeeds: Number(process.env.FAULT_SEEDS ?? 3),
      forkSeeds: Number(process.env.FORK_SEEDS ?? 20),
      engineSeeds: Number(process.env.ENGINE_SEEDS ?? 120),
    },
    // One fewer than there are cores is what it would take, which on two is one at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // No test is about how fast this machine is: what hangs is found all the same, beside whatever else is running.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: ['lib/core/testing/quiet-console.ts'],
  },
})
