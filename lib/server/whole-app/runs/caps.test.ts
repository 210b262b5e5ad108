import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { changeSettings } from '../../settings/settings'
import { sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

let app: TestApp | null = null
let clock = createClockAhead()
async function start(options: TestAppOptions = {}): Promise<TestApp> {
  clock = createClockAhead()
  app = await startTestApp({ tuning: { clock }, ...options })
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

const HOUR_MS = 3_600_000
const pausedFor = (reason: string) => (_: Envelope, state: RunState) => state.run.pauseReason === reason
const ask = (count: number, directive: string, options: object = {}) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at + ' ' + ${JSON.stringify(directive)}, ${JSON.stringify(options)})))`
const short = sim({ text: 'ok', tokens: 20 })

describe('tokens of a day', () => {
  test('are reserved before a turn leaves, outlive a crash, and are free again after midnight', async () => {
    const own = await start()
    await changeSettings(own.app, { dayCapTokens: 7000 }, person('ann'))
    const script = ask(10, sim({ tokens: 600 }), { maxTokens: 1500 })
    const runs = [await own.launch(script), await own.launch(script)]
    for (const runId of runs) await own.until(runId, pausedFor('day-token-cap'))
    const { used, reserved } = own.app.dispatcher.usage().tokensToday
    expect(used).toBeGreaterThan(0)
    expect(used + reserved).toBeLessThanOrEqual(7000)
    await own.restart()
    expect(own.app.dispatcher.usage().tokensToday).toEqual({ used, reserved: 0, cap: 7000 })
    const [runId = ''] = runs
    await own.app.engine.resume(runId, person('ann'))
    await own.next(runId, pausedFor('day-token-cap'))
    clock.aheadMs += 24 * HOUR_MS
    await own.app.engine.resume(runId, person('ann'))
    await own.next(runId, ({ event }) => event.type === 'turn.committed')
    await changeSettings(own.app, { dayCapTokens: null }, person('ann'))
    for (const id of runs) await own.app.engine.resume(id, person('ann')).catch(() => {})
    for (const id of runs) expect((await own.ended(id)).outcomeCounts.succeeded).toBe(10)
  })

  test('count what lost turns probably used, in the run as well, also after a crash', async () => {
    const own = await start({
      simulator: { faults: [{ when: { every: 2 }, fault: { kind: 'truncate', afterTokens: 300 } }] },
    })
    const state = await own.ended(await own.launch(ask(4, sim({ tokens: 400 }))))
    expect(state.totals.unsettledTokens).toBeGreaterThan(0)
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, unsettledTokens } = state.totals
    const all = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens + unsettledTokens
    expect(own.app.dispatcher.usage().tokensToday.used).toBe(all)
    await own.restart()
    expect(own.app.dispatcher.usage().tokensToday.used).toBe(all)
  })
})

describe('agents of a day', () => {
  test('are counted before they are made, over all runs and a crash; the run waits, and goes on when raised', async () => {
    const own = await start()
    await own.ended(await own.launch(ask(2, short)))
    await changeSettings(own.app, { dayCapAgents: 5 }, person('ann'))
    const runId = await own.launch(ask(6, short))
    await own.until(
      runId,
      (_, { run, outcomeCounts }) => run.pauseReason === 'day-agent-cap' && outcomeCounts.succeeded === 3,
    )
    const { run, agents } = await own.state(runId)
    expect(agents.size).toBe(3)
    expect(run.reason).toMatch(
      /^The daily cap of 5 agents leaves 0, and 1 more was requested\. Raise it under Costs/,
    )
    await own.restart()
    expect(own.app.dispatcher.usage().agentsToday).toEqual({ used: 5, reserved: 0, cap: 5 })
    await own.app.engine.resume(runId, person('ann'))
    await own.next(runId, pausedFor('day-agent-cap'))
    await changeSettings(own.app, { dayCapAgents: 7 }, person('ann'))
    await own.app.engine.resume(runId, person('ann'))
    await own.next(runId, (_, { run, agents }) => run.pauseReason === 'day-agent-cap' && agents.size === 5)
    clock.aheadMs += 24 * HOUR_MS
    await own.app.engine.resume(runId, person('ann'))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(6)
    expect(own.app.dispatcher.usage().agentsToday.used).toBe(1)
  })
})
