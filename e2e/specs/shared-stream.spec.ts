import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { RunPage } from '../pages/run-page'
import { fanOut, watchable } from '../scripts'

/**
 * The streams that pages of a browser have asked for, and the page that asked last: it holds the connection.
 */
function streamsOf(context: BrowserContext) {
  const seen: { path: string; page: Page }[] = []
  context.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') return
    seen.push({ path: new URL(request.url()).pathname, page: request.frame().page() })
  })
  return seen
}

test('eight tabs of one browser stay live on one connection, and go on when the tab that holds it closes', async ({
  context,
  api,
}) => {
  // Eight pages load, which takes a busy machine its time: the runs are cancelled long before they would end.
  test.slow()
  const streams = streamsOf(context)
  const moving = { ...watchable, tokens: 60 }
  const ids = await Promise.all(
    ['one', 'two', 'three'].map((name) => api.launch({ script: fanOut(name, 400, moving), concurrency: 1 })),
  )
  // Slowly: a page draws the first 20,000 characters, and opening eight tabs takes some machines minutes.
  const spoken = await api.launch({
    script: fanOut('spoken', 1, { ...watchable, tokens: 6_000, tokensPerSecond: 8 }),
  })
  const [shared = '', second = '', third = ''] = ids

  const open = async (id: string, query = '') => {
    const run = new RunPage(await context.newPage())
    // The log is the lightest view: eight maps would keep two cores busy with drawing.
    await run.open(id, '', `?view=log${query}`)
    return run
  }
  const moved: RunPage[] = []
  for (const id of [shared, shared, shared, shared, second, third]) moved.push(await open(id))
  const heard = [
    await open(spoken, '&agent=a1&tab=transcript'),
    await open(spoken, '&agent=a1&tab=transcript'),
  ]
  for (const run of [...moved, ...heard]) await expect(run.connection('Live')).toBeVisible()
  expect(new Set(streams.map(({ path }) => path))).toEqual(new Set(['/api/stream']))

  const said = async (run: RunPage) => ((await run.liveText.textContent()) ?? '').length
  for (let times = 0; times < 2; times++) {
    await streams.at(-1)?.page.close()
    for (const run of moved.filter((one) => !one.page.isClosed())) {
      const before = await run.count('Succeeded')
      await expect.poll(() => run.count('Succeeded')).toBeGreaterThan(before)
      await expect(run.connection('Live')).toBeVisible()
    }
    for (const run of heard.filter((one) => !one.page.isClosed())) {
      await expect(run.liveText).toBeVisible()
      const before = await said(run)
      await expect.poll(() => said(run)).toBeGreaterThan(before)
    }
  }
  for (const id of [...ids, spoken]) await api.act(id, 'cancel')
  for (const run of [...moved, ...heard].filter((one) => !one.page.isClosed())) {
    await expect(run.status('Cancelled')).toBeVisible()
    await run.page.close()
  }
})

test('tabs share a connection where the browser gives no locks, as on plain HTTP from another machine', async ({
  context,
  api,
}) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }))
  const streams = streamsOf(context)
  const id = await api.launch({
    script: fanOut('unlocked', 90, { ...watchable, tokens: 60 }),
    concurrency: 1,
  })
  const runs: RunPage[] = []
  for (let at = 0; at < 3; at++) {
    const run = new RunPage(await context.newPage())
    await run.open(id, '', '?view=log')
    await expect(run.connection('Live')).toBeVisible()
    runs.push(run)
  }
  expect(new Set(streams.map(({ page }) => page)).size).toBe(1)
  await streams.at(-1)?.page.close()
  for (const run of runs.filter((one) => !one.page.isClosed())) {
    const before = await run.count('Succeeded')
    await expect.poll(() => run.count('Succeeded')).toBeGreaterThan(before)
  }
  await api.act(id, 'cancel')
})
