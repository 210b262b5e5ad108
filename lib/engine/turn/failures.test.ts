import { describe, expect, test } from 'vitest'
import type { FailureKind } from '@/lib/core/agent/failure'
import { person } from '@/lib/core/base/actor'
import { harnessPerTest } from '../testing/per-test'
import { calls, fails, says, silence } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ann = person('ann')
const tools = { look: () => 'seen' }

/** An agent that looks once, and whose second turn goes wrong so often. */
const secondTurn = (bad: Reply, times = 1) => {
  let left = times
  return ({ answers }: Sent): Reply => {
    if (answers === 0) return calls(['look', {}])
    return left-- > 0 ? bad : says('done')
  }
}

describe('a failed turn', () => {
  test.each<[FailureKind, Reply, boolean]>([
    ['rate-limit', fails('rate-limit', { retryAfterMs: 50 }), false],
    ['overloaded', fails('overloaded'), false],
    ['server-error', fails('server-error'), false],
    ['timeout', fails('timeout'), false],
    ['truncated-stream', fails('truncated-stream'), false],
    ['unreachable', fails('unreachable'), false],
    ['stalled', silence, false],
    ['connection', { kind: 'partial', text: 'half of a long answer', afterMs: 5 }, true],
  ])('of the kind %s is tried again, and the conversation is kept', async (kind, bad, costs) => {
    const own = open({ reply: secondTurn(bad), tools })
    const runId = await own.launch(`return agent('ask', { stallMs: 2000 })`, { workspace })
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({ status: 'completed', reason: null })
    expect(await own.result(runId)).toBe('done')
    const failed = await own.events(runId, 'turn.failed')
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({ turn: 1, failure: { kind }, willRetry: true })
    expect((failed[0]?.unsettledNanoUsd ?? 0) > 0).toBe(costs)
    expect(state.totals).toMatchObject({
      retries: 1,
      turns: 2,
      reservedNanoUsd: 0,
      unsettledNanoUsd: failed[0]?.unsettledNanoUsd,
      unsettledTokens: failed[0]?.unsettledTokens,
    })
    const messages = await own.store.loadMessages(runId, 'a1')
    expect(messages.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(own.sent[2]?.request.messages).toEqual(own.sent[1]?.request.messages)
    const daily = own.database.prepare('SELECT SUM(unsettled_nano_usd) AS sum FROM daily_costs').get()
    expect(daily).toEqual({ sum: state.totals.unsettledNanoUsd })
    expect(own.dispatcher.usage().today.unsettledNanoUsd).toBe(state.totals.unsettledNanoUsd)
    await own.checkRows(runId)
  })

  test('waits as long as it was asked to, and everybody sees until when', async () => {
    const own = open({ reply: secondTurn(fails('rate-limit', { retryAfterMs: 120_000 })), tools })
    const runId = await own.launch(`return agent('ask')`, { workspace })
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.reason === 'back-off')
    const { waitingUntil } = (await own.state(runId)).agents.get('a1') ?? {}
    const waitMs = Date.parse(waitingUntil ?? '') - own.clock.now()
    expect(waitMs).toBeGreaterThan(119_000)
    const sent = own.sent.length
    await own.pass(100_000)
    expect(own.sent).toHaveLength(sent)
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('ends its agent when the retries are used up, and the script gets null', async () => {
    const own = open({ reply: () => fails('server-error') })
    const runId = await own.launch(`return { answer: await agent('ask', { retries: 2 }) }`)
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'failed',
      reason: '0 of 1 agents succeeded; at least 50 % were requested',
      error: null,
    })
    expect(await own.result(runId)).toEqual({ answer: null })
    expect((await own.events(runId, 'turn.failed')).map(({ willRetry }) => willRetry)).toEqual([
      true,
      true,
      false,
    ])
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      retries: 2,
      failure: { kind: 'server-error' },
    })
  })

  test('counts its retries anew for the next turn', async () => {
    let asked = 0
    const own = open({
      reply: ({ answers }) =>
        asked++ % 2 === 0 ? fails('overloaded') : ([calls(['look', {}]), says('done')][answers] ?? silence),
      tools,
    })
    const runId = await own.launch(`return agent('ask', { retries: 1 })`, { workspace })
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 2 })
  })

  test.each(['invalid-request', 'model-not-found', 'too-large', 'context-window'] as const)(
    'of the kind %s is not sent again',
    async (kind) => {
      const own = open({ reply: () => fails(kind) })
      const runId = await own.launch(`return agent('ask')`)
      expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind } })
      expect(own.sent).toHaveLength(1)
    },
  )

  test('that a kill cut is booked with what had been heard of it, and sent again once', async () => {
    const own = open({ reply: () => says('late', 60_000, { inputTokens: 50_000 }) })
    const runId = await own.launch(`return parallel([() => agent('a'), () => agent('b')])`, {
      simulated: false,
    })
    await own.until(async () => (await own.store.loadInFlightTurns(runId)).length === 2)
    await own.restart()
    const failed = await own.events(runId, 'turn.failed')
    expect(failed).toHaveLength(2)
    for (const event of failed) {
      expect(event).toMatchObject({ failure: { kind: 'interrupted' }, willRetry: true })
      // Sonnet: $2 a million tokens of input.
      expect(event.unsettledNanoUsd).toBeGreaterThanOrEqual(100_000_000)
    }
    const lost = failed.reduce((sum, { unsettledNanoUsd }) => sum + unsettledNanoUsd, 0)
    const tokens = failed.reduce((sum, { unsettledTokens }) => sum + unsettledTokens, 0)
    expect(own.dispatcher.usage().today.unsettledNanoUsd).toBe(lost)
    expect(own.dispatcher.usage().tokensToday.used).toBe(tokens)
    const state = await own.ended(runId)
    expect(state.totals).toMatchObject({ unsettledNanoUsd: lost, unsettledTokens: tokens, turns: 2 })
    expect(own.sent).toHaveLength(4)
    await own.checkRows(runId)
  })

  test('that a kill cut before anything was heard cost nothing', async () => {
    const own = open()
    const runId = await own.launch(`return agent('a')`)
    await own.killedAfter(({ type }) => type === 'turn.started')
    const state = await own.ended(runId)
    expect(state.totals).toMatchObject({ unsettledNanoUsd: 0, turns: 1, retries: 1 })
    expect((await own.events(runId, 'turn.failed'))[0]?.failure.message).toContain(
      'before this turn returned data',
    )
  })

  test('of a dry run is counted for no day', async () => {
    const faults = { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 }
    const own = open({ reply: () => says('late', 60_000) })
    const runId = await own.launch(`return agent('a')`, { simulated: false, dryRun: { faults } })
    await own.until(async () => (await own.store.loadInFlightTurns(runId)).length === 1)
    await own.restart()
    expect(await own.events(runId, 'turn.failed')).toHaveLength(1)
    expect(own.dispatcher.usage().today.unsettledNanoUsd).toBe(0)
  })
})

describe('what a person has to mend', () => {
  test.each([
    ['authentication', 'credential'],
    ['permission', 'credential'],
    ['billing', 'billing'],
    ['spend-limit', 'billing'],
  ] as const)('pauses the run once on %s, and it goes on after a resume', async (kind, reason) => {
    let isBroken = true
    const own = open({ reply: () => (isBroken ? fails(kind, { message: 'See to that.' }) : says('ok')) })
    const runId = await own.launch(
      `return parallel(Array.from({ length: 12 }, (_, at) => () => agent('q' + at)))`,
    )
    await own.paused(runId)
    await own.until(async () =>
      [...(await own.state(runId)).agents.values()].every((one) => one.reason === 'paused'),
    )
    const { run } = await own.state(runId)
    expect(run).toMatchObject({ pauseReason: reason, reason: 'See to that.', resumesAt: null })
    isBroken = false
    const sent = own.sent.length
    await own.pass(3_600_000)
    expect(own.sent).toHaveLength(sent)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts).toMatchObject({ succeeded: 12, failed: 0 })
    expect(await own.events(runId, 'run.paused')).toHaveLength(1)
    expect(await own.events(runId, 'run.resumed')).toMatchObject([{ actor: ann }])
  })

  test('pauses the run when nobody listens, instead of losing its agents one by one', async () => {
    const own = open({ reply: () => fails('unreachable', { message: 'Nothing answers.' }) })
    const runId = await own.launch(
      `return parallel(Array.from({ length: 5 }, (_, at) => () => agent('q' + at)))`,
    )
    expect((await own.paused(runId)).run).toMatchObject({
      pauseReason: 'unreachable',
      reason: 'Nothing answers.',
    })
    await own.done(own.engine.cancel(runId, ann))
    expect((await own.ended(runId)).outcomeCounts).toMatchObject({ cancelled: 5, failed: 0 })
  })

  test('that was told of at two places at once is one pause, and its retries begin anew after it', async () => {
    let asked = 0
    const own = open({
      reply: () => (asked++ < 2 ? fails('billing') : asked < 6 ? fails('overloaded') : says('ok')),
    })
    const runId = await own.launch(`return parallel([1, 2].map((n) => () => agent('q' + n, { retries: 3 })))`)
    await own.paused(runId)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
    expect(await own.events(runId, 'run.paused')).toHaveLength(1)
  })
})

describe('silence', () => {
  test('is shown after a while, and an agent that is heard again is shown to go on', async () => {
    const own = open({ reply: () => says('late', 100_000) })
    const runId = await own.launch(`return agent('a', { stallMs: 7000000 })`)
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.status === 'stalled')
    const [stalled] = await own.events(runId, 'agent.stalled')
    expect(stalled?.silentMs).toBeGreaterThanOrEqual(30_000)
    expect(stalled?.silentMs).toBeLessThan(33_000)
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('succeeded')
  })

  test('for as long as the call allows ends the try, and the next one is sent', async () => {
    let isFirst = true
    const own = open({
      reply: () => {
        if (!isFirst) return says('ok')
        isFirst = false
        return silence
      },
    })
    const runId = await own.launch(`return agent('a', { stallMs: 5000 })`)
    const state = await own.ended(runId)
    expect(await own.events(runId, 'turn.failed')).toMatchObject([{ failure: { kind: 'stalled' } }])
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 1 })
  })
})
