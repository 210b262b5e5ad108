import { afterEach, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { changeBudgets, readBudgets } from '../../money/budgets'
import { addQuota, listQuotas } from '../../money/quotas'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

/** Without a key: everything goes to the simulator, and its money is nobody's. */
async function startKeyless(): Promise<TestApp> {
  app = await startTestApp({
    tuning: { clock: createClockAhead() },
    env: {
      SKEIN_PROVIDER: 'simulator',
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: '',
      SKEIN_SIMULATOR_SPEED: '0',
    },
  })
  return app
}

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const spend = (count: number) =>
  `return (await parallel(Array.from({ length: ${count} }, (_, i) => () => agent('q' + i + ${JSON.stringify(sim({ tokens: 3000 }))})))).length`

test('it meets no cap of a day or a month, no quota, no budget and no warning, however much it would have been', async () => {
  const own = await startKeyless()
  await changeBudgets(own.app, {
    dayCapUsd: 0.01,
    monthCapUsd: 0.01,
    dayCapTokens: 100,
    dayCapAgents: 1,
    budgets: [{ scope: 'user', name: 'tester', period: 'day', usd: 0.001 }],
  })
  const subject = { kind: 'project', id: 'default' } as const
  await addQuota(own.app, { subject, period: 'day', unit: 'usd', amount: 0.01 })
  await addQuota(own.app, { subject, period: 'month', unit: 'agents', amount: 1 })
  for (let launched = 0; launched < 6; launched++) {
    const state = await own.ended(await own.launch(spend(3)))
    expect(state.run).toMatchObject({ status: 'completed', simulated: true })
    expect(state.totals.spentNanoUsd).toBeGreaterThan(80_000_000)
  }
  await own.app.alerts.atRest()
  expect(own.app.alerts.open()).toEqual([])
  const nothing = { spentNanoUsd: 0, unsettledNanoUsd: 0, reservedNanoUsd: 0, capNanoUsd: 10_000_000 }
  expect(await readBudgets(own.app)).toMatchObject({
    simulated: false,
    isSimulator: true,
    day: nothing,
    month: nothing,
    tokensToday: { used: 0, cap: 100 },
    agentsToday: { used: 0, cap: 1 },
    budgets: [{ spentNanoUsd: 0 }],
  })
  expect(await listQuotas(own.app)).toMatchObject({
    isSimulator: true,
    quotas: [
      { used: 0, reserved: 0 },
      { used: 0, reserved: 0 },
    ],
  })
  const { simulated, today } = await own.app.overview.read()
  expect([simulated, today.capNanoUsd, today.spentNanoUsd > 0]).toEqual([true, null, true])
})

test.each([
  ['a run', { usd: 0.1 }, 'usd-cap'],
  ['a phase', { phases: { Agents: { usd: 0.1 } } }, 'phase-usd-cap'],
] as const)('caps of %s work in it, so that they can be tried', async (_, limits, reason) => {
  const own = await startKeyless()
  const id = await own.launch(spend(40), { limits })
  await own.until(id, isPaused)
  const { run, totals } = await own.state(id)
  expect(run.pauseReason).toBe(reason)
  expect(totals.spentNanoUsd).toBeLessThanOrEqual(100_000_000)
  // The overview shows runs of both kinds, and is told of each whose money its sentence is in.
  expect((await own.app.overview.read()).needsPerson).toMatchObject([
    { runId: id, kind: 'budget', simulated: true },
  ])
})

test('a run goes on with the money it began with, whatever the server is given at its next start', async () => {
  const env: Record<string, string> = {}
  app = await startTestApp({ env })
  const own = app
  const waits = `const first = await agent('one ${sim({ text: 'ok', tokens: 50 })}')
    await checkpoint({ title: 'go on?' })
    return [first, await agent('two ${sim({ text: 'ok', tokens: 50 })}')]`
  const asks = (_: Envelope, state: RunState) => state.checkpoints.length > 0
  const real = await own.launch(waits)
  await own.until(real, asks)
  Object.assign(env, { SKEIN_PROVIDER: 'simulator', SKEIN_SIMULATOR_SPEED: '0' })
  await own.restart()
  const simulated = await own.launch(waits)
  await own.until(simulated, asks)
  await own.app.engine.answer(real, 'c1', true, person('ann'))
  await own.until(real, isPaused)
  expect((await own.state(real)).run).toMatchObject({
    pauseReason: 'credential',
    reason: expect.stringMatching(/started with a real model, but the server now uses the simulator/),
  })
  Object.assign(env, { SKEIN_PROVIDER: 'anthropic' })
  await own.restart()
  await own.app.engine.resume(real, person('ann'))
  await own.app.engine.answer(simulated, 'c1', true, person('ann'))
  const [ended, trial] = [await own.ended(real), await own.ended(simulated)]
  expect(ended.run).toMatchObject({ status: 'completed', simulated: false })
  expect(trial.run).toMatchObject({ status: 'completed', simulated: true })
  const spent = (await own.app.store.spentByDay(false)).reduce((sum, day) => sum + day.spentNanoUsd, 0)
  expect(spent).toBe(ended.totals.spentNanoUsd)
  expect(own.app.dispatcher.usage().today.spentNanoUsd).toBe(spent)
})
