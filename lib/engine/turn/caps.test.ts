import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope, EventOf } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { says } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'

const open = harnessPerTest()
const ann = person('ann')
const limited = (more: Partial<Limits>): Limits => ({ ...defaultLimits, ...more })
const many = (count: number, options = '{ maxTokens: 2000 }') =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at, ${options})))`

/** The law of a dollar cap, after every single event. */
function expectUnderCap(
  journal: readonly Envelope[],
  of: (state: RunState) => readonly [number, number | null],
) {
  let state: RunState | null = null
  for (const envelope of journal) {
    state = fold(state, envelope)
    const [used, cap] = of(state)
    expect(used, `after event ${envelope.seq}`).toBeLessThanOrEqual(cap ?? Number.POSITIVE_INFINITY)
    expect(state.totals.reservedNanoUsd).toBeGreaterThanOrEqual(0)
  }
}
const ofRun = ({ totals, run }: RunState) =>
  [totals.spentNanoUsd + totals.unsettledNanoUsd + totals.reservedNanoUsd, run.limits.nanoUsd] as const
const ofPhase =
  (title: string) =>
  ({ agents, run }: RunState) => {
    const own = [...agents.values()].filter(({ phase }) => phase === title)
    const used = own.reduce(
      (sum, one) => sum + (one.costNanoUsd ?? 0) + one.unsettledNanoUsd + one.reservedNanoUsd,
      0,
    )
    return [used, run.limits.phases[title]?.nanoUsd ?? null] as const
  }

/** The caps that agents were said to wait for. */
function capsOf(waits: readonly EventOf<'agent.waiting'>[]) {
  return [...new Set(waits.filter(({ reason }) => reason === 'budget').map(({ cap }) => cap))]
}

/** Answers of a thousand tokens; every fifth breaks off. */
const flaky = () => {
  let asked = 0
  return (): Reply =>
    ++asked % 5 === 0
      ? { kind: 'partial', text: 'x'.repeat(2000), afterMs: 10 }
      : says('long', 10, { outputTokens: 1000 })
}

describe('a cap of dollars', () => {
  test('is never passed, pauses the run, and after a raise the run finishes', async () => {
    const own = open({ reply: flaky() })
    const runId = await own.launch(many(24), { limits: limited({ nanoUsd: 120_000_000 }) })
    const { run } = await own.paused(runId)
    expect(run).toMatchObject({
      pauseReason: 'usd-cap',
      reason: expect.stringMatching(
        /^The run's cap of \$0\.12 leaves \$0\.0\d+, too little for the next turn/,
      ),
    })
    await own.done(own.engine.changeLimits(runId, limited({ nanoUsd: 5_000_000_000 }), null, ann))
    await own.done(own.engine.resume(runId, ann))
    const state = await own.ended(runId)
    expect(state.outcomeCounts).toMatchObject({ succeeded: 24, failed: 0 })
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
    expectUnderCap(await own.journal(runId), ofRun)
    expect(await own.events(runId, 'run.limits-changed')).toMatchObject([{ actor: ann }])
    expect(capsOf(await own.events(runId, 'agent.waiting'))).toEqual(['usd-cap'])
    await own.checkRows(runId)
  })

  test('makes one pause, however many agents meet it at once', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 1900 }) })
    const runId = await own.launch(many(40), { limits: limited({ nanoUsd: 50_000_000 }) })
    await own.paused(runId)
    await own.rest()
    expect(await own.events(runId, 'run.paused')).toHaveLength(1)
    await own.done(own.engine.cancel(runId, ann))
  })

  test('that is met again after a resume pauses again', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 1900 }) })
    const runId = await own.launch(many(9), { limits: limited({ nanoUsd: 50_000_000 }) })
    await own.paused(runId)
    await own.done(own.engine.resume(runId, ann))
    await own.paused(runId)
    expect(await own.events(runId, 'run.paused')).toHaveLength(2)
  })

  test('ends the run where that was chosen, and agent() throws', async () => {
    const own = open()
    const runId = await own.launch(
      `try { await agent('x') } catch (error) { return 'told: ' + error.message }`,
      {
        limits: limited({ nanoUsd: 1_000_000 }),
        onLimit: 'end',
      },
    )
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining("run's cap of $0.0010"),
    })
    expect(await own.result(runId)).toMatch(/^told: .*cap of/)
    expect(own.sent).toEqual([])
  })

  test('that ended agents is remembered after a kill', async () => {
    const own = open()
    const script = `try { await agent('x', { maxTokens: 100000 }) } catch {}; return agent('y', { maxTokens: 100 })`
    const runId = await own.launch(script, { limits: limited({ nanoUsd: 10_000_000 }), onLimit: 'end' })
    await own.killedAfter((event) => event.type === 'agent.created' && event.agentId === 'a2')
    const { run } = await own.ended(runId)
    expect(run.status).toBe('stopped-at-limit')
  })

  test('of the day holds over two runs at once', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 900 }) })
    own.setCaps({ day: 100_000_000 })
    const runs = [await own.launch(many(14)), await own.launch(many(14))]
    for (const runId of runs)
      expect((await own.paused(runId)).run).toMatchObject({
        pauseReason: 'day-cap',
        reason: expect.stringContaining('resume tomorrow'),
      })
    const { spentNanoUsd, reservedNanoUsd } = own.dispatcher.usage().today
    expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(100_000_000)
    own.setCaps({ day: null })
    for (const runId of runs) await own.done(own.engine.resume(runId, ann))
    for (const runId of runs) expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(14)
    for (const runId of runs) expect(capsOf(await own.events(runId, 'agent.waiting'))).toEqual(['day-cap'])
  })

  test('of a phase holds in that phase alone, and pauses the run by its name', async () => {
    const own = open({ reply: flaky() })
    const phases = { Read: { ...noPhaseLimits, nanoUsd: 60_000_000 } }
    const body = `phase('Write'); await parallel([1, 2, 3].map((n) => () => agent('w' + n))); phase('Read'); ${many(12)}`
    const runId = await own.launch(body, { limits: limited({ phases }) })
    const { run, agents } = await own.paused(runId)
    expect(run).toMatchObject({ pauseReason: 'phase-usd-cap', pausePhase: 'Read' })
    expect(
      [...agents.values()].filter(({ phase, status }) => phase === 'Write' && status === 'succeeded'),
    ).toHaveLength(3)
    await own.done(own.engine.changeLimits(runId, limited({ phases: {} }), null, ann))
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(15)
    const journal = await own.journal(runId)
    const raised = journal.findIndex(({ event }) => event.type === 'run.limits-changed')
    expectUnderCap(journal.slice(0, raised), ofPhase('Read'))
    expect(capsOf(await own.events(runId, 'agent.waiting'))).toEqual(['phase-usd-cap'])
  })

  test('is warned of once, before it is met', async () => {
    const own = open({ reply: () => says('long', 3000, { outputTokens: 1000 }) })
    const script = `for (let at = 0; at < 9; at++) await agent('q' + at, { maxTokens: 1100 }); await new Promise((go) => setTimeout(go, 5000)); return 'done'`
    const runId = await own.launch(script, { limits: limited({ nanoUsd: 100_000_000 }) })
    await own.ended(runId)
    expect(await own.events(runId, 'budget.warned')).toHaveLength(1)
  })
})

describe('a turn that a cap cut short', () => {
  /** Answers that are as long as they may be, up to 3,200 tokens. */
  const long = ({ request }: Sent): Reply => {
    const isCut = request.maxTokens < 3200
    return {
      kind: 'turn',
      content: [{ type: 'text', text: isCut ? 'half' : 'whole' }],
      stopReason: isCut ? 'max_tokens' : 'end_turn',
      usage: { outputTokens: Math.min(3200, request.maxTokens) },
      afterMs: 10,
    }
  }
  const body = `return agent('long', { maxTokens: 4000, phase: 'Read' })`
  const ofPhaseRead = (more: Partial<typeof noPhaseLimits>) => ({
    phases: { Read: { ...noPhaseLimits, ...more } },
  })

  test.each<[string, Partial<Limits>, string, string | null]>([
    ["the run's cap of $0.03", { nanoUsd: 30_000_000 }, 'usd-cap', null],
    ["the run's cap of 3,000 tokens", { tokens: 3000 }, 'token-cap', null],
    ["the “Read” phase's cap of $0.03", ofPhaseRead({ nanoUsd: 30_000_000 }), 'phase-usd-cap', 'Read'],
    ["the “Read” phase's cap of 3,000 tokens", ofPhaseRead({ tokens: 3000 }), 'phase-token-cap', 'Read'],
  ])(
    'says that it was %s, and is given again after a raise, also after a kill',
    async (name, limits, reason, phase) => {
      const own = open({ reply: long })
      const runId = await own.launch(body, { limits: limited(limits) })
      await own.paused(runId)
      expect(await own.events(runId, 'run.paused')).toMatchObject([
        { reason, phase, detail: expect.stringContaining(`cut short: ${name} left room`) },
      ])
      await own.restart()
      expect((await own.state(runId)).run.status).toBe('paused')
      await own.done(own.engine.changeLimits(runId, defaultLimits, null, ann))
      await own.done(own.engine.resume(runId, ann))
      expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
        status: 'succeeded',
        turns: 2,
        flags: [],
      })
      expect(await own.result(runId)).toBe('whole')
      expect(own.sent[1]?.heard).toContain('cut off by a limit that has been lifted since')
    },
  )

  test('of a day is named too', async () => {
    const own = open({ reply: long })
    own.setCaps({ dayTokens: 3000 })
    const runId = await own.launch(body)
    expect((await own.paused(runId)).run).toMatchObject({
      pauseReason: 'day-token-cap',
      reason: expect.stringContaining('cut short: the daily cap of 3,000 tokens left room'),
    })
  })

  test('ends its agent where the run ends at its limits: no half answer passes for a whole one', async () => {
    const own = open({ reply: long })
    const runId = await own.launch(
      `try { return await agent('long', { maxTokens: 4000 }) } catch (error) { return String(error) }`,
      {
        limits: limited({ tokens: 3000 }),
        onLimit: 'end',
      },
    )
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind: 'limit' } })
    expect(await own.result(runId)).toContain('cut short')
    expect(state.run.status).toBe('stopped-at-limit')
  })
})

describe('tokens of a day', () => {
  test('are reserved before a turn leaves, and are free again after midnight', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 600 }) })
    own.setCaps({ dayTokens: 7000 })
    const runs = [await own.launch(many(10)), await own.launch(many(10))]
    for (const runId of runs) expect((await own.paused(runId)).run.pauseReason).toBe('day-token-cap')
    const { used, reserved } = own.dispatcher.usage().tokensToday
    expect(used).toBeGreaterThan(0)
    expect(used + reserved).toBeLessThanOrEqual(7000)
    own.clock.skip(86_400_000)
    const [runId = ''] = runs
    const turns = (await own.state(runId)).totals.turns
    await own.done(own.engine.resume(runId, ann))
    await own.until(async () => (await own.state(runId)).totals.turns > turns)
    own.setCaps({ dayTokens: null })
    for (const id of runs) await own.settled(own.engine.resume(id, ann))
    for (const id of runs) {
      await own.until(async () => (await own.state(id)).run.status !== 'running')
      await own.settled(own.engine.resume(id, ann))
      expect((await own.ended(id)).outcomeCounts.succeeded).toBe(10)
    }
  })

  test('count what lost turns probably used', async () => {
    const own = open({ reply: flaky() })
    const state = await own.ended(await own.launch(many(9)))
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, unsettledTokens } = state.totals
    expect(unsettledTokens).toBeGreaterThan(0)
    expect(own.dispatcher.usage().tokensToday.used).toBe(
      inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens + unsettledTokens,
    )
  })

  test('that are fewer than what was used already stop the next turn, and say that none are left', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 600 }) })
    await own.ended(await own.launch(many(1)))
    own.setCaps({ dayTokens: 100 })
    const runId = await own.launch(many(1))
    expect((await own.paused(runId)).run.reason).toMatch(/^The daily cap of 100 tokens leaves 0, too few/)
  })
})

test('an answer that does not say what it used counts against caps with what it probably did, and its cost is unknown', async () => {
  const own = open({
    reply: () => says('x'.repeat(4000), 10, { isMetered: false, inputTokens: 0, outputTokens: 0 }),
  })
  const runId = await own.launch(many(3))
  const state = await own.ended(runId)
  expect(state.totals).toMatchObject({ costNanoUsd: null, spentNanoUsd: 0, unmeteredTurns: 3, turns: 3 })
  expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
  expect(own.dispatcher.usage().today.unsettledNanoUsd).toBe(state.totals.unsettledNanoUsd)
  const said = state.log.filter(({ message }) => message.includes('had no valid `usage`'))
  expect(said).toHaveLength(1)
  const rolled = own.database.prepare('SELECT SUM(unsettled_nano_usd) AS sum FROM daily_costs').get()
  expect(rolled).toEqual({ sum: state.totals.unsettledNanoUsd })
  await own.checkRows(runId)
})

test('what is served in the US alone is held at that price once a response has said so', async () => {
  const own = open({ reply: () => says('long', 10, { outputTokens: 900, inferenceGeo: 'us' }) })
  const runId = await own.launch(
    `for (let at = 0; at < 3; at++) await agent('q', { maxTokens: 1100 })\nreturn 1`,
  )
  await own.ended(runId)
  const [first = 0, second = 0, third = 0] = (await own.events(runId, 'turn.started')).map(
    ({ reservedNanoUsd }) => reservedNanoUsd ?? 0,
  )
  expect(second / first).toBeCloseTo(1.1, 5)
  expect(third).toBe(second)
})
