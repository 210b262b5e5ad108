// A headless Chromium with what a benchmark reads off a page: frames, long tasks, script and heap.
import { chromium } from '@playwright/test'
import { findBrowser } from '../../lib/bin/browser.mjs'

/** Opens a browser of its own for `act`, and closes it whatever happens. */
export async function withPage(act) {
  const browser = findBrowser()
  const opened = await chromium.launch({
    ...(browser.kind === 'file' ? { executablePath: browser.path } : {}),
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  })
  try {
    const page = await opened.newPage({ viewport: { width: 1440, height: 900 } })
    await page.addInitScript(observe)
    return await act(page)
  } finally {
    await opened.close()
  }
}

/** What the page costs while `act` goes on: per second of it, where that makes sense. */
export async function costOf(page, act) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await page.evaluate(() => window.bench.begin())
  const before = await metrics(cdp)
  await act(page)
  const after = await metrics(cdp)
  const seen = await page.evaluate(() => window.bench.end())
  const seconds = after.Timestamp - before.Timestamp
  const perSecond = (...names) =>
    (names.reduce((sum, name) => sum + after[name] - before[name], 0) * 1000) / seconds
  return {
    seen,
    framesPerSecond: seen.frames / seconds,
    slowestFrameMs: seen.slowestFrame,
    scriptMs: perSecond('ScriptDuration'),
    layoutMs: perSecond('LayoutDuration', 'RecalcStyleDuration'),
    longTaskMs: seen.longest,
    heapMegabytes: after.JSHeapUsedSize / 1e6,
  }
}

/** Megabytes of JavaScript heap in use after a collection. */
export async function heapMegabytes(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  return (await metrics(cdp)).JSHeapUsedSize / 1e6
}

async function metrics(cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

/**
 * Runs in the page: counts frames and long tasks, and notes when a number of succeeded agents was painted.
 */
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
    const counter = [...document.querySelectorAll('fieldset button')].find((button) =>
      button.textContent?.startsWith('Succeeded'),
    )
    const count = Number((counter?.textContent ?? '').replace(/\D/g, ''))
    if (count > (shown.at(-1)?.count ?? 0))
      requestAnimationFrame(() => shown.push({ count, atMs: Date.now() }))
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
    end: () => {
      isOn = false
      return { frames, slowestFrame, longest, shown, beganAtMs }
    },
  }
}
