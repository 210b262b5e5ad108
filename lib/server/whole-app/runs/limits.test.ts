import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { patchRun } from '../../runs/act-on-run'
import { changeSettings } from '../../settings/settings'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

let app: TestApp | null = null
async function start(options: TestAppOptions = {}): Promise<TestApp> {
  app = await startTestApp(options)
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

/** Folds the journal and checks the law of caps after every single event. */
function expectUnderCap(journal: readonly Envelope[]): void {
  let state: RunState | null = null
  for (const envelope of journal) {
    state = fold(state, envelope)
    const { totals, run } = state
    const cap = run.limits.nanoUsd ?? Number.POSITIVE_INFINITY
    expect(totals.spentNanoUsd + totals.unsettledNanoUsd + totals.reservedNanoUsd).toBeLessThanOrEqual(cap)
    expect(totals.reservedNanoUsd).toBeGreaterThanOrEqual(0)
  }
}

const many = (count: number, options: object, directive: string) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('question ' + at + ' ' + ${JSON.stringify(directive)}, ${JSON.stringify(options)})))`

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const hang = sim({
  text: 'words that are heard before the silence begins',
  fault: { kind: 'body-stall', afterTokens: 4 },
})

describe('a dollar cap', () => {
  test('is never passed, pauses the run, and after a raise the run finishes', async () => {
    const { launch, until, ended, journal, app } = await start({
      simulator: { faults: [{ when: { every: 5 }, fault: { kind: 'truncate', afterTokens: 200 } }] },
    })
    const runId = await launch(many(24, { maxTokens: 2000 }, sim({ tokens: 1000 })), {
      limits: { usd: 0.12 },
    })
    await until(runId, isPaused)
    await patchRun(app, runId, { limits: { usd: 5 } }, person('ann'))
    await app.engine.resume(runId, person('ann'))
    const state = await ended(runId)
    expect(state.outcomeCounts).toMatchObject({ succeeded: 24, failed: 0 })
    const events = await journal(runId)
    expectUnderCap(events)
    const [paused] = eventsOf(events, 'run.paused')
    expect(paused).toMatchObject({ reason: 'usd-cap', actor: null })
    expect(paused?.detail).toMatch(/^The run's cap of \$0\.12 leaves \$0\.0\d+, too little for the next turn/)
    expect(eventsOf(events, 'run.limits-changed')).toMatchObject([
      { limits: { nanoUsd: 5_000_000_000 }, actor: person('ann') },
    ])
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
  })

  test('lets nothing be cut off to save money: a clamped answer is given again after a raise, also after a crash', async () => {
    const own = await start()
    const runId = await own.launch(`return agent('long ${sim({ tokens: 3200 })}', { maxTokens: 4000 })`, {
      limits: { usd: 0.03 },
    })
    const pause = await own.until(runId, ({ event }) => event.type === 'run.paused')
    expect(pause.event).toMatchObject({ reason: 'usd-cap', detail: expect.stringContaining('cut short') })
    await own.restart()
    expect((await own.state(runId)).run.status).toBe('paused')
    await patchRun(own.app, runId, { limits: { usd: 2 } }, person('ann'))
    await own.app.engine.resume(runId, person('ann'))
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2, flags: [] })
    expectUnderCap(await own.journal(runId))
  })

  test('ends the run where that was chosen, and agent() throws', async () => {
    const { launch, ended, result, journal } = await start()
    const script = `try { await agent('x') } catch (error) { return 'told: ' + error.message }`
    const runId = await launch(script, { limits: { usd: 0.001 }, onLimit: 'end' })
    const state = await ended(runId)
    expect(state.run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining("run's cap of $0.0010"),
    })
    expect(await result(runId)).toMatch(/^told: .*cap of/)
    expect(eventsOf(await journal(runId), 'turn.started')).toEqual([])
  })

  test('that ended agents is remembered after a crash', async () => {
    const own = await start()
    const script = `try { await agent('x', { maxTokens: 100000 }) } catch {}\nreturn agent('y ${sim({ text: 'ok', tokens: 5 })}', { maxTokens: 100 })`
    const runId = await own.launch(script, { limits: { usd: 0.01 }, onLimit: 'end' })
    await own.restart({
      runId,
      when: ({ event }) => event.type === 'agent.created' && event.agentId === 'a2',
    })
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
  })

  test('of the day holds over two runs at once', async () => {
    const { launch, until, ended, journal, app } = await start()
    await changeSettings(app, { dayCapUsd: 0.1 }, person('ann'))
    // Either run alone would pass the cap, so neither can be done before it is met.
    const script = many(14, { maxTokens: 2000 }, sim({ tokens: 900 }))
    const runs = [await launch(script), await launch(script)]
    for (const runId of runs) await until(runId, isPaused)
    for (const runId of runs) {
      const [paused] = eventsOf(await journal(runId), 'run.paused')
      expect(paused).toMatchObject({ reason: 'day-cap', detail: expect.stringContaining('resume tomorrow') })
    }
    const { spentNanoUsd, reservedNanoUsd } = app.dispatcher.usage().today
    expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(100_000_000)
    await changeSettings(app, { dayCapUsd: null }, person('ann'))
    for (const runId of runs) await app.engine.resume(runId, person('ann'))
    for (const runId of runs) expect((await ended(runId)).outcomeCounts.succeeded).toBe(14)
  })
})

describe('other limits', () => {
  test('tokens: the run pauses before they are passed', async () => {
    const { launch, until, ended, state, app } = await start()
    const runId = await launch(many(10, { maxTokens: 1500 }, sim({ tokens: 600 })), {
      limits: { tokens: 7000 },
    })
    await until(runId, isPaused)
    const { totals, run } = await state(runId)
    expect(run.pauseReason).toBe('token-cap')
    expect(totals.inputTokens + totals.outputTokens).toBeLessThanOrEqual(7000)
    await patchRun(app, runId, { limits: { tokens: null } }, person('ann'))
    await app.engine.resume(runId, person('ann'))
    expect((await ended(runId)).outcomeCounts.succeeded).toBe(10)
  })

  test('agents: the call beyond them throws, those before are answered', async () => {
    const { launch, ended, result } = await start()
    const runId = await launch(
      `return (await Promise.allSettled(Array.from({ length: 7 }, (_, at) => agent('q' + at)))).map((one) => one.status === 'fulfilled' ? 'ok' : one.reason.message)`,
      { limits: { agents: 5 } },
    )
    const state = await ended(runId)
    expect(state.agents.size).toBe(5)
    const answers = await result(runId)
    expect(answers).toEqual([
      ...Array(5).fill('ok'),
      ...Array(2).fill(expect.stringContaining('limit of 5 agents')),
    ])
    expect(state.log.filter(({ kind }) => kind === 'noted')).toHaveLength(1)
  })

  test('wall clock: pauses are not counted, and the run stops when its time is over', async () => {
    const clock = createClockAhead()
    const { launch, until, heard, app, state } = await start({ tuning: { clock } })
    const runId = await launch(`return agent(${JSON.stringify(hang)})`, { limits: { wallClockSeconds: 100 } })
    await heard(runId, 1)
    await app.engine.pause(runId, person('ann'))
    clock.aheadMs += 1_000_000
    await app.engine.resume(runId, person('ann'))
    expect((await state(runId)).run.pausedMs).toBeGreaterThanOrEqual(1_000_000)
    clock.aheadMs += 100_000
    const pause = await until(runId, ({ event }) => event.type === 'run.paused' && event.reason !== 'person')
    expect(pause.event).toMatchObject({
      reason: 'wall-clock-cap',
      detail: expect.stringContaining('limit of 100 seconds'),
    })
  })

  test('wall clock: ends the run where that was chosen', async () => {
    const clock = createClockAhead()
    const { launch, ended, heard } = await start({ tuning: { clock } })
    const runId = await launch(`return agent(${JSON.stringify(hang)})`, {
      limits: { wallClockSeconds: 100 },
      onLimit: 'end',
    })
    await heard(runId, 1)
    clock.aheadMs += 101_000
    const state = await ended(runId)
    expect(state.run.status).toBe('stopped-at-limit')
    expect(state.outcomeCounts.cancelled).toBe(1)
  })
})

describe('a person', () => {
  test('who cancels cuts the streams, and every agent ends as cancelled', async () => {
    const { launch, ended, heard, app, simulator, journal } = await start()
    const runId = await launch(many(12, {}, hang), { concurrency: 8 })
    await heard(runId, 8)
    await app.engine.cancel(runId, person('ann'))
    const state = await ended(runId)
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(state.outcomeCounts).toMatchObject({ cancelled: 12 })
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0 })
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
    const events = await journal(runId)
    expect(events.at(-1)?.event.type).toBe('run.ended')
    for (const event of eventsOf(events, 'agent.ended')) expect(event.actor).toEqual(person('ann'))
    await expect
      .poll(() => simulator.log().entries.map(({ outcome }) => outcome))
      .toEqual(Array(8).fill('aborted'))
    expect(app.dispatcher.usage()).toMatchObject({
      slots: { used: 0, waiting: 0 },
      today: { reservedNanoUsd: 0 },
    })
  })

  test('who pauses lets turns in flight finish, and nothing new is sent', async () => {
    const { launch, ended, until, heard, app, simulator } = await start()
    const slow = sim({
      text: 'slow words of a slow agent',
      fault: { kind: 'body-stall', afterTokens: 4, ms: 400 },
    })
    const runId = await launch(many(6, {}, slow), { concurrency: 3 })
    await heard(runId, 3)
    await app.engine.pause(runId, person('ann'))
    await until(runId, (_, state) => state.totals.turns === 3)
    const other = await launch(`return agent('another run goes on')`)
    await ended(other)
    expect(simulator.log().count).toBe(4)
    await expect(app.engine.pause(runId, person('ann'))).rejects.toThrow('paused already')
    await app.engine.resume(runId, person('ann'))
    expect((await ended(runId)).outcomeCounts.succeeded).toBe(6)
  })

  test('who says one thing twice at once is heard once', async () => {
    const { launch, ended, app, journal } = await start()
    const runId = await launch(`return agent('x')`, { approval: 'ask' })
    const approvals = await Promise.allSettled([1, 2, 3].map(() => app.engine.approve(runId, person('ann'))))
    expect(approvals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await ended(runId)
    const events = await journal(runId)
    expect(eventsOf(events, 'run.approved')).toHaveLength(1)
    expect(eventsOf(events, 'run.started')).toHaveLength(1)
    expect(eventsOf(events, 'turn.started')).toHaveLength(1)
    await Promise.all([
      app.engine.relabel(runId, 'one', [], person('ann')),
      app.engine.relabel(runId, 'two', [], person('ann')),
      app.engine.relabel(runId, 'three', [], person('ann')),
    ])
    expect(eventsOf(await journal(runId), 'run.relabelled')).toHaveLength(3)
  })

  test('who cancels right after a launch leaves no agent behind', async () => {
    const { launch, ended, app, journal } = await start()
    for (let round = 0; round < 6; round++) {
      const runId = await launch(many(130, {}, hang))
      for (let turn = 0; turn < round * 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      await app.engine.cancel(runId, person('ann'))
      const state = await ended(runId)
      expect(state.run.status).toBe('cancelled')
      expect([...state.agents.values()].every(({ status }) => status === 'cancelled')).toBe(true)
      expect((await journal(runId)).at(-1)?.event.type).toBe('run.ended')
    }
  })
})

describe('time inside a script', () => {
  const races = `
    const winners = []
    for (let round = 0; round < 4; round++) {
      const late = new Promise((resolve) => setTimeout(() => resolve('timer ' + round), 25))
      const runners = [1, 2, 3].map((at) => agent('round ' + round + ' runner ' + at).then(() => 'runner ' + at))
      const winner = await Promise.race([...runners, late])
      winners.push(winner + ' at ' + budget.spent())
      log(winners.at(-1))
      await Promise.all(runners)
    }
    return winners`

  test.each([1, 2, 3])('repeats after crashes: races, timers and spending (%i)', async (seed) => {
    const own = await start({ simulator: { seed, speed: 60 } })
    const runId = await own.launch(races)
    for (const share of [1, 2, 3]) {
      const at = share * 24 + seed * 5
      await own.restart({ runId, when: ({ seq, event }) => seq >= at || event.type === 'run.ended' })
    }
    const state = await own.ended(runId)
    expect(state.run.error).toBeNull()
    expect(await own.result(runId)).toEqual(state.log.map(({ message }) => message))
    const journal = await own.journal(runId)
    expect(eventsOf(journal, 'agent.created')).toHaveLength(12)
    const fired = eventsOf(journal, 'timer.fired').map(({ timerId }) => timerId)
    expect(new Set(fired).size).toBe(fired.length)
    expect(eventsOf(journal, 'timer.set')).toHaveLength(4)
  })

  test('a run that has ended is not touched by a restart, a paused one stays paused', async () => {
    const own = await start()
    const done = await own.launch(`return agent('x')`)
    await own.ended(done)
    const before = await own.journal(done)
    const held = await own.launch(many(3, {}, hang))
    await own.heard(held, 3)
    await own.app.engine.pause(held, person('ann'))
    await own.restart()
    expect(await own.journal(done)).toEqual(before)
    const state = await own.state(held)
    expect(state.run).toMatchObject({ status: 'paused', pauseReason: 'person' })
    const failed = eventsOf(await own.journal(held), 'turn.failed')
    expect(failed).toHaveLength(3)
    for (const event of failed) {
      expect(event).toMatchObject({ failure: { kind: 'interrupted' }, willRetry: true })
      expect(event.unsettledNanoUsd).toBeGreaterThan(0)
    }
    const lost = failed.reduce((sum, { unsettledNanoUsd }) => sum + unsettledNanoUsd, 0)
    expect(own.app.dispatcher.usage().today.unsettledNanoUsd).toBe(lost)
    const seq = state.seq
    const other = await own.launch(`return agent('another')`)
    await own.ended(other)
    expect((await own.state(held)).seq).toBe(seq)
  })

  test('an answer that was accepted is never asked for again, wherever the crash falls', async () => {
    const own = await start()
    const prompt = sim({ toolCalls: [{ name: 'answer', input: { n: 1 } }] })
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    for (const type of ['turn.committed', 'tool.started', 'tool.ended'] as const) {
      const runId = await own.launch(
        `return agent(${JSON.stringify(prompt)}, { schema: ${JSON.stringify(schema)} })`,
      )
      await own.restart({ runId, when: ({ event }) => event.type === type })
      const state = await own.ended(runId)
      expect(state.totals.turns).toBe(1)
      expect(await own.result(runId)).toEqual({ n: 1 })
    }
    expect(own.simulator.log().count).toBe(3)
  })
})
