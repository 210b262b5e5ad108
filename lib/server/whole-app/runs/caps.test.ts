import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { patchRun } from '../../runs/act-on-run'
import { changeSettings } from '../../settings/settings'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

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
const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const pausedFor = (reason: string) => (_: Envelope, state: RunState) => state.run.pauseReason === reason
const ask = (count: number, directive: string, options: object = {}) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at + ' ' + ${JSON.stringify(directive)}, ${JSON.stringify(options)})))`
const hang = sim({ text: 'words before the silence', fault: { kind: 'body-stall', afterTokens: 4 } })
const short = sim({ text: 'ok', tokens: 20 })

describe('a turn that a cap cut short', () => {
  const long = `return agent('long ${sim({ tokens: 3200 })}', { maxTokens: 4000, phase: 'Read' })`

  test.each<[string, LaunchInput['limits'], string, string | null]>([
    ["the run's cap of 3,000 tokens", { tokens: 3000 }, 'token-cap', null],
    ["the “Read” phase's cap of $0.0300", { phases: { Read: { usd: 0.03 } } }, 'phase-usd-cap', 'Read'],
    [
      "the “Read” phase's cap of 3,000 tokens",
      { phases: { Read: { tokens: 3000 } } },
      'phase-token-cap',
      'Read',
    ],
  ])('says that it was %s, and is given again after a crash', async (name, limits, reason, phase) => {
    const own = await start()
    const runId = await own.launch(long, { limits })
    await own.until(runId, isPaused)
    const [paused] = eventsOf(await own.journal(runId), 'run.paused')
    expect(paused).toMatchObject({
      reason,
      phase,
      detail: expect.stringContaining(`cut short: ${name} left room`),
    })
    await own.restart()
    const lifted = { usd: 5, tokens: null, phases: { Read: { usd: null, tokens: null } } }
    await patchRun(own.app, runId, { limits: lifted }, person('ann'))
    await own.app.engine.resume(runId, person('ann'))
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      status: 'succeeded',
      turns: 2,
      flags: [],
    })
  })

  test('of a day is named too', async () => {
    const own = await start()
    await changeSettings(own.app, { dayCapTokens: 3000 }, person('ann'))
    const runId = await own.launch(long)
    await own.until(runId, isPaused)
    const [paused] = eventsOf(await own.journal(runId), 'run.paused')
    expect(paused).toMatchObject({
      reason: 'day-token-cap',
      detail: expect.stringContaining('cut short: the daily cap of 3,000 tokens left room'),
    })
  })
})

describe("a phase's wall clock", () => {
  const limits = { phases: { Read: { wallClockSeconds: 100 } } }
  const reading = `return agent(${JSON.stringify(hang)}, { phase: 'Read' })`

  test('goes on after a crash, leaves out pauses, pauses the run by its name, and can be raised', async () => {
    const own = await start()
    const runId = await own.launch(reading, { limits })
    await own.heard(runId, 1)
    clock.aheadMs += 60_000
    await own.app.engine.pause(runId, person('ann'))
    clock.aheadMs += 10 * HOUR_MS
    await own.app.engine.resume(runId, person('ann'))
    await own.restart()
    await own.heard(runId, 1)
    expect((await own.state(runId)).run.status).toBe('running')
    clock.aheadMs += 50_000
    await own.until(runId, pausedFor('phase-wall-clock-cap'))
    const [, paused] = eventsOf(await own.journal(runId), 'run.paused')
    expect(paused).toMatchObject({
      reason: 'phase-wall-clock-cap',
      phase: 'Read',
      detail: 'The “Read” phase has reached its time limit of 100 seconds. Raise the limit to continue.',
      actor: null,
    })
    await patchRun(own.app, runId, { limits: { phases: { Read: { wallClockSeconds: 300 } } } }, person('ann'))
    await own.app.engine.resume(runId, person('ann'))
    clock.aheadMs += 250_000
    await own.next(runId, pausedFor('phase-wall-clock-cap'))
    expect((await own.state(runId)).run.reason).toContain('limit of 300 seconds')
  })

  test('stands while another phase works, and stops nobody once its agents have ended', async () => {
    const own = await start()
    const script = `await agent('quick ${short}', { phase: 'Read' })\n${reading.replace('Read', 'Write')}`
    const runId = await own.launch(script, { limits })
    await own.heard(runId, 1)
    clock.aheadMs += 10 * HOUR_MS
    await patchRun(own.app, runId, { limits: { phases: { Write: { wallClockSeconds: 50 } } } }, person('ann'))
    await own.until(runId, isPaused)
    expect((await own.state(runId)).run.pausePhase).toBe('Write')
  })

  test('ends the run where that was chosen', async () => {
    const own = await start()
    const runId = await own.launch(reading, { limits, onLimit: 'end' })
    await own.heard(runId, 1)
    clock.aheadMs += 100_000
    expect((await own.ended(runId)).run).toMatchObject({
      status: 'stopped-at-limit',
      reason:
        'The “Read” phase has reached its time limit of 100 seconds. A fork with higher limits continues from here and reuses these answers.',
    })
  })
})

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

  test('of a turn that a crash cut are counted with what had been heard of it', async () => {
    const own = await start()
    const runId = await own.launch(ask(2, hang))
    await own.heard(runId, 2)
    await own.app.engine.pause(runId, person('ann'))
    await own.restart()
    const { unsettledTokens } = (await own.state(runId)).totals
    expect(unsettledTokens).toBeGreaterThan(0)
    expect(own.app.dispatcher.usage().tokensToday).toMatchObject({ used: unsettledTokens, reserved: 0 })
  })

  test('that are lower than what was used already stop the next turn, and say that none are left', async () => {
    const own = await start()
    await own.ended(await own.launch(ask(1, sim({ tokens: 600 }))))
    await changeSettings(own.app, { dayCapTokens: 100 }, person('ann'))
    const runId = await own.launch(ask(1, short))
    await own.until(runId, pausedFor('day-token-cap'))
    expect((await own.state(runId)).run.reason).toMatch(/^The daily cap of 100 tokens leaves 0, too few/)
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

  test('end the run where that was chosen: the call throws, and a crash does not forget it', async () => {
    const own = await start()
    await changeSettings(own.app, { dayCapAgents: 1 }, person('ann'))
    const script = `const said = [await agent('one ${short}')]
      try { await agent('two') } catch (error) { said.push(error.message) }
      await new Promise((resolve) => setTimeout(resolve, 60))
      return said`
    const runId = await own.launch(script, { onLimit: 'end' })
    await own.restart({ runId, when: ({ event }) => event.type === 'call.refused' })
    expect((await own.ended(runId)).run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining('daily cap of 1 agents'),
    })
    expect(await own.result(runId)).toEqual([
      'ok',
      expect.stringContaining('The daily cap of 1 agents leaves 0'),
    ])
  })

  test('hold for agents that agents start, all of a wave or none; a dry run counts nothing', async () => {
    const own = await start()
    await changeSettings(own.app, { dayCapAgents: 2 }, person('ann'))
    await own.ended(await own.launch(ask(4, short), { dryRun: true }))
    expect(own.app.dispatcher.usage().agentsToday.used).toBe(0)
    const wave = ['one', 'two'].map((label) => ({ label, prompt: short }))
    const lead = sim({ toolCalls: [{ name: 'spawn_agents', input: { agents: wave } }] }, { text: 'done' })
    const runId = await own.launch(`return agent(${JSON.stringify(lead)}, { spawn: true })`)
    await own.until(runId, pausedFor('day-agent-cap'))
    const paused = await own.state(runId)
    expect(paused.agents.size).toBe(1)
    expect(paused.run.reason).toContain('leaves 1, and 2 were requested')
    await changeSettings(own.app, { dayCapAgents: 3 }, person('ann'))
    await own.app.engine.resume(runId, person('ann'))
    expect((await own.ended(runId)).agents.size).toBe(3)
  })

  test('of a phase hold for agents that agents start, too', async () => {
    const own = await start()
    const wave = ['one', 'two'].map((label) => ({ label, prompt: short, phase: 'Read' }))
    const lead = sim({ toolCalls: [{ name: 'spawn_agents', input: { agents: wave } }] }, { text: 'done' })
    const runId = await own.launch(`return agent(${JSON.stringify(lead)}, { spawn: true })`, {
      limits: { phases: { Read: { agents: 1 } } },
    })
    expect((await own.ended(runId)).agents.size).toBe(1)
    const messages = await own.app.store.loadMessages(runId, 'a1')
    expect(JSON.stringify(messages)).toContain(
      'The limit of the phase “Read” of 1 agents leaves room for 1 more',
    )
  })
})

describe('caps of every agent', () => {
  test('bind calls that say nothing and calls that ask for more; one that asks for less keeps its own', async () => {
    const own = await start()
    const limit = (tokens: number) => `{ maxTokens: 2000, limits: { tokens: ${tokens} } }`
    const script = `return [await agent('a', { maxTokens: 2000 }), await agent('b', ${limit(1e6)}), await agent('c', ${limit(60)})]`
    const runId = await own.launch(script, {
      limits: { perAgent: { tokens: 100 } },
      minSuccess: 0,
      breaker: null,
    })
    const state = await own.ended(runId)
    const said = [...state.agents.values()].map(
      ({ failure }) => failure?.message.match(/limit of (\d+) tokens/)?.[1],
    )
    expect(said).toEqual(['100', '100', '60'])
    expect([...state.agents.values()].every(({ failure }) => failure?.kind === 'agent-limit')).toBe(true)
    expect(state.totals.turns).toBe(0)
  })

  test('in dollars are never passed, and a retry under higher ones goes on', async () => {
    const own = await start()
    const runId = await own.launch(ask(3, short), { limits: { perAgent: { usd: 0.0001 } }, minSuccess: 0 })
    expect((await own.ended(runId)).outcomeCounts.failed).toBe(3)
    const before = await own.state(runId)
    const limits = { ...before.run.limits, perAgent: { nanoUsd: 1e9, tokens: null, wallClockSeconds: null } }
    await own.app.engine.retryFailed(runId, limits, person('ann'))
    await own.next(runId, ({ event }) => event.type === 'run.ended')
    expect((await own.state(runId)).outcomeCounts).toMatchObject({ succeeded: 3, failed: 0 })
  })

  test('in time cut an agent that works longer, at once when they are lowered below what it has worked', async () => {
    const own = await start()
    const runId = await own.launch(`return agent(${JSON.stringify(hang)}, { timeoutMs: 7200000 })`, {
      limits: { perAgent: { wallClockSeconds: 7000 } },
      minSuccess: 0,
    })
    await own.heard(runId, 1)
    clock.aheadMs += 2000_000
    await patchRun(own.app, runId, { limits: { perAgent: { wallClockSeconds: 1800 } } }, person('ann'))
    expect((await own.ended(runId)).agents.get('a1')?.failure).toMatchObject({
      kind: 'timeout',
      message: 'The agent did not finish within 1800 seconds.',
    })
  })
})
