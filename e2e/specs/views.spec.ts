import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures'
import { RunPage } from '../pages/run-page'
import { fanOut, watchable } from '../scripts'

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
