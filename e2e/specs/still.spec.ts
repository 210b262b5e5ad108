import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { brief, fanOut } from '../scripts'

/** How far a page may move while it loads: the sum of its layout shifts, as browsers report them. */
const MOST_SHIFT = 0.05
/** A page without an answer, a frame or a shift for this long has loaded. */
const QUIET_MS = 400

const pages = [
  '/',
  '/launch',
  '/launch?mode=plan',
  '/runs',
  '/runs/import',
  '/costs',
  '/costs/prices',
  '/costs/budgets',
  '/workflows',
  '/workflows/code-audit',
  '/workflows/new',
  '/schedules',
  '/triggers',
  '/settings',
  '/settings/quotas',
]

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  test(`no page moves what one is about to press, ${width} px wide`, async ({ page, api }) => {
    const [id, other] = await Promise.all(
      ['still', 'other'].map((name) => api.launch({ script: fanOut(name, 40, brief) })),
    )
    if (id === undefined || other === undefined) throw new Error('Two runs were launched.')
    await Promise.all([api.ended(id), api.ended(other)])
    await page.setViewportSize({ width, height })
    await page.addInitScript(watchShifts)
    const moved: string[] = []
    const ofRuns = ['', '?view=map', '?view=cost'].map((view) => `/runs/${id}${view}`)
    for (const path of [...pages, ...ofRuns, `/runs/compare?a=${id}&b=${other}`]) {
      const { sum, shifts } = await shiftsOf(page, path)
      if (sum > MOST_SHIFT) moved.push(`${path}: ${sum.toFixed(3)}, of ${shifts.join('; ')}`)
    }
    expect(moved).toEqual([])
  })

type Shifts = { sum: number; shifts: string[]; lastMs: number }
type Watching = { layoutShifts?: Shifts }

/** Runs in the page, before anything of its own. */
function watchShifts() {
  const held: Shifts = { sum: 0, shifts: [], lastMs: 0 }
  Object.assign(window, { layoutShifts: held })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      held.lastMs = Math.max(held.lastMs, performance.now())
      if (!('value' in entry) || typeof entry.value !== 'number') continue
      if ('hadRecentInput' in entry && entry.hadRecentInput === true) continue
      held.sum += entry.value
      const sources = 'sources' in entry && Array.isArray(entry.sources) ? entry.sources : []
      const names = sources.map(({ node }) => String(node?.textContent ?? '').slice(0, 40))
      held.shifts.push(`${entry.value.toFixed(3)} at ${Math.round(entry.startTime)} ms: ${names.join(' | ')}`)
    }
  }).observe({ entryTypes: ['layout-shift', 'resource'] })
}

async function shiftsOf(page: Page, path: string): Promise<Shifts> {
  await page.goto(path)
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible()
  await page.waitForFunction((quietMs) => {
    const { layoutShifts }: Window & Watching = window
    return layoutShifts !== undefined && performance.now() - layoutShifts.lastMs > quietMs
  }, QUIET_MS)
  return page.evaluate(() => {
    const { layoutShifts }: Window & Watching = window
    if (layoutShifts === undefined) throw new Error('Nothing was watched.')
    return layoutShifts
  })
}
