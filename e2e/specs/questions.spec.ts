import { rmSync } from 'node:fs'
import type { Locator } from '@playwright/test'
import { Api } from '../api'
import { expect, test } from '../fixtures'
import { write } from '../pages/editor'
import { LaunchPage } from '../pages/launch-page'
import { Questions } from '../pages/questions'
import { RunPage } from '../pages/run-page'
import { RunsPage } from '../pages/runs-page'
import { plant } from '../planted'
import { asksForm, asksYesNo, brief, fanOut } from '../scripts'

const wide = { width: 1440, height: 900 }
const sizes = [
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]

/** Whether a press in the middle of it would reach it: nothing lies over it. */
async function isOnTop(button: Locator): Promise<boolean> {
  await button.scrollIntoViewIfNeeded()
  return button.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const hit = document.elementFromPoint(left + width / 2, top + height / 2)
    return hit !== null && element.contains(hit)
  })
}

test('a yes or no is answered on the overview', async ({ page, api }) => {
  const title = 'Publish the report of the week?'
  const id = await api.launch({ script: asksYesNo(title), title: 'Asks on the overview' })
  const questions = new Questions(page)
  await page.goto('/')
  const card = questions.onOverview(title)
  await expect(card).toContainText('Asks on the overview')
  await expect(card).toContainText(/(59|60)m .* left, then the default applies: declined/)
  await expect(card).toContainText('The scout saw 3 modules')
  await card.getByRole('button', { name: `Approve: ${title}` }).click()
  await expect(card).toBeHidden()
  await api.ended(id)
  expect((await api.result(id)).result).toMatchObject({ yes: true })

  const run = new RunPage(page)
  await run.open(id, '', '?view=questions')
  await expect(page.getByRole('region', { name: 'Questions', exact: true })).toContainText(
    /was answered( by .+)?: approved/,
  )
  await run.show('Log')
  await expect(run.log).toContainText(`Asked: ${title}`)
  await expect(run.log).toContainText(`${title} was answered`)
})

test.describe('a form', () => {
  test.use({ expectedErrors: /status of (400|409)/ })

  test('is opened by its link, keeps what was typed, refuses rubbish at its field, and tells who was first', async ({
    page,
    request,
    api,
  }) => {
    const id = await api.launch({ script: asksForm, title: 'Asks in a form' })
    const asking = await api.until(id, ({ checkpoints }) => checkpoints.length > 0)
    const checkpointId = asking.checkpoints[0]?.checkpointId ?? ''
    const questions = new Questions(page)
    const run = new RunPage(page)
    await page.goto('/')
    await questions
      .onOverview('How should the release be checked?')
      .getByRole('link', { name: /^Answer/ })
      .click()
    await expect(page).toHaveURL(new RegExp(`question=${checkpointId}`))
    await expect(
      questions.card('How should the release be checked?').getByRole('heading').first(),
    ).toBeFocused()
    await expect(page).toHaveTitle(/^1 question · /)
    await expect(page.getByRole('link', { name: /^Needs you/ })).toContainText('1')
    await expect(page.getByRole('radio', { name: 'usual' })).toBeChecked()

    await page.getByRole('radio', { name: 'deep' }).check()
    const owner = page.getByLabel('Who is told')
    await owner.fill('A')
    await page.keyboard.press('Escape')
    await expect(owner).toHaveValue('A')
    await page.getByLabel('Checkers a finding').fill('two')
    await questions.button('Answer').click()
    await expect(questions.panel.getByText('Checkers a finding: enter a whole number.')).toHaveCount(0)
    await expect(questions.panel.getByText('Checkers a finding: enter a number.')).toBeVisible()
    await page.getByLabel('Checkers a finding').fill('3')
    await page.getByLabel('Only these folders').fill('["NOT", "src"]')
    await questions.button('Answer').click()
    await expect(page.locator(`#answer-${checkpointId}-owner-note`)).toContainText(/2 characters/)
    await expect(owner).toHaveAttribute('aria-invalid', 'true')
    await page.reload()
    await expect(owner).toHaveValue('A')
    await expect(page.getByRole('radio', { name: 'deep' })).toBeChecked()

    await owner.fill('Ada')
    await page.getByLabel('Only these folders').fill('["src/web"]')
    await questions.button('Edit answer as JSON').click()
    expect(JSON.parse(await page.getByLabel('Answer, as JSON').inputValue())).toEqual({
      depth: 'deep',
      votes: 3,
      owner: 'Ada',
      paths: ['src/web'],
    })
    const other = await request.post(`/api/runs/${id}/checkpoints/${checkpointId}`, {
      data: { answer: { depth: 'quick', votes: 1, owner: 'Grace' } },
    })
    expect(other.ok()).toBe(true)
    await questions.closed(/was answered( by .+)?: depth quick, votes 1, owner Grace/)
    await expect(run.status('Completed')).toBeVisible()
    expect((await api.result(id)).result).toEqual({ depth: 'quick', votes: 1, owner: 'Grace' })
  })
})

test.describe('a goal', () => {
  // The browser notes the refusal of a script that cannot be read; the page tells why.
  test.use({ expectedErrors: /status of 400/ })

  test('is planned first: changed in words, then by hand, and run as changed', async ({
    page,
    request,
    newServer,
  }) => {
    test.setTimeout(120_000)
    const planted = plant()
    const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
    const api = new Api(request, server.origin)
    const launcher = new LaunchPage(page)
    const run = new RunPage(page)
    const questions = new Questions(page)
    await page.goto(
      `${server.origin}/launch?goal=${encodeURIComponent('Find swallowed errors and report them')}`,
    )
    await expect(launcher.field('Goal').last()).toHaveValue('Find swallowed errors and report them')
    await expect(page.getByRole('radio', { name: /^Plan first/ })).toBeChecked()
    await expect(launcher.plan).toContainText('Nothing else is spent before you decide.')
    await expect(launcher.plan).toContainText('1 agent')
    await expect(launcher.plan.getByRole('button', { name: 'Dry run' })).toHaveCount(0)
    await launcher.launchButton.click()

    await expect(questions.card('Run this plan?')).toBeVisible({ timeout: 45_000 })
    await expect(questions.preview.getByRole('listitem').first()).toBeVisible()
    for (const size of [...sizes, wide]) {
      await page.setViewportSize(size)
      for (const name of ['Run this plan', 'Request change', 'Stop'])
        expect(await isOnTop(questions.button(name)), `${name} can be pressed at ${size.width} px`).toBe(true)
    }
    await questions.button('Request change').click()
    await expect(questions.panel.getByText('Describe the change.')).toBeVisible()
    await questions.words.fill('Check every finding with a second agent')
    await questions.button('Request change').click()
    await questions.closed(/was answered( by .+)?: a change: Check every finding/)
    await expect(questions.card('Run this plan?')).toBeVisible({ timeout: 45_000 })
    expect((await api.run(run.id)).agents.map(({ label }) => label)).toContain('planner, change 1')

    await write(questions.script, "export const meta = { name: 'x', description: 'y' }\nconst a = = 1\n")
    await expect(questions.panel.getByRole('button', { name: /^Line 2, column 11/ })).toBeVisible()
    await expect(questions.button('Run edited plan')).toBeDisabled()
    await write(questions.script, fanOut('by-hand', 3, brief))
    await expect(questions.preview).toContainText('by-hand')
    await questions.button('Run edited plan').click()
    await expect(run.status('Completed')).toBeVisible({ timeout: 45_000 })
    const ended = await api.run(run.id)
    expect(ended.agents.filter(({ label }) => label.startsWith('part '))).toHaveLength(3)

    await page.getByRole('link', { name: 'Launch again' }).click()
    await expect(launcher.field('Goal').last()).toHaveValue('Find swallowed errors and report them')
    rmSync(planted.root, { recursive: true })
  })

  test('is decided as it goes: agents appear with the one that started them', async ({
    page,
    request,
    newServer,
  }) => {
    test.setTimeout(120_000)
    const planted = plant()
    const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: planted.root } })
    const api = new Api(request, server.origin)
    const launcher = new LaunchPage(page)
    const run = new RunPage(page)
    await page.goto(
      `${server.origin}/launch?mode=live&goal=${encodeURIComponent('Describe every file of this folder')}`,
    )
    await expect(page.getByRole('radio', { name: /^Decide as you go/ })).toBeChecked()
    await expect(launcher.plan).toContainText('unknown until it runs')
    await launcher.launchButton.click()
    await expect(run.status('Completed')).toBeVisible({ timeout: 60_000 })
    const { agents } = await api.run(run.id)
    const leader = agents.find(({ label }) => label === 'orchestrator')
    const child = agents.find(({ parentId }) => parentId === leader?.id)
    expect(child).toBeDefined()
    await run.open(run.id, server.origin, `?view=table&agent=${child?.id}`)
    await expect(run.inspector.getByText('Started by')).toBeVisible()
    await run.inspector.getByRole('link', { name: 'orchestrator' }).click()
    await expect(page).toHaveURL(new RegExp(`agent=${leader?.id}`))
    rmSync(planted.root, { recursive: true })
  })
})

test('a dry run is marked wherever it is shown, and says what it would have been', async ({ page }) => {
  const launcher = new LaunchPage(page)
  const run = new RunPage(page)
  await launcher.open()
  await launcher.pasteScript(fanOut('dry-run-heron', 20, brief))
  await launcher.openAdvanced()
  await launcher.field('Title').fill('Dry-run heron')
  await expect(launcher.plan).toContainText('dry-run-heron')
  await launcher.plan.getByRole('button', { name: 'Dry run' }).click()
  await page.getByLabel('Rate limits, %').fill('95')
  await expect(page.getByText('Enter 0 to 90.')).toBeVisible()
  await page.getByLabel('Rate limits, %').fill('10')
  await page.getByRole('button', { name: 'Start the dry run' }).click()
  await expect(run.head.getByText('Dry run', { exact: true })).toBeVisible()
  await expect(run.head.getByRole('note')).toContainText(
    /This would have been 21 agents, (?:sim )?\$[\d.]+–(?:sim )?\$[\d.]+, about .*survives 10% rate limits/,
    {
      timeout: 45_000,
    },
  )
  await expect(page).toHaveTitle(/Dry run · Dry-run heron/)
  await page.goto(`${new URL(page.url()).pathname}?view=cost`)
  await expect(page.getByText('Simulated', { exact: true }).locator('..')).toContainText('$')
  await expect(page.getByText('Booked', { exact: true })).toHaveCount(0)
  await page.goto('/runs')
  await expect(new RunsPage(page).row('Dry-run heron').getByText('Dry run', { exact: true })).toBeVisible()
})
