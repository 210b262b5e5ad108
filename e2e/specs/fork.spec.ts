import { expect, test } from '../fixtures'
import { write } from '../pages/editor'
import { ForkDialog } from '../pages/fork-dialog'
import { RunPage } from '../pages/run-page'
import { brief, sim } from '../scripts'

// A script that does not parse is refused on purpose.
test.use({ expectedErrors: /status of 400/ })

/** Three agents and a sum; `second` is what the second one is asked. */
const trio = (
  second: string,
) => `export const meta = { name: 'trio', description: 'Three and a sum', phases: [{ title: 'Ask' }, { title: 'Sum' }] }
phase('Ask')
const said = await parallel(['one', ${JSON.stringify(second)}, 'three'].map((word) => () => agent('Tell about ' + word + ' ${sim(brief)}', { label: 'tell ' + word })))
phase('Sum')
return await agent('Sum up: ' + said.join('; ') + ' ${sim(brief)}', { label: 'sum' })
`

/** The second agent always meets an error of the provider, however often it is asked. */
const failing = `export const meta = { name: 'failing', description: 'One fails', phases: [{ title: 'Read' }, { title: 'Write' }] }
phase('Read')
const parts = await parallel([0, 1, 2].map((at) => () => agent('Read ' + at + (at === 1 ? ' ${sim({ tokens: 5, fault: { kind: 'status', status: 400 } })}' : ' ${sim(brief)}'), { label: 'part ' + at })))
phase('Write')
return await agent('Write up ' + parts.length + ' ${sim({ tokens: 120, tokensPerSecond: 40, speed: 1 })}', { label: 'writer' })
`

test('what failed is tried again in the same run, at a price that is said before', async ({ page, api }) => {
  const id = await api.launch({ script: failing, limits: { usd: 3 } })
  const ended = await api.ended(id)
  expect(ended.outcomeCounts.failed).toBe(1)
  const run = new RunPage(page)
  await run.open(id)
  const button = run.action('Retry failed')
  await expect(button).toContainText(/1 agent, about (?:sim )?\$[\d.]+, reuses (?:sim )?\$[\d.]+/)
  await button.click()
  const dialog = page.getByRole('dialog', { name: 'Retry failed calls?' })
  await expect(dialog).toContainText('reuses 3 of 4 calls')
  await dialog.getByLabel('Raise the cap to ($)').fill('1')
  await expect(dialog.getByText('Enter 3 or more.')).toBeVisible()
  await dialog.getByLabel('Raise the cap to ($)').fill('7')
  await dialog.getByRole('button', { name: 'Retry 1 call' }).click()
  await expect(dialog).toBeHidden()
  await expect(run.viewIs('Map')).toBeVisible()
  await expect(run.head.getByText(/of (?:sim )?\$7/)).toBeVisible()
  await expect
    .poll(async () => (await api.run(id)).agents.find(({ label }) => label === 'part 1')?.attempt)
    .toBe(2)
  const again = await api.ended(id)
  expect(again.run.status).toBe('completed-with-failures')
  await expect(run.status('Completed with failures')).toBeVisible()
  await expect(run.action('Retry failed')).toContainText('1 agent')
})

test('a fork with an edited script runs what its preview said, and names its origin', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: trio('two') })
  await api.ended(id)
  const run = new RunPage(page)
  await run.open(id)
  await run.action('Fork').click()
  await expect(page).toHaveURL(/fork=1/)
  const fork = new ForkDialog(page)

  await write(fork.script, trio('two').replace('return await', 'return await await await ('))
  await fork.preview()
  await expect(fork.box.getByText(/^Line 6/).first()).toBeVisible()

  await write(fork.script, trio('something else'))
  await expect(fork.verdict).toContainText('Something changed since the preview')
  await fork.preview()
  await expect(fork.verdict).toContainText(/reuses 2 of 4 calls worth (?:sim )?\$/)
  await expect(fork.verdict).toContainText(/2 to run, about (?:sim )?\$/i)
  await expect(fork.verdict).toContainText('Ask1 to run')
  await expect(fork.verdict).toContainText('Sum1 to run')
  await fork.launch()
  await expect(page).not.toHaveURL(new RegExp(id))
  await expect(run.head.getByRole('heading', { name: 'trio (fork)' })).toBeVisible()
  const forked = await api.ended(run.id)
  expect(forked.outcomeCounts).toMatchObject({ succeeded: 4, reused: 2 })
  await expect(run.head).toContainText('forked from trio')
  const reused = forked.agents.find(({ reusedFrom }) => reusedFrom !== null)
  await run.open(run.id, '', `?view=map&agent=${reused?.id}`)
  await expect(run.inspector).toContainText('its answer in trio')
  await run.head.getByRole('link', { name: 'trio', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/runs/${id}`))
})

test('an agent is asked otherwise from the inspector, and nothing else is bought but what follows', async ({
  page,
  api,
}) => {
  const id = await api.launch({ script: trio('two') })
  const { agents } = await api.ended(id)
  const agent = agents.find(({ label }) => label === 'tell two')
  const run = new RunPage(page)
  await run.open(id, '', `?view=map&agent=${agent?.id}`)
  await run.inspector.getByRole('button', { name: 'Fork with another prompt…' }).click()
  const fork = new ForkDialog(page)
  const prompt = fork.box.getByRole('textbox', { name: 'Prompt of tell two' })
  await expect(prompt).toHaveValue(/Tell about two/)
  await prompt.fill(`Tell about the number two, at length. ${sim(brief)}`)
  await fork.preview()
  await expect(fork.verdict).toContainText('reuses 2 of 4 calls')
  await fork.launch()
  await expect(page).not.toHaveURL(new RegExp(id))
  await expect(run.head.getByRole('heading', { name: 'trio (fork)' })).toBeVisible()
  const forked = await api.ended(run.id)
  expect(forked.outcomeCounts).toMatchObject({ succeeded: 4, reused: 2 })
  const asked = forked.agents.find(({ label }) => label === 'tell two')?.id ?? ''
  expect((await api.transcript(run.id, asked)).prompt).toContain('the number two, at length')
})
