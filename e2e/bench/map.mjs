// npm run bench:map: what a thousand live agents cost the browser. A recorded run is republished at its own pace by a
// process of its own, so that neither a provider nor the engine is in the figures. Linux only.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from '../../lib/bin/browser.mjs'
import { freePort, percentile, root, startSimulator, startSkein } from './processes.mjs'
import { record } from './record.mjs'
import { startReplay } from './replay-server.mjs'

const agents = Number(process.env.BENCH_AGENTS ?? 1000)
const STREAMING = 200
const MEASURED_MS = 8_000
const SETTLE_MS = 2_500
const bounds = { framesPerSecond: 55, scriptMs: 120, longTaskMs: 100, pixelMs: 300 }

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const dataDir = mkdtempSync(join(tmpdir(), 'skein-map-bench-'))
const simulator = await startSimulator()
const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort() })
try {
  const recorded = await record(server.url, { agents, concurrency: STREAMING, forMs: MEASURED_MS + SETTLE_MS + 1_500 })
  console.log(`\nThe map: ${agents} agents, ${STREAMING} of them streaming at 50 tokens a second`)
  console.log(
    `  recorded ${recorded.frames.length} frames, ${recorded.frames.reduce((sum, { text }) => sum + text.length, 0)} bytes`,
  )
  report('still', await watch(recorded, async (page) => page.waitForTimeout(MEASURED_MS)))
  report('panning', await watch(recorded, pan))
} finally {
  await server.kill()
  simulator.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function watch(recorded, act) {
  const replay = await startReplay(server.url, recorded)
  const browser = findBrowser()
  const opened = await chromium.launch({
    ...(browser.kind === 'file' ? { executablePath: browser.path } : {}),
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  })
  try {
    const page = await opened.newPage({ viewport: { width: 1440, height: 900 } })
    await page.addInitScript(observe)
    await page.goto(`${replay.url}/runs/${recorded.id}?view=map`)
    await page.getByRole('region', { name: /^Review, / }).waitFor()
    await page.waitForTimeout(SETTLE_MS)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable')
    await page.evaluate(() => window.bench.begin())
    const before = await metrics(cdp)
    await act(page)
    const after = await metrics(cdp)
    const seen = await page.evaluate(() => window.bench.end())
    const seconds = after.Timestamp - before.Timestamp
    const delays = replay.sent.flatMap(({ succeeded, atMs }) => {
      const shown = seen.shown.find((one) => one.count >= succeeded)
      return shown === undefined || atMs < seen.beganAtMs ? [] : [shown.atMs - atMs]
    })
    return {
      framesPerSecond: seen.frames / seconds,
      slowestFrameMs: seen.slowestFrame,
      scriptMs: ((after.ScriptDuration - before.ScriptDuration) * 1000) / seconds,
      layoutMs:
        ((after.LayoutDuration + after.RecalcStyleDuration - before.LayoutDuration - before.RecalcStyleDuration) *
          1000) /
        seconds,
      longTaskMs: seen.longest,
      heapMegabytes: after.JSHeapUsedSize / 1e6,
      pixelMs: percentile(delays, 0.95),
    }
  } finally {
    await opened.close()
    replay.stop()
  }
}

async function metrics(cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
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

/** Runs in the page: counts frames and long tasks, and notes when a number of succeeded agents was painted. */
function observe() {
  let frames = 0
  let last = 0
  let slowestFrame = 0
  let longest = 0
  let isOn = false
  let beganAtMs = 0
  const shown = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) if (isOn) longest = Math.max(longest, duration)
  }).observe({ type: 'longtask' })
  const beat = (now) => {
    if (isOn) {
      frames += 1
      if (last > 0) slowestFrame = Math.max(slowestFrame, now - last)
    }
    last = now
    requestAnimationFrame(beat)
  }
  requestAnimationFrame(beat)
  const look = () => {
    const tile = [...document.querySelectorAll('fieldset button')].find((button) =>
      button.textContent?.startsWith('Succeeded'),
    )
    const count = Number((tile?.textContent ?? '').replace(/\D/g, ''))
    if (count > (shown.at(-1)?.count ?? 0)) requestAnimationFrame(() => shown.push({ count, atMs: Date.now() }))
  }
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes) => {
      if (changes.some(({ target }) => target.parentElement?.closest('fieldset'))) look()
    }).observe(document.body, { subtree: true, characterData: true })
  })
  window.bench = {
    begin: () => {
      isOn = true
      frames = 0
      slowestFrame = 0
      longest = 0
      beganAtMs = Date.now()
    },
    end: () => ({ frames, slowestFrame, longest, shown, beganAtMs }),
  }
}

function report(name, told) {
  const line = (label, value, unit, bound) =>
    console.log(
      `  ${name.padEnd(8)} ${label.padEnd(26)} ${value.toFixed(1).padStart(7)} ${unit}${bound === undefined ? '' : `   (bound ${bound})`}`,
    )
  line('frames', told.framesPerSecond, 'a second', `at least ${bounds.framesPerSecond}`)
  line('slowest frame', told.slowestFrameMs, 'ms')
  line('script', told.scriptMs, 'ms a second', `at most ${bounds.scriptMs}`)
  line('style and layout', told.layoutMs, 'ms a second')
  line('longest task over 50', told.longTaskMs, 'ms', `at most ${bounds.longTaskMs}`)
  line('heap', told.heapMegabytes, 'MB')
  line('chunk to pixel, p95', told.pixelMs, 'ms', `at most ${bounds.pixelMs}`)
}
