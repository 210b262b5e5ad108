import { Api } from '../api'
import { expect, test } from '../fixtures'
import { OverviewPage } from '../pages/overview-page'
import { RunPage } from '../pages/run-page'
import { fanOut } from '../scripts'

// A killed server refuses and cuts connections; the pages say so in their own words.
test.use({
  expectedErrors: /net::ERR_(CONNECTION_\w+|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/,
})

test('a run outlives kill -9: the open page comes back by itself and no committed turn is lost or doubled', async ({
  page,
  request,
  newServer,
}) => {
  const server = await newServer()
  const api = new Api(request, server.origin)
  const script = fanOut('outlives', 32, { tokens: 120, tokensPerSecond: 40, ttftMs: 100, speed: 1 })
  const id = await api.launch({ script, concurrency: 8 })
  const run = new RunPage(page)
  await run.open(id, server.origin)
  await expect.poll(() => run.count('Succeeded')).toBeGreaterThanOrEqual(10)
  const before = await api.journal(id)

  await server.kill()
  await expect(run.connection(/^Reconnecting/)).toBeVisible()
  expect(await run.count('Succeeded')).toBeGreaterThanOrEqual(10)
  await server.start()
  await expect(run.connection('Live')).toBeVisible()
  await expect(run.status('Completed')).toBeVisible({ timeout: 40_000 })

  const after = await api.journal(id)
  expect(after.slice(0, before.length)).toEqual(before)
  const committed = after.flatMap(({ event }) =>
    event.type === 'turn.committed' ? [`${event.agentId} ${event.turn}`] : [],
  )
  expect(new Set(committed).size).toBe(committed.length)
  const { totals, outcomeCounts, agents } = await api.run(id)
  expect(committed).toHaveLength(33)
  expect(totals.turns).toBe(33)
  expect(outcomeCounts.succeeded).toBe(33)
  expect(agents.every(({ turns }) => turns === 1)).toBe(true)
  await expect(run.statusCount('Succeeded')).toContainText('33')

  const agent = agents[0]?.id ?? ''
  for (const path of ['/', '/launch', '/runs', `/runs/${id}`, `/runs/${id}/agents/${agent}`]) {
    await page.goto(server.origin + path)
    await expect(page.getByRole('banner').getByText('Simulator', { exact: true })).toBeVisible()
  }
})

test('the overview says that it has lost the server, and finds it again', async ({ page, newServer }) => {
  const server = await newServer()
  await new OverviewPage(page).open(server.origin)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await server.kill()
  await expect(page.getByText('Reconnecting…')).toBeVisible()
  await server.start()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
})

test('what is opened while the server is away opens when it is back', async ({ page, newServer }) => {
  const server = await newServer()
  await new OverviewPage(page).open(server.origin)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await server.kill()
  await expect(page.getByText('Reconnecting…')).toBeVisible()
  const refused = page.waitForEvent('requestfailed', (request) => request.url().endsWith('.js'))
  await page.getByRole('button', { name: 'Open the command palette' }).click()
  await refused
  await server.start()
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
})
