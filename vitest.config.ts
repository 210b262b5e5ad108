import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    include: ['lib/**/*.test.ts', 'db/**/*.test.ts', 'components/**/*.test.ts', 'app/**/*.test.ts'],
    globalSetup: ['lib/bin/entries.setup.ts'],
    provide: { faultSeeds: Number(process.env.FAULT_SEEDS ?? 3), forkSeeds: Number(process.env.FORK_SEEDS ?? 20) },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['lib/core/testing/quiet-console.ts'],
  },
})
