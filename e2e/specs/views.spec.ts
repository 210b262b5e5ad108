import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures'
import { RunPage } from '../pages/run-page'
import { asksYesNo, brief, fanOut, sim, watchable } from '../scripts'

test('a finished run is read over time, replayed, counted by line and by dollar, and exported', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: fanOut('viewed', 6, { ...watchable, tokens: 60 }) })
  await api.ended(id)
  const run = new RunPage(page)
  await run.open(id, '', '?view=timeline')
  const timeline = page.getByRole('listbox', { name: /^Timeline, 7 rows/ })
  await timeline.focus()
  await page.keyboard.press('ArrowDown')
  await expect(timeline.getByRole('option')).toContainText('part 0, from')
  await page.keyboard.press('Enter')
  await expect(run.inspector.getByRole('heading', { name: 'part 0' })).toBeVisible()
  await page.getByRole('button', { name: 'Critical path' }).click()
  await expect(page.getByText(/agents? decided/)).toBeVisible()
  await page.getByRole('button', { name: 'Close the agent' }).click()

  await page.getByRole('slider', { name: 'Moment of the run' }).focus()
  await page.keyboard.press('PageDown')
  await expect(page.getByText(/^Replay: at/)).toBeVisible()
  await run.open(id, '', '?view=table&t=1')
  await expect(page.getByText(/^Replay: at 00:00 of/)).toBeVisible()
  await expect(run.status('Running')).toBeVisible()
  await expect(run.tile('Succeeded')).toContainText('0')
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(run.status('Completed')).toBeVisible()

  await run.show('Script')
  await expect(page.getByText('2 calls made agents')).toBeVisible()
  await page.getByRole('button', { name: /^6 agents/ }).click()
  await run.show('Table')
  await expect(run.row('part 3')).toBeVisible()
  await expect(run.row('writer')).toBeHidden()
  await page.getByRole('button', { name: 'Clear filter' }).click()

  await run.show('Cost')
  await expect(page.getByRole('row', { name: /^All/ })).toBeVisible()
  await expect(page.getByText(/tokens × \$/).first()).toBeAttached()
  await page.getByText('Export', { exact: true }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: /^HTML/ }).click()
  const html = readFileSync((await (await download).path()) ?? '', 'utf8')
  expect(html).toContain('Content-Security-Policy')
  expect(html).toContain('part 5')
})

test('one agent at work is steered and then cut off, and the run goes on', async ({ page, api }) => {
  const id = await api.launch({ script: fanOut('handled', 2, { ...watchable, tokens: 3000 }) })
  const run = new RunPage(page)
  await run.open(id, '', '?view=table&agent=a1')
  await run.inspector.getByRole('button', { name: 'Steer' }).click()
  await page.getByRole('textbox', { name: 'Message' }).fill('Be brief.')
  await page.getByRole('button', { name: 'Send it' }).click()
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeHidden()
  await run.inspector.getByRole('button', { name: 'Skip' }).click()
  await run.confirm('Skip the agent')
  await expect(run.inspector.getByText('Skipped', { exact: true })).toBeVisible()
  await expect(run.inspector.getByRole('button', { name: 'Steer' })).toBeHidden()
  await run.show('Log')
  await expect(run.log).toContainText('told part 0: Be brief.')
  await run.action('Cancel').click()
  await run.confirm('Cancel the run')
  await expect(run.status('Cancelled')).toBeVisible()
})

test('agents are found by what they are, what they were asked and what they said; rubbish is told', async ({
  page,
  api,
}) => {
  const script = fanOut('found', 6, brief).replace(sim(brief), `${sim({ tokens: 40 })} Mind the giraffe.`)
  const id = await api.launch({ script })
  await api.ended(id)
  const run = new RunPage(page)
  await run.open(id, '', '?view=table')
  await expect(run.table.getByRole('row')).toHaveCount(8)
  await expect(run.table.getByRole('row').nth(7)).toContainText('writer')

  await page.keyboard.press('/')
  await expect(page.getByText('Looks in labels, models, prompts and answers')).toBeVisible()
  await page.keyboard.type('phase:write state:succeeded')
  await expect(run.table.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/q=phase:write\+state:succeeded|q=phase%3Awrite/)
  await page.reload()
  await expect(run.search).toHaveValue('phase:write state:succeeded')
  await expect(run.table.getByRole('row')).toHaveCount(2)
  // The word stands in prompts only, which the page does not hold.
  await run.search.fill('giraffe')
  await expect(run.table.getByRole('row')).toHaveCount(7)
  await run.search.fill('giraffe cost>9')
  await expect(page.getByText('No agent passes this filter')).toBeVisible()
  await run.search.fill('colour:red state:')
  await expect(page.getByText('“colour:” is no filter')).toBeVisible()
  await expect(page.getByText('“state:” wants a value after it.')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await expect(run.search).toHaveValue('')

  await page.getByRole('button', { name: 'Only the time of Write' }).click()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  await expect(run.row('writer')).toBeVisible()
  await expect(run.row('part 0')).toBeHidden()
  await page.getByRole('button', { name: 'Only the time of Write' }).click()
  await expect(run.row('part 0')).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(page.getByRole('button', { name: 'Link copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
})

test('a question floats beside the group that was last made when it was asked', async ({ page, api }) => {
  const id = await api.launch({ script: asksYesNo('Go on with it?') })
  const run = new RunPage(page)
  await run.open(id, '', '?view=map')
  await run.group('Look').getByRole('button', { name: 'asks: Go on with it?' }).click()
  await expect(page).toHaveURL(/question=/)
  await page.getByRole('button', { name: /^Approve/ }).click()
  await expect(run.status('Completed')).toBeVisible()
})
