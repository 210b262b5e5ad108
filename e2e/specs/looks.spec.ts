import { rmSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { workflowDetailSchema } from '@/lib/api/workflows'
import { violationsOf } from '../accessibility'
import { Api } from '../api'
import { expect, test } from '../fixtures'
import { arePicturesWanted, takePicture } from '../pictures'
import { plant } from '../planted'
import {
  asksForm,
  asksYesNo,
  brief,
  broken,
  busy,
  fanOut,
  flagging,
  mayWrite,
  nested,
  spender,
  watchable,
  writing,
} from '../scripts'

const widths = [1440, 1024, 390] as const
const narrowest = 390
const themes = ['light', 'dark'] as const
/** Where a theme is checked: colours do not depend on the width, nor structure on the theme. */
const checkedWidth = { light: 1440, dark: 390 } as const

// A trace of sixty pictures would take longer than the pictures.
test.use({ trace: 'off' })
// Each test has a server of its own, and most of its time is spent looking.
test.describe.configure({ mode: 'parallel', timeout: 900_000 })

// One server and one set of runs for all scenes: the pictures are of the same evening.
test('a run is accessible in every view and fits every width', async ({ page, request, newServer }) => {
  const planted = plant()
  const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
  const api = new Api(request, server.origin)
  const show = (path: string) => page.goto(server.origin + path)

  await show('/')
  await expect(page.getByRole('heading', { name: /^Run one task across hundreds/ })).toBeVisible()
  await portray(page, 'overview-empty')

  const audit = await api.launch({
    workflow: 'code-audit',
    workspace: planted.root,
    title: 'Audit before the release',
  })
  const failed = await api.launch({ script: broken, title: 'Import of last week' })
  const draft = await api.launch({ script: broken, title: 'Nightly review', approval: 'ask' })
  const paused = await api.launch({
    script: spender(12),
    limits: { usd: 0.2 },
    title: 'Summaries of all tickets',
  })
  await api.ended(audit)
  await api.ended(failed)
  await api.until(paused, ({ run }) => run.status === 'paused')
  const live = await api.launch({ script: busy(160), title: 'Review of every module', limits: { usd: 40 } })
  await api.until(live, ({ totals }) => totals.agents.succeeded > 70 && totals.agents.failed > 3)

  await show('/')
  await expect(page.getByText('Review of every module')).toBeVisible()
  await portray(page, 'overview')
  await show('/launch')
  await expect(page.getByText(/^about \d+ agents · /)).toBeVisible()
  await expect(page.getByText('Estimating…')).toBeHidden()
  await portray(page, 'launch')
  await show('/launch?allow=write,web&agents=40')
  await expect(page.getByText('3 changes: write, web, 40 agents')).toBeVisible()
  await page.getByText('Advanced', { exact: true }).click()
  await expect(page.getByText('Estimating…')).toBeHidden()
  await portray(page, 'launch-advanced')
  await show(`/runs/${live}`)
  await expect(page.getByRole('region', { name: /^Review, 160 agents/ })).toBeVisible()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await portray(page, 'run-live')
  const twelve = await api.launch({
    script: fanOut('twelve', 12, { ...watchable, tokens: 3000 }),
    title: 'Twelve parts',
  })
  await show(`/runs/${twelve}`)
  await expect(page.getByRole('region', { name: /^Read, 12 agents/ })).toBeVisible()
  await portray(page, 'run-twelve')
  await api.act(twelve, 'cancel')
  await show(`/runs/${live}?view=table`)
  await expect(page.getByRole('row').nth(3)).toBeVisible()
  await portray(page, 'table')
  await show(`/runs/${live}?view=log`)
  await expect(page.getByRole('log')).toContainText('160 modules to review')
  await portray(page, 'log')
  await show(`/runs/${audit}?view=map`)
  await expect(page.getByRole('region', { name: /^Audit, / })).toBeVisible()
  await portray(page, 'map-ended')
  const read = await api.launch({ script: flagging, title: 'A close reading' })
  const search = await api.launch({ script: nested, title: 'A search party' })
  const many = await api.launch({ script: fanOut('many', 120, brief), title: 'Many parts' })
  for (const id of [read, search, many]) await api.ended(id)
  await show(`/runs/${read}?view=map`)
  await expect(page.getByText('4 of 24 flagged')).toBeVisible()
  await portray(page, 'map-flagged')
  await show(`/runs/${search}?view=map`)
  await expect(page.getByText('started by captain')).toBeVisible()
  await portray(page, 'map-nested')
  await show(`/runs/${many}?view=map&colorBy=tokens`)
  await expect(page.getByRole('region', { name: /^Read, 120 agents/ })).toBeVisible()
  await portray(page, 'map-many')
  const tiny = { tokens: 8, speed: 0 }
  const limits = { agents: 1200 }
  const thousand = await api.launch({
    script: fanOut('thousand', 1000, tiny),
    title: 'A thousand parts',
    limits,
  })
  await api.ended(thousand)
  await show(`/runs/${thousand}?view=map`)
  await expect(page.getByRole('region', { name: /^Read, 1000 agents/ })).toBeVisible()
  await portray(page, 'map-thousand')
  await show(`/runs/${read}?view=map&fork=1`)
  await expect(page.locator('.cm-content')).toBeVisible()
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText(/^reuses 61 of 61 calls/)).toBeVisible()
  await portray(page, 'fork')
  await show(`/runs/${audit}`)
  await expect(page.getByRole('heading', { name: /findings$/ })).toBeVisible()
  await portray(page, 'run-ended')
  await show(`/runs/${audit}?view=timeline&path=true`)
  await expect(page.getByRole('listbox', { name: /^Timeline, / })).toBeVisible()
  await portray(page, 'timeline')
  const { startedAt, endedAt } = (await api.run(audit)).run
  const half = Math.round((Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')) / 2)
  await show(`/runs/${audit}?view=map&t=${half}`)
  await expect(page.getByText(/^Replay: at/)).toBeVisible()
  await portray(page, 'replay')
  await show(`/runs/${audit}?view=script`)
  await expect(page.getByText(/created agents$/)).toBeVisible()
  await expect(page.locator('.cm-content')).toBeVisible()
  await portray(page, 'script')
  await show(`/runs/${audit}?view=cost`)
  await expect(page.getByText('Booked', { exact: true })).toBeVisible()
  await portray(page, 'cost')
  const auditor = (await api.run(audit)).agents.find(({ label }) => label.startsWith('audit '))?.id ?? ''
  await show(`/runs/${audit}?view=map&agent=${auditor}&tab=transcript`)
  await expect(page.getByText('read_file').first()).toBeVisible()
  await portray(page, 'inspector')
  await show(`/runs/${audit}/agents/${auditor}?tab=usage`)
  await expect(page.getByText('By turn')).toBeVisible()
  await portray(page, 'agent')
  await show(`/runs/${paused}`)
  await expect(page.getByRole('button', { name: 'Raise the dollar cap' })).toBeVisible()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await portray(page, 'paused')
  await show(`/runs/${draft}`)
  await expect(page.getByText('Plan for approval')).toBeVisible()
  await expect(page.getByText('Stops at', { exact: true })).toBeVisible()
  await portray(page, 'draft')
  await show(`/runs/${failed}`)
  const result = page.getByRole('region', { name: 'result of the run' })
  await expect(result.getByText('The script failed at line 4')).toBeVisible()
  await portray(page, 'failed')
  await show('/runs')
  await expect(page.getByRole('link', { name: 'Import of last week', exact: true })).toBeVisible()
  await portray(page, 'runs')
  rmSync(planted.root, { recursive: true })
})

test('workflows, changes and the way in are accessible and fit every width', async ({
  page,
  request,
  newServer,
}) => {
  const planted = plant()
  const server = await newServer({
    env: { SKEIN_WORKSPACE_ROOTS: planted.root, SKEIN_CLAUDE_DIR: planted.root },
  })
  const api = new Api(request, server.origin)
  const show = (path: string) => page.goto(server.origin + path)
  await show('/workflows')
  await expect(page.getByRole('link', { name: 'code-audit', exact: true })).toBeVisible()
  await portray(page, 'workflows')
  await show('/schedules')
  await expect(page.getByText('Nothing is scheduled')).toBeVisible()
  await portray(page, 'schedules-none')
  const launch = { script: fanOut('nightly-digest', 1, brief) }
  const cadence = { cron: '30 2 * * 1-5', timeZone: 'Europe/Berlin', monthlyUsd: 30 }
  const made = await request.post(`${server.origin}/api/schedules`, {
    data: { name: 'Nightly digest', launch, ...cadence },
  })
  const { id } = scheduleSchema.parse(await made.json())
  await request.post(`${server.origin}/api/schedules/${id}/run`, { data: {} })
  await show('/schedules')
  await expect(page.getByText('Nightly digest')).toBeVisible()
  await portray(page, 'schedules')
  await page.getByRole('link', { name: 'Edit what it launches' }).click()
  await expect(page.getByRole('heading', { name: 'What Nightly digest launches' })).toBeVisible()
  await portray(page, 'schedule-launch')
  await show('/runs/import')
  await expect(page.getByText('No workflow runs found')).toBeVisible()
  await portray(page, 'import')
  await show('/triggers')
  await expect(page.getByText('No triggers yet')).toBeVisible()
  await portray(page, 'triggers-none')
  const mapping = [{ from: 'issue.title', to: 'title' }]
  await request.post(`${server.origin}/api/triggers`, {
    data: { name: 'Triage of issues', launch, signedAs: 'github', mapping, monthlyUsd: 30 },
  })
  await show('/triggers')
  await expect(page.getByText('Triage of issues')).toBeVisible()
  await portray(page, 'triggers')
  const first = await request.post(`${server.origin}/api/workflows`, {
    data: { source: fanOut('digest', 3, brief) },
  })
  const basedOn = workflowDetailSchema.parse(await first.json()).digest
  const source = fanOut('digest', 5, brief).replace('one paragraph', 'two paragraphs')
  await request.put(`${server.origin}/api/workflows/digest`, {
    data: { source, basedOn, note: 'More parts' },
  })
  await show('/workflows/digest')
  await expect(page.locator('.cm-content')).toBeVisible()
  await portray(page, 'workflow-source')
  await show('/workflows/digest?tab=versions')
  await expect(page.getByRole('region', { name: 'Changes' })).toBeVisible()
  await portray(page, 'workflow-diff')
  const changed = await api.launch({
    script: writing,
    title: 'Safer reports',
    workspace: planted.root,
    permissions: mayWrite,
  })
  await api.ended(changed)
  await show(`/runs/${changed}?view=changes&file=jobs/report.py`)
  await expect(page.getByText('shell=False')).toBeVisible()
  await portray(page, 'changes')
  await page.keyboard.press('s')
  await expect(page.getByRole('button', { name: 'Side by side' })).toHaveAttribute('aria-pressed', 'true')
  await portray(page, 'changes-split')
  await page.keyboard.press('u')
  await show(`/runs/${changed}?view=changes&list=agents`)
  await expect(page.getByRole('button', { name: /^safer session/ })).toBeVisible()
  await portray(page, 'changes-agents')
  await show('/join')
  await expect(page.getByRole('heading', { name: 'There is no team to join' })).toBeVisible()
  await portray(page, 'join')
  rmSync(planted.root, { recursive: true })
})

test('what people are asked, and what they ask for in words, looks as good', async ({
  page,
  request,
  newServer,
}) => {
  const planted = plant()
  const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
  const api = new Api(request, server.origin)
  const show = (path: string) => page.goto(server.origin + path)
  const goal = 'Find every place where an error is swallowed, verify each, and write a report, worst first'
  const asked = (id: string) => api.until(id, ({ checkpoints }) => checkpoints.length > 0)

  await show(`/launch?goal=${encodeURIComponent(goal)}`)
  await expect(page.getByText('Nothing else is spent before you decide.')).toBeVisible()
  await expect(page.getByText('Estimating…')).toBeHidden()
  await portray(page, 'launch-goal')
  const planned = await api.launch({ goal, workspace: planted.root })
  const form = await api.launch({ script: asksForm, title: 'Release check' })
  const yesNo = await api.launch({ script: asksYesNo('Publish the report?'), title: 'Weekly report' })
  for (const id of [planned, form, yesNo]) await asked(id)
  await show('/')
  await expect(page.getByRole('article', { name: 'Publish the report?' })).toBeVisible()
  await expect(page.getByRole('article', { name: 'Run this plan?' })).toBeVisible()
  await portray(page, 'overview-questions')
  await show(`/runs/${planned}`)
  await expect(page.locator('.cm-content')).toBeVisible()
  await expect(page.getByText('Estimating…')).toBeHidden()
  await portray(page, 'plan-approval')
  await show(`/runs/${form}`)
  await expect(page.getByRole('radio', { name: 'usual' })).toBeVisible()
  await portray(page, 'question-form')
  await show(`/runs/${yesNo}?view=map&q=state:failed+colour:red`)
  await expect(page.getByText('“colour:” is no filter')).toBeVisible()
  await portray(page, 'map-question')
  await show(`/runs/${yesNo}`)
  await page.getByRole('button', { name: /^Approve/ }).click()
  await api.ended(yesNo)
  await show(`/runs/${yesNo}?view=questions`)
  await expect(page.getByText(/was answered/).first()).toBeVisible()
  await portray(page, 'questions-answered')
  const faults = { refusals: 0.1, rateLimits: 0.1 }
  const dryRun = await api.launch({
    script: fanOut('digest', 60, brief),
    dryRun: { faults },
    title: 'Digest',
  })
  await api.ended(dryRun)
  await show(`/runs/${dryRun}?view=map`)
  await expect(page.getByText('This would have been 61 agents')).toBeVisible()
  await portray(page, 'dry-run-ended')
  await show('/launch?workflow=code-audit')
  await expect(page.getByText('Estimating…')).toBeHidden()
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(page.getByLabel('Refusals, %')).toBeVisible()
  await portray(page, 'dry-run')
  rmSync(planted.root, { recursive: true })
})

test('many runs, two runs and what all of them cost look as good', async ({ page, request, newServer }) => {
  const server = await newServer()
  const api = new Api(request, server.origin)
  const show = (path: string) => page.goto(server.origin + path)
  const small = await api.launch({
    script: fanOut('digest', 3, brief),
    title: 'Digest in three parts',
    tags: ['nightly'],
  })
  const large = await api.launch({
    script: fanOut('digest', 12, { tokens: 900 }),
    title: 'Digest in twelve parts',
  })
  const failed = await api.launch({ script: broken, title: 'Import of last week' })
  const dear = await api.launch({ script: spender(4), title: 'Summaries of all tickets' })
  for (const id of [small, large, failed, dear]) await api.ended(id)
  const live = await api.launch({ script: busy(60), title: 'Review of every module' })
  await api.until(live, ({ totals }) => totals.agents.running > 0)

  await show('/runs')
  await page.getByRole('checkbox', { name: 'Select Review of every module' }).click()
  await page.getByRole('checkbox', { name: 'Select Summaries of all tickets' }).click()
  await expect(page.getByRole('region', { name: 'Chosen runs' })).toContainText('2 selected')
  await portray(page, 'runs-selected')
  await page.getByRole('button', { name: 'Cancel 1 run', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel 1 run' }).click()
  await expect(page.getByText('1 of 2 cancelled, 1 had already ended')).toBeVisible()
  await page.getByRole('combobox', { name: 'Search runs' }).fill('digest colour:red')
  await expect(page.getByText('“colour:” is no filter')).toBeVisible()
  await expect(page.getByText('No run matches')).toBeVisible()
  await portray(page, 'runs-bulk')
  await show(`/runs/compare?a=${small}&b=${large}`)
  await expect(
    page.getByRole('region', { name: 'Changes' }).or(page.getByText('returned the same')),
  ).toBeVisible()
  await portray(page, 'runs-compare')
  await show('/costs')
  await expect(page.getByRole('heading', { name: 'Breakdown' })).toBeVisible()
  await portray(page, 'costs')
  for (const [path, title] of [
    ['/docs', 'Docs'],
    ['/docs/dialect', 'The workflow dialect'],
    ['/docs/api', 'The API'],
  ] as const) {
    await show(path)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await portray(page, path.slice(1).replace('/', '-'))
  }
})

/**
 * One scene in both themes: checked once a theme, pictured at every width where pictures are wanted, and
 * nowhere wider than the screen.
 */
async function portray(page: Page, name: string): Promise<void> {
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const needed = widths.filter((width) => width === checkedWidth[theme] || width === narrowest)
    for (const width of arePicturesWanted ? widths : needed) {
      await page.setViewportSize({ width, height: width === narrowest ? 844 : 900 })
      await takePicture(page, `${name}-${width}-${theme}`)
      if (width === checkedWidth[theme])
        expect.soft(await violationsOf(page), `${name}, ${theme}, ${width} wide`).toEqual([])
    }
    expect.soft(await overflowing(page), `${name} is wider than ${narrowest}`).toEqual([])
  }
}

/**
 * What reaches beyond the right edge without a box of its own that scrolls, or is cut there without saying
 * so.
 */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canScroll = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    const mayReach = (element: Element): boolean =>
      element.closest('.react-flow, .sr-only') !== null ||
      (element.parentElement !== null &&
        (canScroll(element.parentElement) || mayReach(element.parentElement)))
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page itself'] : []
    const beyond = [
      ...document.querySelectorAll('main p, main span, main button, main a, main h1, main input'),
    ].filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !mayReach(element))
    return [...wide, ...beyond.map((element) => element.outerHTML.slice(0, 160))]
  })
}
