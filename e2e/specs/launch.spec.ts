import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { Api } from '../api'
import { expect, test } from '../fixtures'
import { LaunchPage } from '../pages/launch-page'
import { OverviewPage } from '../pages/overview-page'
import { RunPage } from '../pages/run-page'
import { plant } from '../planted'
import { brief, fanOut } from '../scripts'

test('an audit is launched from the overview, watched, and names the planted mistakes and its cost', async ({
  page,
  request,
  newServer,
}) => {
  const planted = plant()
  const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
  const api = new Api(request, server.origin)
  const launcher = new LaunchPage(page)
  const run = new RunPage(page)

  const overview = new OverviewPage(page)
  await overview.open(server.origin)
  await overview.auditStarter.click()
  await expect(launcher.workflow('code-audit')).toBeChecked()
  await expect(launcher.workspace).toHaveValue(planted.root)
  for (const phase of ['Scout', 'Audit', 'Verify', 'Report'])
    await expect(launcher.plan.getByText(phase, { exact: true })).toBeVisible()
  await expect(launcher.plan).toContainText('5 files')
  await expect(launcher.launchButton).toHaveText('Launch')
  await expect(
    launcher.plan.getByText(/^about \d+ agents · (?:sim )?\$[\d.]+ · .+ · pauses at (?:sim )?\$5/),
  ).toBeVisible()
  await launcher.launchButton.click()

  await expect(run.head.getByRole('heading', { level: 1 })).toHaveText(/^code-audit: /)
  await expect(run.group('Scout').getByRole('button', { name: /^scout, / })).toBeVisible()
  await expect(
    run
      .group('Audit')
      .getByRole('button', { name: /^audit / })
      .first(),
  ).toBeVisible()
  await expect(run.status('Completed')).toBeVisible({ timeout: 60_000 })
  await expect(page).toHaveTitle(/^Completed · /)
  const ended = await api.run(run.id)
  expect(await run.count('Succeeded')).toBe(ended.outcomeCounts.succeeded)
  expect(ended.outcomeCounts.failed).toBe(0)
  const cost = (ended.totals.costNanoUsd ?? Number.NaN) / 1e9
  const shown = (await run.head.getByText(/^(?:sim )?\$[\d.]+ of (?:sim )?\$5$/).textContent()) ?? ''
  expect(Number.parseFloat(shown.replace(/^\D+/, ''))).toBeCloseTo(cost, 2)

  await page.getByRole('button', { name: 'See the result' }).click()
  for (const { file, line, text } of planted.findings) {
    await expect(
      run.result
        .getByRole('row')
        .filter({ hasText: `${file}:${line}` })
        .first(),
    ).toBeVisible()
    const onDisk = readFileSync(join(planted.root, file), 'utf8').split('\n')
    expect(onDisk[line - 1]).toBe(text)
  }
  await overview.open(server.origin)
  await expect(page.getByRole('complementary', { name: 'Simulator' })).toContainText('answers are made up')
  rmSync(planted.root, { recursive: true })
})

test('three items are tried first, and the launch is copied as a command', async ({ page, api }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('tried', 9, brief))
  await expect(launcher.launchButton).toBeEnabled()
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  const command = await page.evaluate(() => navigator.clipboard.readText())
  expect(command).toMatch(/^curl -X POST 'http:\/\/127\.0\.0\.1:\d+\/api\/runs' /)
  await page.getByRole('button', { name: 'Try 3 items first' }).click()
  const run = new RunPage(page)
  await expect(run.status('Completed')).toBeVisible()
  await expect(run.head).toContainText('sample: first 3 items of every fan-out; fork it to run all')
  expect((await api.run(run.id)).agents.length).toBe(4)
})

test('pressing Launch twice launches once', async ({ page, api }) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('pressed-twice', 2, brief))
  await expect(launcher.plan).toContainText('pressed-twice')
  await launcher.launchButton.dblclick()
  await expect(page).toHaveURL(/\/runs\/[^/]+$/)
  await expect(new RunPage(page).status('Completed')).toBeVisible()
  const { runs } = await api.runs()
  expect(runs.filter(({ title }) => title.startsWith('pressed-twice'))).toHaveLength(1)
})

test.describe('what cannot be launched', () => {
  // The browser notes every refused request; the page tells why.
  test.use({ expectedErrors: /status of (400|403)/ })

  test('a mistake in a script is shown with line and column beside the field', async ({ page, api }) => {
    const before = (await api.runs()).total
    const launcher = new LaunchPage(page)
    await launcher.open()
    await launcher.pasteScript("export const meta = { name: 'x', description: 'y' }\nconst a = = 1\n")
    await expect(launcher.complaint('script')).toHaveText(/^Line 2, column 11: .*does not parse/)
    await expect(launcher.script).toHaveAttribute('aria-invalid', 'true')
    await expect(launcher.launchButton).toBeDisabled()

    await launcher.writeScript(
      "export const meta = { name: 'x', description: 'y' }\n\nimport fs from 'node:fs'\n",
    )
    await expect(launcher.complaint('script')).toHaveText(/^Line 3, column 1: .*import/i)

    await launcher.writeScript(fanOut('no-such-folder', 1, brief))
    await launcher.workspace.fill('/no/such/folder')
    await expect(launcher.complaint('workspace')).toContainText('/no/such/folder')
    await expect(launcher.launchButton).toBeDisabled()
    expect((await api.runs()).total).toBe(before)
  })

  test('arguments that are not JSON are told where they stop being it', async ({ page }) => {
    const launcher = new LaunchPage(page)
    await launcher.open()
    await launcher.pasteScript(fanOut('arguments', 1, brief))
    await launcher.openAdvanced()
    await page.getByLabel('Arguments, as JSON').fill('{ "focus": }')
    await expect(launcher.complaint('args')).toContainText('Not JSON')
    await expect(launcher.launchButton).toBeDisabled()
    await page.getByLabel('Arguments, as JSON').fill('{ "focus": "tests" }')
    await expect(launcher.launchButton).toBeEnabled()
  })
})

test('a workflow asks for its arguments in a form, which is the same as JSON', async ({ page, api }) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.openAdvanced()
  await launcher.field('Focus').fill('security')
  await launcher.field('Max modules').fill('900')
  await expect(launcher.complaint('arg-maxModules')).toHaveText('Max modules: enter 200 or less.')
  await expect(launcher.launchButton).toBeDisabled()
  await launcher.field('Max modules').fill('2')
  await page.getByRole('button', { name: 'Edit inputs as JSON' }).click()
  const json = launcher.field('Arguments, as JSON')
  expect(JSON.parse(await json.inputValue())).toEqual({ focus: 'security', maxModules: 2 })
  await json.fill('{ "focus": "errors" }')
  await page.getByRole('button', { name: 'Fill in a form' }).click()
  await expect(launcher.field('Focus')).toHaveValue('errors')
  await expect(launcher.field('Max modules')).toHaveValue('')
  expect((await api.runs()).runs.some(({ title }) => title.startsWith('code-audit'))).toBe(false)
})

test('a launch is scheduled from its form, run at once, and turned off', async ({ page }) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('nightly', 1, brief))
  await expect(launcher.plan).toContainText('nightly')
  await page.getByRole('button', { name: 'Schedule…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Launch this again and again' })
  await dialog.getByRole('combobox', { name: 'When' }).selectOption('Weekdays at 09:00')
  await dialog.getByLabel('Time zone').fill('Europe/Berlin')
  await expect(dialog.getByRole('status')).toContainText('(Europe/Berlin)')
  await dialog.getByLabel('At most a month, $').fill('30')
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await expect(page).toHaveURL(/\/schedules$/)
  const row = page
    .getByRole('list', { name: 'Schedules' })
    .getByRole('listitem')
    .filter({ hasText: 'Weekdays' })
  await expect(row).toContainText('of sim $30 this month')
  await row.getByRole('button', { name: 'Run now' }).click()
  await expect(row.getByRole('link', { name: 'Completed' })).toBeVisible()
  await row.getByRole('button', { name: 'Turn off' }).click()
  await expect(row.getByRole('button', { name: 'Turn on' })).toBeVisible()
  await row.getByRole('link', { name: 'Completed' }).click()
  await expect(new RunPage(page).status('Completed')).toBeVisible()
})

test('a trigger is made from the launch form, takes a signed body, and is turned off', async ({
  page,
  request,
  baseURL,
}) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('triage', 1, brief))
  await expect(launcher.plan).toContainText('triage')
  await page.getByRole('button', { name: 'Trigger…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add an arg' }).click()
  await dialog.getByLabel('Path 1 in the body').fill('issue.title')
  await dialog.getByLabel('becomes arg 1').fill('title')
  await dialog.getByLabel('A sample body, to try it out').fill('{ "issue": {} }')
  await expect(dialog.getByRole('status')).toContainText('this body has no issue.title')
  await dialog.getByLabel('A sample body, to try it out').fill('{ "issue": { "title": "It breaks" } }')
  await expect(dialog.getByRole('status')).toContainText('"title": "It breaks"')
  await dialog.getByRole('button', { name: 'Make the trigger' }).click()
  const secret = await dialog.getByText(/^whsec_/).innerText()
  const address = await dialog.getByText(/\/fire$/).innerText()
  expect(address.startsWith(baseURL ?? '')).toBe(true)
  await dialog.getByRole('button', { name: 'I have kept the secret' }).click()
  await expect(page).toHaveURL(/\/triggers$/)
  const row = page.getByRole('list', { name: 'Triggers' }).getByRole('listitem').filter({ hasText: 'triage' })
  await expect(row).toContainText('Nothing was delivered yet.')
  const body = JSON.stringify({ issue: { title: 'It breaks' } })
  const deliver = (key: string) => {
    const at = new Date()
    return request.post(address, {
      data: Buffer.from(body),
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(key).sign('msg_1', at, body),
      },
    })
  }
  expect((await deliver(`whsec_${'A'.repeat(43)}=`)).status()).toBe(401)
  expect((await deliver(secret)).status()).toBe(200)
  await page.reload()
  await expect(row).toContainText('A delivery was not taken')
  await expect(row.getByRole('link', { name: 'Completed' })).toBeVisible()
  await row.getByRole('button', { name: 'Turn off' }).click()
  await expect(row.getByRole('button', { name: 'Turn on' })).toBeVisible()
})

test('a draft shows its plan and starts when somebody approves it', async ({ page }) => {
  const launcher = new LaunchPage(page)
  const run = new RunPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('needs-a-yes', 2, brief))
  await launcher.openAdvanced()
  await launcher.field('Start').selectOption('ask')
  await expect(launcher.launchButton).toHaveText('Draft for approval')
  await launcher.launchButton.click()
  await expect(run.status('Draft')).toBeVisible()
  const plan = page.getByRole('region', { name: 'Plan' })
  await expect(plan.getByText('Read', { exact: true })).toBeVisible()
  await expect(plan.getByText('Stops at', { exact: true })).toBeVisible()
  await run.action('Approve').click()
  await expect(run.status('Completed')).toBeVisible()
})

test('every figure of a plan opens into its rows, and the run tells how it held', async ({ page }) => {
  const launcher = new LaunchPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('opened-rows', 2, brief))
  await expect(launcher.plan).toContainText('opened-rows')
  const rows = launcher.plan.getByText('Details', { exact: true }).first()
  await expect(launcher.plan.getByText('Reserved for the first turn').first()).toBeHidden()
  await rows.click()
  await expect(launcher.plan.getByText('Reserved for the first turn').first()).toBeVisible()
  await expect(launcher.plan.getByText(/run in parallel/)).toBeVisible()
  await launcher.launchButton.click()
  const run = new RunPage(page)
  await expect(run.status('Completed')).toBeVisible()
  await run.openDetails()
  await expect(run.head.getByText(/^(?:sim )?\$[\d.]+ \(estimate (?:sim )?\$[\d.]+\) · /)).toBeVisible()
})
