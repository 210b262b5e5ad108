import { Api } from '../api'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { fanOut } from '../scripts'

test('a batch is chosen on the plan, watched as a batch, and costs half', async ({
  page,
  request,
  newServer,
}) => {
  // Slow enough for a busy machine to open two pages while the batch is away.
  const server = await newServer({ simulatorSpeed: 0.25 })
  const api = new Api(request, server.origin)
  const launcher = new LaunchPage(page)
  const run = new RunPage(page)
  await launcher.open(server.origin)
  await launcher.pasteScript(fanOut('by post', 6, { tokens: 40 }))
  const choose = launcher.plan.getByRole('button', { name: 'Run in batches' })
  await expect(choose).toHaveAttribute('aria-pressed', 'false')
  await choose.click()
  await expect(choose).toHaveAttribute('aria-pressed', 'true')
  await launcher.openAdvanced()
  await expect(page.getByRole('radio', { name: /^Batch, half price/ })).toBeChecked()
  await expect(launcher.launchButton).toBeEnabled()
  await launcher.launchButton.click()

  const strip = page.getByRole('list', { name: 'Batches in progress' })
  await expect(strip).toContainText(/Batch 1 of Read: 6 turns are being processed/)
  await expect(strip).toContainText('msgbatch_')
  await expect(run.statusCount('Waiting')).toContainText('6')
  await run.open(run.id, server.origin, '?agent=a1')
  await expect(run.inspector).toContainText('Batch 1')
  await expect(run.status('Completed')).toBeVisible({ timeout: 120_000 })
  await expect(strip).toBeHidden()
  await run.show('Cost')
  await expect(page.getByText('in batches, × ½').first()).toBeVisible()
  await expect(page.getByRole('button', { name: /× ½ \(batch\)/ }).first()).toBeVisible()
  const { batches, totals } = await api.run(run.id)
  expect(batches.map(({ turns, status }) => `${turns} ${status}`)).toEqual(['6 ended', '1 ended'])
  expect(totals.turns).toBe(7)
})

test('a run that is cancelled while its batch is away says what it waits for, and need not be waited for', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer({ simulatorSpeed: 0.02 })
  const api = new Api(request, server.origin)
  const run = new RunPage(page)
  const id = await api.launch({ script: fanOut('recalled', 3, { tokens: 40 }), delivery: 'batch' })
  await run.open(id, server.origin)
  await expect(page.getByRole('list', { name: 'Batches in progress' })).toContainText('being processed')
  await run.action('Cancel').click()
  await run.confirm('Cancel the run')
  await expect(run.head).toContainText('waits for 3 turns in a batch')
  await run.action('Stop waiting').click()
  await run.confirm('End the run')
  await expect(run.status('Cancelled')).toBeVisible()
  const { totals } = await api.run(id)
  expect(totals.reservedNanoUsd).toBe(0)
  expect(totals.unsettledNanoUsd).toBeGreaterThan(0)
})

test('an answer that was cut off is asked for again from its agent, as a batch', async ({ page, api }) => {
  const run = new RunPage(page)
  const script = `export const meta = { name: 'cut', description: 'Cut off' }
return agent('Write it all down. [[sim: {"tokens":40,"stopReason":"model_context_window_exceeded"}]]', { label: 'writer' })`
  const id = await api.launch({ script })
  await api.ended(id)
  await run.open(id, '', '?agent=a1&view=map')
  await run.inspector
    .getByRole('button', { name: 'Again with up to 300,000 output tokens, as a batch' })
    .click()
  await run.confirm('Ask again, as a batch')
  await expect(run.status('Completed')).toBeVisible({ timeout: 30_000 })
  await expect(run.inspector).toContainText('2 attempts')
  const { agents } = await api.run(id)
  expect(agents[0]).toMatchObject({ delivery: 'batch', attempt: 2 })
})
