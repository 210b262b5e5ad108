import { Api } from '../api'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { brief, fanOut } from '../scripts'

test('caps of a phase and of every agent are set at launch, and what is none is told beside its field', async ({
  page,
  api,
}) => {
  const launch = new LaunchPage(page)
  await launch.open()
  await launch.pasteScript(fanOut('bounded', 2, brief))
  await expect(launch.plan.getByText('Read', { exact: true })).toBeVisible()
  await launch.openAdvanced()
  await launch.field('Max $ per agent').fill('-1')
  await launch.field('Max tokens per agent').fill('90,000')
  await launch.field('Max minutes per agent').fill('30')
  await page.getByText(/^By phase/).click()
  await page.getByLabel('Read: Max time (min)').fill('half an hour')
  await expect(launch.complaint('agentUsd')).toHaveText('Enter dollars above 0, such as 0.50.')
  await expect(
    page.locator('details').getByText('Read: enter a whole number of minutes, from 1 to 43,200 (30 days).'),
  ).toBeVisible()
  await launch.field('Max $ per agent').fill('0.50')
  await page.getByLabel('Read: Max time (min)').fill('30')
  await page.setViewportSize({ width: 390, height: 900 })
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(excess).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1440, height: 900 })
  await launch.launchButton.click()
  await expect(page).toHaveURL(/\/runs\/[\w-]+/)
  const { run } = await api.run(new URL(page.url()).pathname.split('/')[2] ?? '')
  expect(run.limits).toMatchObject({
    perAgent: { nanoUsd: 5e8, tokens: 90_000, wallClockSeconds: 1800 },
    phases: { Read: { nanoUsd: null, wallClockSeconds: 1800 } },
  })
})

test('at the daily agent cap a run pauses, and goes on when it is raised from its page', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer({ isReal: true })
  const api = new Api(request, server.origin)
  await page.goto(`${server.origin}/costs/budgets`)
  const card = page.getByRole('region', { name: 'Agents per day' })
  await card.getByLabel('Cap in agents').fill('2.5')
  await expect(card.getByText('A whole number of agents, 1 or more, or empty for no cap.')).toBeVisible()
  await card.getByLabel('Cap in agents').fill('3')
  await card.getByRole('button', { name: 'Set' }).click()
  await expect(card.getByText('of 3, 0%')).toBeVisible()

  const id = await api.launch({ script: fanOut('many', 5, brief) })
  await api.act(id, 'approve')
  const run = new RunPage(page)
  await run.open(id, server.origin)
  await expect(run.status('Paused')).toBeVisible()
  expect((await api.run(id)).agents).toHaveLength(3)
  await run.action('Raise the daily agent cap').click()
  await page.getByLabel('New daily cap in agents').fill('20')
  await page.getByRole('button', { name: 'Raise cap' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await run.action('Resume').click()
  await expect(run.status('Completed')).toBeVisible()
  await page.goto(`${server.origin}/costs/budgets`)
  await expect(card.getByText('of 20, 30%')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Tokens per day' })).toContainText('no cap')
})
