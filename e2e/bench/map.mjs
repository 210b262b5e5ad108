// npm run bench:map: what a run of a thousand live agents costs the browser, and what watching one costs the
// server. A recorded run is republished at its own pace by a process of its own, so neither a provider
// nor the engine is in the browser's figures. Linux only. Words pick parts: `live many opening watchers heap`
// (heap takes ten minutes).
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { costOf, withPage } from './browser.mjs'
import { heapOverTime } from './heap.mjs'
import { openings } from './openings.mjs'
import { freePort, percentile, root, startSimulator, startSkein } from './processes.mjs'
import { record } from './record.mjs'
import { startReplay } from './replay-server.mjs'
import { watchers } from './watchers.mjs'

const STREAMING = 200
const MEASURED_MS = 8_000
const SETTLE_MS = 2_500

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const parts = {
  live: (url) => mapOf(url, 1000, { framesPerSecond: 55, scriptMs: 120, longTaskMs: 100, pixelMs: 300 }),
  many: (url) => mapOf(url, 5000, { framesPerSecond: 30 }),
  opening: openings,
  watchers,
  heap: heapOverTime,
}
const asked = process.argv.slice(2)
const chosen = asked.length > 0 ? asked : ['live', 'many', 'opening', 'watchers']
for (const name of chosen) {
  if (parts[name] === undefined) {
    console.error(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}.`)
    process.exit(1)
  }
}
for (const name of chosen) await withServer(parts[name])

/** A server and a simulator for each part: no part pays for what another left behind. */
async function withServer(part) {
  const dataDir = mkdtempSync(join(tmpdir(), 'skein-map-bench-'))
  const simulator = await startSimulator()
  const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
  try {
    await part(server.url, server.pid)
  } finally {
    await server.kill()
    simulator.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function mapOf(url, agents, bounds) {
  const recorded = await record(url, {
    agents,
    concurrency: STREAMING,
    forMs: MEASURED_MS + SETTLE_MS + 1_500,
  })
  const bytes = recorded.frames.reduce((sum, { text }) => sum + text.length, 0)
  console.log(`\nThe map: ${agents} agents, ${STREAMING} of them streaming at 50 tokens a second`)
  console.log(`  recorded ${recorded.frames.length} frames, ${bytes} bytes`)
  report('still', await watch(url, recorded, (page) => page.waitForTimeout(MEASURED_MS)), bounds)
  report('panning', await watch(url, recorded, pan), bounds)
}

async function watch(url, recorded, act) {
  const replay = await startReplay(url, recorded)
  try {
    return await withPage(async (page) => {
      await page.goto(`${replay.url}/runs/${recorded.id}?view=map`)
      await page.getByRole('region', { name: /^Review, / }).waitFor()
      await page.waitForTimeout(SETTLE_MS)
      const { seen, ...cost } = await costOf(page, act)
      const delays = replay.sent.flatMap(({ succeeded, atMs }) => {
        const shown = seen.shown.find((one) => one.count >= succeeded)
        return shown === undefined || atMs < seen.beganAtMs ? [] : [shown.atMs - atMs]
      })
      return { ...cost, pixelMs: percentile(delays, 0.95) }
    })
  } finally {
    replay.stop()
  }
}

async function pan(page) {
  const until = Date.now() + MEASURED_MS
  await page.mouse.move(700, 760)
  await page.mouse.down()
  for (let step = 0; Date.now() < until; step++) {
    await page.mouse.move(700 + Math.sin(step / 14) * 260, 760 + Math.cos(step / 19) * 60)
    await page.waitForTimeout(14)
  }
  await page.mouse.up()
}

function report(name, told, bounds) {
  const line = (label, of, unit, word) =>
    console.log(
      `  ${name.padEnd(8)} ${label.padEnd(26)} ${told[of].toFixed(1).padStart(7)} ${unit}${bounds[of] === undefined ? '' : `   (bound ${word} ${bounds[of]})`}`,
    )
  line('frames', 'framesPerSecond', 'a second', 'at least')
  line('slowest frame', 'slowestFrameMs', 'ms')
  line('script', 'scriptMs', 'ms a second', 'at most')
  line('style and layout', 'layoutMs', 'ms a second')
  line('longest task over 50', 'longTaskMs', 'ms', 'at most')
  line('heap', 'heapMegabytes', 'MB')
  line('chunk to pixel, p95', 'pixelMs', 'ms', 'at most')
}
