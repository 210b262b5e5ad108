import { expect, test } from '../fixtures'
import { lines } from '../pages/editor'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { RunsPage } from '../pages/runs-page'
import { brief, broken, fanOut } from '../scripts'

test('runs are found by status and by title, and the address keeps the search', async ({ page, api }) => {
  await api.ended(await api.launch({ script: fanOut('a', 1, brief), title: 'weekly porcupine' }))
  await api.ended(await api.launch({ script: broken, title: 'broken porcupine' }))
  const runs = new RunsPage(page)
  await runs.open()
  await expect(runs.row('weekly porcupine')).toContainText('Completed')
  await runs.search.fill('porcupine')
  await expect(page).toHaveURL(/q=porcupine/)
  await expect(runs.titles).toHaveText(['broken porcupine', 'weekly porcupine'])
  await runs.status.selectOption('failed')
  await expect(page).toHaveURL(/status=failed/)
  await expect(runs.titles).toHaveText(['broken porcupine'])
  await page.reload()
  await expect(runs.titles).toHaveText(['broken porcupine'])
  await runs.search.fill('porcupine that never was')
  await expect(page.getByText('No run matches')).toBeVisible()
})

test('a run is deleted once one has said so', async ({ page, api }) => {
  const id = await api.launch({ script: fanOut('b', 1, brief), title: 'soon gone' })
  await api.ended(id)
  const runs = new RunsPage(page)
  await runs.open('', '?q=soon+gone')
  await runs.row('soon gone').getByRole('button', { name: 'Delete soon gone' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Keep it' }).click()
  await expect(runs.row('soon gone')).toBeVisible()
  await runs.row('soon gone').getByRole('button', { name: 'Delete soon gone' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the run' }).click()
  await expect(runs.row('soon gone')).toHaveCount(0)
})

test('a run is launched again with what it was launched with', async ({ page, api }) => {
  const script = fanOut('again', 2, brief)
  const args = { focus: 'tests' }
  const first = await api.launch({ script, args, title: 'once more', limits: { usd: 2.5, agents: 50 }, concurrency: 7 })
  await api.ended(first)
  const run = new RunPage(page)
  await run.open(first)
  await run.head.getByRole('link', { name: 'Launch again' }).click()
  const launcher = new LaunchPage(page)
  await expect(lines(launcher.script)).toHaveText(script.split('\n'))
  await expect(launcher.field('Dollars')).toHaveValue('2.5')
  await expect(launcher.field('Agents')).toHaveValue('50')
  await expect(launcher.field('At once, at most')).toHaveValue('7')
  await expect(launcher.field('Title')).toHaveValue('once more')
  await expect(launcher.launchButton).toBeEnabled()
  await launcher.launchButton.click()
  await expect(page).toHaveURL((url) => /\/runs\/[^/]+$/.test(url.pathname) && !url.pathname.endsWith(first))
  await expect(run.status('Completed')).toBeVisible()
  expect((await api.run(run.id)).run.limits).toMatchObject({ nanoUsd: 2.5e9, agents: 50 })
})
