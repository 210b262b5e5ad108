import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { freePort, plainEnvironment } from './e2e/server'
import { findBrowser } from './lib/bin/browser.mjs'

// Every Playwright worker reads this file again and must find the same port and folder.
const isMain = process.env.E2E_PORT === undefined
process.env.E2E_PORT ??= String(await freePort())
process.env.E2E_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'skein-e2e-'))
const dataDir = process.env.E2E_DATA_DIR
if (isMain) process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))

const origin = `http://127.0.0.1:${process.env.E2E_PORT}`
const browser = findBrowser()
const report = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE

export default defineConfig({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One more try on a busy machine; a spec that needs it is listed as flaky.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: {
    baseURL: origin,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser.kind === 'file' ? { executablePath: browser.path } : {}),
      args: [
        '--disable-quic',
        '--disable-background-networking',
        // Chromium's sandbox refuses to run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
  webServer: {
    command: `"${process.execPath}" lib/bin/start.mjs`,
    url: `${origin}/api/health`,
    env: plainEnvironment({ port: Number(process.env.E2E_PORT), dataDir }),
    timeout: 300_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})
