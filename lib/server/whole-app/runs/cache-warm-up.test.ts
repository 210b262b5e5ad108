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

test('agents that answer in different forms share what stands before the answer', async () => {
  const own = await startTestApp({ files: { 'a.txt': 'alpha' } })
  app = own
  const schema = (name: string) => ({
    type: 'object',
    properties: { [name]: { type: 'string' } },
    required: [name],
  })
  const runId = await own.launch(
    `for (const schema of ${JSON.stringify([schema('one'), schema('other')])}) await agent('look', { schema })`,
    { workspace: own.workspace },
  )
  expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
  const first = eventsOf(await own.journal(runId), 'turn.committed').filter(({ turn }) => turn === 0)
  expect(first.map(({ usage }) => usage.cacheReadTokens > 0)).toEqual([false, true])
})

test('an agent that leads others writes its prefix for an hour', async () => {
  const own = await startTestApp()
  app = own
  const runId = await own.launch(`return agent(${JSON.stringify(sim({ text: 'done' }))}, { spawn: true })`)
  await own.ended(runId)
  const [turn] = eventsOf(await own.journal(runId), 'turn.committed')
  expect(turn?.usage.cacheWrite1hTokens).toBeGreaterThan(0)
  expect(turn?.usage.cacheWrite5mTokens).toBe(0)
})
