import { gzipSync } from 'node:zlib'
import type { Browser, Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { brief, fanOut, watchable } from '../scripts'

/** Holds back all code of pages; what is given lets it come. */
async function holdScripts(page: Page): Promise<() => void> {
  let release = () => {}
  const isReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await isReleased
    await route.continue()
  })
  return release
}

test('a button pressed three times before its page has code acts once when that comes', async ({ page }) => {
  const release = await holdScripts(page)
  await page.goto('/', { waitUntil: 'commit' })
  const theme = page.getByRole('button', { name: 'Theme: system. Change to light' })
  for (let time = 0; time < 3; time++) await theme.click()
  release()
  await expect(page.getByRole('button', { name: 'Theme: light. Change to dark' })).toBeVisible()
  // What it opens is loaded by the press itself.
  await page.getByRole('button', { name: 'Open the command palette' }).click()
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

test('what is opened before a page has code opens when that comes', async ({ page }) => {
  const release = await holdScripts(page)
  await page.goto('/runs', { waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Open the command palette' }).click()
  release()
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
})

test('a run is paused by a press that was made before its page had code', async ({ page, api }) => {
  const id = await api.launch({ script: fanOut('early', 6, { ...watchable, tokens: 1400 }), concurrency: 3 })
  const release = await holdScripts(page)
  await page.goto(`/runs/${id}`, { waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Pause' }).click()
  release()
  await api.until(id, ({ run }) => run.status === 'paused')
  await api.act(id, 'cancel')
})

/** Kilobytes of code, packed, that a page may load until it shows what one came for. */
const bounds = [
  ['/', '#first-title', 181],
  ['/launch', 'main input', 285],
  ['/runs', 'main h1', 268],
] as const

test('pages load no more code than they are allowed', async ({ newServer, browser, api }) => {
  // A visitor who has never been here, and nothing to show: the first page of somebody's first minute.
  const fresh = await newServer()
  for (const [path, there, most] of bounds)
    expect(await leastCode(browser, `${fresh.origin}${path}`, there), path).toBeLessThan(most)
  const id = await api.launch({ script: fanOut('code', 40, brief) })
  await api.ended(id)
  for (const [query, there, most] of [
    ['', 'section[aria-label="result of the run"]', 300],
    ['?view=map', 'section[aria-label$=" agents"] canvas', 350],
  ] as const)
    expect(await leastCode(browser, `/runs/${id}${query}`, there), `a run${query}`).toBeLessThan(most)
})

/** Of three openings: what a page loads when it rests may have come, once in a while, before one can look. */
async function leastCode(browser: Browser, address: string, there: string): Promise<number> {
  const sizes: number[] = []
  for (let time = 0; time < 3; time++) sizes.push(await codeOf(await browser.newPage(), address, there))
  return Math.min(...sizes)
}

/** The code that has come once something is shown: a run's page loads its other views when it rests. */
async function codeOf(page: Page, address: string, there: string): Promise<number> {
  await page.goto(address)
  await expect(page.locator(there).first()).toBeVisible()
  const addresses = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => new URL(name).pathname.endsWith('.js')),
  )
  const bodies = addresses.map(async (one) => gzipSync(await (await page.request.get(one)).body()).byteLength)
  const bytes = (await Promise.all(bodies)).reduce((sum, one) => sum + one, 0)
  await page.close()
  expect(bytes, `code of ${address}`).toBeGreaterThan(0)
  return bytes / 1_000
}
