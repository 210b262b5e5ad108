import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { retryFailed } from '../../runs/act-on-run'
import { previewRetry } from '../../runs/fork'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

/** The request fails the first time it is heard, and is answered the second time. */
const once = async (word: string) => {
  const faults = [
    { when: { match: word, times: 1 }, fault: { kind: 'status', status: 400, message: 'not now' } },
  ]
  const response = await fetch(`${app.simulator.url}/__sim/config`, {
    method: 'POST',
    body: JSON.stringify({ faults }),
  })
  expect(response.status).toBe(200)
}

describe('retry failed', () => {
  test('tries failed agents again in the same run, keeps what was answered, and runs what depends on them', async () => {
    await once('brittle')
    const runId = await app.launch(`
const all = await parallel(['steady', 'brittle', 'sturdy'].map((word) => () => agent('Say ' + word)))
return { missing: all.filter((one) => one === null).length, sum: await agent('Sum: ' + all.join('; ')) }`)
    const first = await app.ended(runId)
    expect(first.run.status).toBe('completed-with-failures')
    expect(await app.result(runId)).toMatchObject({ missing: 1 })
    const again = app.next(runId, ({ event }) => event.type === 'run.ended')
    const { run } = await retryFailed(app.app, runId, {}, person('somebody'))
    expect(['queued', 'running']).toContain(run.status)
    await again
    await app.app.engine.atRest(runId)
    const state = await app.state(runId)
    expect(state.run).toMatchObject({ status: 'completed', error: null })
    expect(await app.result(runId)).toMatchObject({ missing: 0 })
    expect(state.agents.get('a2')).toMatchObject({ status: 'succeeded', attempt: 2 })
    const journal = await app.journal(runId)
    expect(eventsOf(journal, 'run.retried')).toEqual([
      {
        type: 'run.retried',
        refusals: [],
        forgotten: ['a2'],
        actor: person('somebody'),
        paidBy: person('somebody'),
      },
    ])
    const bought = eventsOf(journal, 'turn.committed').map(({ agentId }) => agentId)
    expect(bought.sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5'])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 5, failed: 0 })
  })

  test('is refused where there is nothing to retry, and says what to do instead', async () => {
    const fine = await app.launch(`return await agent('fine')`)
    await app.ended(fine)
    await expect(retryFailed(app.app, fine, {}, person('tester'))).rejects.toThrow(
      'No agent of this run failed',
    )
    const thrown = await app.launch(`await agent('fine')\nthrow new Error('mine')`)
    await app.ended(thrown)
    await expect(retryFailed(app.app, thrown, {}, person('tester'))).rejects.toThrow(
      'Edit it and fork the run',
    )
    const draft = await app.launch(`return 1`, { approval: 'ask' })
    await expect(retryFailed(app.app, draft, {}, person('tester'))).rejects.toThrow('The run is draft')
    await expect(retryFailed(app.app, 'nobody', {}, person('tester'))).rejects.toThrow(
      'There is no run nobody',
    )
  })
})

test('a preview of a retry says what it then does: what `failIf` turned down, what failed, what a cap refused, and what hangs on it', async () => {
  await once('brittle 2')
  const runId = await app.launch(
    `const all = await parallel(Array.from({ length: 30 }, (_, at) => () =>
       agent('brittle ' + at, { phase: 'Read', failIf: () => at < 21 })))
     return all.filter(Boolean).length > 0 ? agent('sum ' + all.filter(Boolean).join(), { phase: 'Sum' }) : null`,
    { limits: { agents: 29 }, minSuccess: 0 },
  )
  const first = await app.ended(runId)
  expect(first.outcomeCounts).toMatchObject({ failed: 21, refusedCalls: 2 })
  const limits = { agents: 40 }
  const estimated = await previewRetry(
    app.app,
    runId,
    { limits },
    person('ann'),
    new AbortController().signal,
  )
  const before = eventsOf(await app.journal(runId), 'turn.committed').length
  await retryFailed(app.app, runId, { limits }, person('ann'))
  await app.app.engine.atRest(runId)
  const state = await app.state(runId)
  const bought = eventsOf(await app.journal(runId), 'turn.committed').length - before
  expect(estimated.toRun.calls).toBe(bought)
  expect(estimated.toRun.phases).toEqual([
    { phase: 'Read', calls: 22 },
    { phase: 'Sum', calls: 1 },
  ])
  const cost = state.totals.spentNanoUsd - first.totals.spentNanoUsd
  expect(cost).toBeGreaterThan(estimated.toRun.costNanoUsd?.low ?? Number.POSITIVE_INFINITY)
  expect(cost).toBeLessThan(estimated.toRun.costNanoUsd?.high ?? 0)
})

test('a preview counts what failed alone, also where that would have tripped the breaker of so short a run', async () => {
  const bad = sim({ fault: { kind: 'status', status: 400, message: 'no' } })
  const runId = await app.launch(
    `const all = []
     for (let at = 0; at < 12; at++)
       all.push(await agent('turn ' + at + (at % 3 === 0 ? ${JSON.stringify(bad)} : ''), { retries: 0 }))
     return all.length`,
    { breaker: { failures: 3 }, minSuccess: 0 },
  )
  expect((await app.ended(runId)).outcomeCounts).toMatchObject({ succeeded: 8, failed: 4 })
  const preview = await previewRetry(app.app, runId, {}, person('ann'), new AbortController().signal)
  expect(preview).toMatchObject({ isWhole: true, reused: { calls: 8 }, toRun: { calls: 4 } })
})
