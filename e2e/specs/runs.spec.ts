import { expect, test } from '../fixtures'
import { lines } from '../pages/editor'
import { LaunchPage } from '../pages/launch-page'
import { RunPage } from '../pages/run-page'
import { RunsPage } from '../pages/runs-page'
import { brief, broken, fanOut, watchable } from '../scripts'

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
  const first = await api.launch({
    script,
    args,
    title: 'once more',
    limits: { usd: 2.5, agents: 50 },
    concurrency: 7,
  })
  await api.ended(first)
  const run = new RunPage(page)
  await run.open(first)
  await run.head.getByRole('link', { name: 'Launch again' }).click()
  const launcher = new LaunchPage(page)
  await expect(lines(launcher.script)).toHaveText(script.split('\n'))
  await expect(launcher.field('Max cost ($)')).toHaveValue('2.5')
  await expect(launcher.field('Max agents')).toHaveValue('50')
  await expect(launcher.field('Max concurrency')).toHaveValue('7')
  await expect(launcher.field('Title')).toHaveValue('once more')
  await expect(launcher.launchButton).toBeEnabled()
  await launcher.launchButton.click()
  await expect(page).toHaveURL((url) => /\/runs\/[^/]+$/.test(url.pathname) && !url.pathname.endsWith(first))
  await expect(run.status('Completed')).toBeVisible()
  expect((await api.run(run.id)).run.limits).toMatchObject({ nanoUsd: 2.5e9, agents: 50 })
})

test('the search understands filters, says what it does not, and the address keeps them', async ({
  page,
  api,
}) => {
  // No other spec's runs, and none of a first try, may match.
  const bird = `bittern${test.info().retry}`
  const tags = ['night shift']
  await api.ended(await api.launch({ script: fanOut('c', 1, brief), title: `small ${bird}`, tags }))
  await api.ended(await api.launch({ script: fanOut('d', 4, brief), title: `large ${bird}` }))
  await api.ended(await api.launch({ script: fanOut('c', 1, brief), title: `dry-run ${bird}`, dryRun: true }))
  const runs = new RunsPage(page)
  await runs.open('', `?q=${bird}`)
  await expect(runs.titles).toHaveText([`dry-run ${bird}`, `large ${bird}`, `small ${bird}`])
  await runs.search.fill(`${bird} agents>2`)
  await expect(runs.titles).toHaveText([`large ${bird}`])
  await page.reload()
  await expect(runs.search).toHaveValue(`${bird} agents>2`)
  await expect(runs.titles).toHaveText([`large ${bird}`])
  await runs.search.fill(`${bird} tag:"night shift"`)
  await expect(runs.titles).toHaveText([`small ${bird}`])
  await page.getByRole('button', { name: 'Remove the filter Tag: night shift' }).click()
  await expect(runs.search).toHaveValue(bird)
  await page.getByRole('button', { name: 'Agents', exact: true }).click()
  await expect(page).toHaveURL(/sort=-agents/)
  await expect(runs.titles.first()).toHaveText(`large ${bird}`)
  await runs.search.fill(`${bird} is:dry-run`)
  await expect(runs.titles).toHaveText([`dry-run ${bird}`])
  await runs.search.fill(`${bird} is:simulated cost>0 cost<5 user:local workflow:d`)
  await expect(runs.titles).toHaveText([`large ${bird}`])
  await runs.search.fill(`${bird} status:completed`)
  await expect(runs.status).toHaveValue('completed')
  await runs.status.selectOption('failed')
  await expect(runs.search).toHaveValue(`${bird}`)
  await expect(page.getByText('No run matches')).toBeVisible()
  await runs.status.selectOption('')
  await runs.search.fill(`${bird} colour:red`)
  await expect(page.getByText('“colour:” is no filter')).toBeVisible()
  await expect(page.getByText('No run matches')).toBeVisible()
})

test('several runs are cancelled at once, and each is told of', async ({ page, api }) => {
  const slow = { ...watchable, tokens: 4000 }
  const going = [
    await api.launch({ script: fanOut('e', 2, slow), title: 'otter one' }),
    await api.launch({ script: fanOut('f', 2, slow), title: 'otter two' }),
  ]
  const over = await api.launch({ script: fanOut('g', 1, brief), title: 'otter three' })
  await api.ended(over)
  for (const id of going) await api.until(id, ({ totals }) => totals.agents.running === 2)
  const runs = new RunsPage(page)
  await runs.open('', '?q=otter')
  await runs.tick('otter three').click()
  await runs.tick('otter one').click({ modifiers: ['Shift'] })
  await expect(runs.bar).toContainText('3 selected')
  await page.reload()
  await expect(runs.bar).toContainText('3 selected')
  await expect(runs.bar.getByRole('button', { name: 'Compare' })).toBeDisabled()
  await runs.bar.getByRole('button', { name: 'Cancel 2 runs' }).click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('4 agents are running')
  await expect(dialog).toContainText('1 run of the 3 has ended and stays as it is.')
  await dialog.getByRole('button', { name: 'Cancel 2 runs' }).click()
  const progress = page.getByRole('region', { name: 'Progress' })
  await expect(progress).toContainText('2 of 3 cancelled, 1 had already ended')
  for (const id of going) expect((await api.ended(id)).run.status).toBe('cancelled')
  expect((await api.run(over)).run.status).toBe('completed')
  await page.reload()
  await expect(progress).toContainText('2 of 3 cancelled, 1 had already ended')
  await progress.getByRole('button', { name: 'Close' }).click()
  await expect(progress).toBeHidden()

  await page.getByRole('checkbox', { name: 'Select every run of this page' }).click()
  await runs.bar.getByRole('button', { name: 'Delete 3 runs' }).click()
  await dialog.getByRole('button', { name: 'Delete 3 runs' }).click()
  await expect(progress).toContainText('3 of 3 deleted')
  await expect(page.getByText('No run matches')).toBeVisible()
})

test('runs are tagged together, and the tag is taken back', async ({ page, api }) => {
  for (const title of ['heron one', 'heron two'])
    await api.ended(await api.launch({ script: fanOut('t', 1, brief), title }))
  const runs = new RunsPage(page)
  await runs.open('', '?q=heron')
  await page.getByRole('checkbox', { name: 'Select every run of this page' }).click()
  await runs.bar.getByRole('button', { name: 'Tag' }).click()
  await page.getByRole('combobox', { name: 'Tag to add' }).fill('wader')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const progress = page.getByRole('region', { name: 'Progress' })
  await expect(progress).toContainText('2 of 2 tagged')
  await expect(runs.row('heron one').getByRole('link', { name: 'wader' })).toBeVisible()
  await progress.getByRole('button', { name: 'Undo' }).click()
  await expect(progress).toContainText('2 of 2 untagged')
  await expect(runs.row('heron one').getByRole('link', { name: 'wader' })).toHaveCount(0)
  await progress.getByRole('button', { name: 'Close' }).click()
})

test('two runs are compared, with what differs between their results', async ({ page, api }) => {
  const small = await api.launch({ script: fanOut('h', 1, brief), title: 'lynx small' })
  const large = await api.launch({ script: fanOut('h', 3, { tokens: 90 }), title: 'lynx large' })
  for (const id of [small, large]) await api.ended(id)
  const runs = new RunsPage(page)
  await runs.open('', '?q=lynx')
  await runs.tick('lynx small').click()
  await runs.tick('lynx large').click()
  await runs.bar.getByRole('link', { name: 'Compare' }).click()
  await expect(page).toHaveURL(
    (url) => url.searchParams.get('a') === small && url.searchParams.get('b') === large,
  )
  const line = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  await expect(line('All')).toContainText('+2 (2.0×)')
  await expect(line('Read')).toContainText('3/3 agents')
  await expect(page.getByRole('region', { name: 'Results' })).toContainText(/lines|returned the same/)
  await page.getByRole('button', { name: 'Swap' }).click()
  await expect(line('All')).toContainText('−2')
  await page.getByRole('region', { name: 'Run A' }).getByRole('link', { name: 'lynx large' }).click()
  await expect(page).toHaveURL((url) => url.pathname.endsWith(large))
})

test.describe('a comparison that cannot be', () => {
  test.use({ expectedErrors: /404/ })

  test('says what is missing', async ({ page }) => {
    await page.goto('/runs/compare')
    await expect(page.getByText('Choose two runs to compare')).toBeVisible()
    await page.goto('/runs/compare?a=gone&b=gone-too')
    await expect(page.getByText('There is no run gone.')).toBeVisible()
  })
})
