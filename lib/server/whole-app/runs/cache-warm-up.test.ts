import { afterEach, expect, test } from 'vitest'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

/**
 * Twelve agents with the same tools and instructions; long instructions, so their beginning can be
 * cached.
 */
const fanOut = `return parallel(Array.from({ length: 12 }, (_, at) => () =>
  agent('question ' + at + ' ' + ${JSON.stringify(sim({ tokens: 20, ttftMs: 500, speed: 1 }))})))`

async function tokensOf(own: TestApp, cacheWarmUpSeconds: number) {
  const runId = await own.launch(fanOut, { workspace: own.workspace, cacheWarmUpSeconds })
  const { totals, outcomeCounts } = await own.ended(runId)
  expect(outcomeCounts.succeeded).toBe(12)
  return { runId, totals }
}

test('agents with the same beginning wait for the first to fill the cache, and read what it wrote', async () => {
  const own = await startTestApp({ files: { 'a.txt': 'alpha' } })
  app = own
  const { runId, totals } = await tokensOf(own, 15)
  const waited = eventsOf(await own.journal(runId), 'agent.waiting').filter(
    ({ reason }) => reason === 'cache-warm-up',
  )
  expect(waited).toHaveLength(11)
  const committed = eventsOf(await own.journal(runId), 'turn.committed')
  const readers = committed.filter(({ usage }) => usage.cacheReadTokens > 0)
  expect(readers).toHaveLength(11)
  const prefix = Math.max(...committed.map(({ usage }) => usage.cacheReadTokens))
  expect(totals.cacheReadTokens).toBe(11 * prefix)
})

test('without waiting each pays for a cache of its own, which costs more', async () => {
  const own = await startTestApp({ files: { 'a.txt': 'alpha' } })
  app = own
  const { runId, totals } = await tokensOf(own, 0)
  expect(
    eventsOf(await own.journal(runId), 'agent.waiting').filter(({ reason }) => reason === 'cache-warm-up'),
  ).toEqual([])
  await own.dispose()
  app = await startTestApp({ files: { 'a.txt': 'alpha' } })
  const { totals: waited } = await tokensOf(app, 15)
  expect(waited.cacheReadTokens).toBeGreaterThan(totals.cacheReadTokens)
  expect(waited.spentNanoUsd).toBeLessThan(totals.spentNanoUsd)
})
