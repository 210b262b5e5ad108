import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { freePort } from './e2e/free-port.mjs'
import { plainEnvironment } from './e2e/server'
import { findBrowser } from './lib/bin/browser.mjs'

/** Files of specs at once, each with a server of its own: most of a spec is waiting. */
const WORKERS = 3

type Server = { port: number; dataDir: string }

// Every worker reads this file again and must find the same ports and folders.
const isMain = process.env.E2E_SERVERS === undefined
process.env.E2E_SERVERS ??= JSON.stringify(await newServers())
const servers: Server[] = JSON.parse(process.env.E2E_SERVERS)
if (isMain)
  process.on('exit', () => {
    for (const { dataDir } of servers) rmSync(dataDir, { recursive: true, force: true })
  })

const own = servers[Number(process.env.TEST_PARALLEL_INDEX ?? 0)]
const browser = findBrowser()
const report = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE

export default defineConfig({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  workers: WORKERS,
  // Long enough for a machine that does other work beside it: no spec is about how fast it is.
  timeout: 180_000,
  expect: { timeout: 45_000 },
  // One more try on a busy machine; a spec that needs it is listed as flaky.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: {
    ...(own === undefined ? {} : { baseURL: originOf(own) }),
    trace: 'on-first-retry',
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
  // Started one after the other: the first builds the pages where that is needed.
  webServer: servers.map((server) => ({
    command: `"${process.execPath}" lib/bin/start.mjs`,
    url: `${originOf(server)}/api/health`,
    env: plainEnvironment(server),
    timeout: 300_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  })),
})

function originOf({ port }: Server): string {
  return `http://127.0.0.1:${port}`
}

async function newServers(): Promise<Server[]> {
  const ports = await Promise.all(Array.from({ length: WORKERS }, freePort))
  return ports.map((port) => ({ port, dataDir: mkdtempSync(join(tmpdir(), 'skein-e2e-')) }))
}
