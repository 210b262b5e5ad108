import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { RunPage } from '../pages/run-page'
import { brief, fanOut, spender, watchable } from '../scripts'

/** Length of what the open agent has said so far. */
async function said(run: RunPage): Promise<number> {
  return ((await run.liveText.textContent()) ?? '').length
}

async function grows(run: RunPage): Promise<void> {
  await expect(run.liveText).toBeVisible()
  const before = await said(run)
  await expect.poll(() => said(run)).toBeGreaterThan(before + 40)
}

test('an agent is read while it speaks, before and after a reload, by everybody who watches', async ({
  page,
  browser,
  api,
}) => {
  // For longer than two pages take to open on a slow machine.
  const id = await api.launch({ script: fanOut('spoken', 3, { ...watchable, tokens: 1800 }) })
  const run = new RunPage(page)
  await run.open(id)
  await run
    .group('Read')
    .getByRole('button', { name: /^part 1, / })
    .click()
  await run.inspector.getByRole('button', { name: 'Transcript' }).click()
  await grows(run)

  const context = await browser.newContext()
  const second = new RunPage(await context.newPage())
  await second.open(id, new URL(page.url()).origin, `?agent=${agentIn(page)}&tab=transcript`)
  await grows(second)

  await page.reload()
  await expect(run.inspector.getByRole('heading', { name: 'part 1' })).toBeVisible()
  await grows(run)
  const ended = await api.ended(id)
  await expect(run.status('Completed')).toBeVisible()
  await expect(second.status('Completed')).toBeVisible()
  const { turns } = await api.transcript(id, agentIn(page))
  const text = String(turns[0]?.content.find(({ type }) => type === 'text')?.text).trim()
  for (const one of [run, second])
    await expect(one.inspector.getByRole('region', { name: 'Transcript' })).toContainText(text.slice(-60))
  expect(ended.totals.turns).toBe(4)
  await context.close()
})

function agentIn(page: Page): string {
  return new URL(page.url()).searchParams.get('agent') ?? ''
}

test('a run is paused, resumed, and cancelled once one has said so twice', async ({ page, api }) => {
  const id = await api.launch({
    script: fanOut('stopped', 6, { ...watchable, tokens: 1400 }),
    concurrency: 3,
  })
  const run = new RunPage(page)
  await run.open(id)
  await expect(run.status('Running')).toBeVisible()
  await run.action('Pause').click()
  await expect(run.status('Paused')).toBeVisible()
  await expect(page).toHaveTitle(/^Paused · /)
  await run.action('Resume').click()
  await expect(run.status('Running')).toBeVisible()

  await run.action('Cancel').click()
  await run.confirm('Keep it running')
  await expect(run.status('Running')).toBeVisible()
  await run.action('Cancel').click()
  await run.confirm('Cancel the run')
  await expect(run.status('Cancelled')).toBeVisible()
  await expect(run.statusCount('Cancelled')).toContainText('6')
  const { outcomeCounts } = await api.ended(id)
  expect(outcomeCounts.cancelled).toBe(6)
})

test('every view, filter and key of an ended run works, and the address remembers them', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: mixed })
  const run = new RunPage(page)
  await api.ended(id)
  await run.open(id)
  await expect(run.viewIs('Result')).toBeVisible()
  await expect(run.status('Completed with failures')).toBeVisible()

  // Keys count once the page listens, which on a busy machine is after it is seen.
  await expect(async () => {
    await page.keyboard.press('3')
    await expect(run.table).toBeVisible({ timeout: 5_000 })
  }).toPass()
  await expect(page).toHaveURL(/view=table/)
  await expect(run.table.getByRole('row').nth(1)).toContainText('Failed')
  await run.statusCount('Failed').click()
  await expect(run.table.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/state=failed/)
  await page.keyboard.press('Escape')
  await expect(run.table.getByRole('row')).toHaveCount(9)

  const column = run.table.getByRole('columnheader', { name: 'Agent' })
  await column.getByRole('button').focus()
  await page.keyboard.press('Enter')
  await expect(column).toHaveAttribute('aria-sort', 'ascending')
  await expect(run.table.getByRole('row').nth(1)).toContainText('part 0')
  await page.keyboard.press('Enter')
  await expect(column).toHaveAttribute('aria-sort', 'descending')
  await expect(run.table.getByRole('row').nth(1)).toContainText('part 7')
  await page.keyboard.press('Enter')
  await expect(column).toHaveAttribute('aria-sort', 'none')

  await page.keyboard.press('/')
  await expect(run.search).toBeFocused()
  await page.keyboard.type('part 5')
  await expect(run.table.getByRole('row')).toHaveCount(2)
  await page.keyboard.press('Escape')
  await expect(run.table.getByRole('row')).toHaveCount(9)

  await page.keyboard.press('f')
  await expect(run.inspector.getByRole('heading', { name: 'part 3' })).toBeVisible()
  await page.keyboard.press('j')
  await expect(run.inspector.getByRole('heading', { name: 'part 0' })).toBeVisible()
  await page.keyboard.press('k')
  await expect(run.inspector.getByRole('heading', { name: 'part 3' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(run.inspector).toBeHidden()

  await page.keyboard.press('4')
  await expect(run.log).toContainText('The run started.')
  await expect(run.log).toContainText('part 3 failed')
  await page.keyboard.press('1')
  await expect(run.map).toBeVisible()
  await page.keyboard.press('7')
  await expect(run.result).toBeVisible()

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('runs')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/runs$/)
})

test('a link to an agent opens it, beside its run or as a page', async ({ page, api }) => {
  const id = await api.launch({ script: fanOut('linked', 2, brief) })
  const { agents } = await api.ended(id)
  const agent = agents[1]
  expect(agent).toBeDefined()
  const run = new RunPage(page)
  await run.open(id, '', `?view=table&agent=${agent?.id}&tab=usage`)
  await expect(run.inspector.getByRole('heading', { name: agent?.label ?? '' })).toBeVisible()
  await expect(run.inspector.getByRole('table').first()).toContainText('Output')
  await run.inspector.getByRole('link', { name: 'Open as a page' }).click()
  await expect(page).toHaveURL(new RegExp(`/agents/${agent?.id}$`))
  await expect(page.getByRole('heading', { name: agent?.label ?? '' })).toBeVisible()
  await page.getByRole('link', { name: 'linked' }).click()
  await expect(run.inspector).toBeVisible()
})

test('a run that stopped at its cap goes on when somebody raises it', async ({ page, api }) => {
  const id = await api.launch({ script: spender(12), limits: { usd: 0.2 } })
  const run = new RunPage(page)
  await run.open(id)
  await expect(run.status('Paused')).toBeVisible()
  const paused = await api.run(id)
  expect(paused.run.pauseReason).toBe('usd-cap')
  expect(paused.totals.spentNanoUsd + paused.totals.reservedNanoUsd).toBeLessThanOrEqual(0.2e9)
  await run.action('Raise the dollar cap').click()
  await page.getByLabel('New cap in dollars').fill('0.1')
  await expect(page.getByText('Enter more than 0.2.')).toBeVisible()
  await page.getByLabel('New cap in dollars').fill('20')
  await page.getByRole('button', { name: 'Raise cap' }).click()
  await expect(run.head.getByText(/of (?:sim )?\$20/)).toBeVisible()
  await run.action('Resume', { exact: true }).click()
  await expect(run.status('Completed')).toBeVisible()
  expect((await api.ended(id)).outcomeCounts.succeeded).toBe(12)
})

/** Eight agents, the fourth of which fails for good. */
const mixed = `export const meta = { name: 'mixed', description: 'Some fail', phases: [{ title: 'Read' }] }
phase('Read')
return await parallel(
  Array.from({ length: 8 }, (_, index) => () =>
    agent(
      'Read part ' + index + '. ' +
        (index === 3 ? '[[sim: {"fault":{"kind":"status","status":400}}]]' : '[[sim: {"tokens":40}]]'),
      { label: 'part ' + index },
    ),
  ),
)
`
