import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { RunPage } from '../pages/run-page'
import { brief, fanOut, watchable } from '../scripts'

test('the arrow keys walk from agent to agent on the map, with a label that can be read at any zoom', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: fanOut('walked', 120, brief) })
  await api.ended(id)
  const run = new RunPage(page)
  await run.open(id, '', '?view=map')
  const cells = run.group('Read').getByRole('listbox')
  const option = cells.getByRole('option')
  await cells.focus()
  await page.keyboard.press('Home')
  await expect(option).toHaveAccessibleName(/^part 0, Succeeded, (?:sim )?\$/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  // The row below, whatever number of cells a row has at this size of the window.
  await expect(option).toHaveAccessibleName(/^part \d\d, Succeeded/)
  const height = async () => (await option.boundingBox())?.height ?? 0
  const atFirst = await height()
  expect(atFirst).toBeGreaterThan(30)
  for (let press = 0; press < 6; press++) await page.getByRole('button', { name: 'Zoom in' }).click()
  await cells.focus()
  await page.keyboard.press('End')
  await expect(option).toHaveAccessibleName(/^part 119/)
  // The last agent was out of the picture, and so large a zoom does not enlarge what is said of it.
  await expect(option).toBeInViewport()
  expect(Math.abs((await height()) - atFirst)).toBeLessThan(8)
  await page.keyboard.press('Enter')
  await expect(run.inspector.getByRole('heading', { name: 'part 119' })).toBeVisible()
  await page.keyboard.press('k')
  await expect(run.inspector.getByRole('heading', { name: 'part 118' })).toBeVisible()
})

test('no word on the map is smaller than ten pixels, whatever the size of the run and of the window', async ({
  page,
  api,
}) => {
  const tiny = { tokens: 8, speed: 0 }
  const small = await api.launch({ script: fanOut('small', 12, tiny) })
  const large = await api.launch({ script: fanOut('large', 700, tiny), limits: { agents: 800 } })
  for (const id of [small, large]) await api.ended(id)
  const run = new RunPage(page)
  for (const id of [small, large])
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      await run.open(id, '', '?view=map')
      await expect(run.group('Read')).toBeVisible()
      for (const zoomOut of [0, 2, 4]) {
        for (let press = 0; press < zoomOut; press++)
          await page.getByRole('button', { name: 'Zoom out' }).click()
        await expect.poll(() => smallestText(page), `${width} px, zoomed out ${zoomOut}`).toBeGreaterThan(10)
      }
      const top = await page.locator('[data-map]').evaluate((map) => map.getBoundingClientRect().top)
      expect(top, `the map begins in the upper part at ${width}`).toBeLessThan(height * 0.4)
    }
})

/** The smallest text on the map that is drawn, in pixels of the screen. */
function smallestText(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector('.react-flow__viewport')
    if (canvas === null) return 0
    const { a: zoom } = new DOMMatrix(getComputedStyle(canvas).transform)
    const words = document.createTreeWalker(canvas, NodeFilter.SHOW_TEXT)
    let least = Number.POSITIVE_INFINITY
    for (let word = words.nextNode(); word !== null; word = words.nextNode()) {
      const element = word.parentElement
      if (element === null || (word.textContent ?? '').trim() === '') continue
      if (element.closest('.sr-only') !== null || element.getClientRects().length === 0) continue
      least = Math.min(least, Number.parseFloat(getComputedStyle(element).fontSize) * zoom)
    }
    return least
  })
}

test('a card tells what its agent is saying, and two attempts of it are compared and copied', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: fanOut('again', 2, { ...watchable, tokens: 3000 }) })
  const run = new RunPage(page)
  await run.open(id)
  const card = run.group('Read').getByRole('button', { name: 'part 0, Running' })
  await card.click()
  const before = await card.textContent()
  await expect(card).not.toHaveText(before ?? '')
  await expect(run.statusCount('Running')).toContainText('2/ of 200')
  await run.inspector.getByRole('button', { name: 'Retry' }).click()
  await run.confirm('Start a new attempt')
  await expect(run.inspector.getByText(/attempt 2/i).first()).toBeVisible()
  await run.inspector.getByRole('button', { name: 'Transcript' }).click()
  await run.inspector.getByRole('combobox', { name: 'Attempt' }).selectOption('compare')
  await expect(run.inspector.getByRole('region', { name: 'What changed from attempt 1 to 2' })).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await run.inspector.getByRole('button', { name: 'Copy as prompt' }).click()
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain('Read part 0 and say')
  await api.act(id, 'cancel')
})

test('a run of a thousand agents is replayed from its journal alone', async ({ page, api }) => {
  test.setTimeout(120_000)
  const pace = { tokens: 8, speed: 0 }
  const id = await api.launch({ script: fanOut('thousand', 1000, pace), limits: { agents: 1200 } })
  await api.ended(id)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const run = new RunPage(page)
  await run.open(id, '', '?view=map')
  await expect(run.group('Read')).toHaveAccessibleName(/1000 agents/)
  const line = page.getByRole('slider', { name: /moment/i })
  await line.focus()
  await page.keyboard.press('Home')
  await expect(page.getByText(/^Replay: at 00:00/)).toBeVisible()
  await expect.poll(() => run.count('Succeeded')).toBe(0)
  await page.keyboard.press('End')
  await expect.poll(() => run.count('Succeeded')).toBe(1001)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(page.getByText(/^Replay: at/)).toBeHidden()
  expect(asked.filter((path) => path.includes('/agents/'))).toEqual([])
})
