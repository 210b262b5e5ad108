import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Actor, keyActor, person } from '@/lib/core/base/actor'
import type { Quota } from '@/lib/core/money/quotas'
import { runEventSchema } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import type { RunSpec } from '@/lib/core/spec/run'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { says } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'

const open = harnessPerTest()
const ann = person('ann')
const bob = person('bob')
const boss = person('boss')
const CENT = 10_000_000
const DAY_MS = 86_400_000
const many = (count: number, options = '{ maxTokens: 2000 }') =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at, ${options})))`
const by = (launchedBy: Actor): Partial<RunSpec> => ({ launchedBy, simulated: false })

function quota(more: Partial<Quota>): Quota {
  const subject = { kind: 'person', id: 'ann' } as const
  return { id: 'q1', subject, name: 'Ann', period: 'day', unit: 'usd', limit: 12 * CENT, ...more }
}

/** Answers of a thousand tokens; every fifth breaks off. */
function flaky(): () => Reply {
  let asked = 0
  return () =>
    ++asked % 5 === 0
      ? { kind: 'partial', text: 'x'.repeat(2000), afterMs: 10 }
      : says('long', 10, { outputTokens: 1000 })
}

const rowSchema = z.object({ run_id: z.string(), seq: z.number(), at: z.string(), data: z.string() })

/** The law of a quota: after every event of every run, in the order in which they were written. */
function expectNeverPassed(own: Harness, limit: number): number {
  const states = new Map<string, RunState>()
  let most = 0
  for (const row of own.database.prepare('SELECT * FROM events ORDER BY rowid').all()) {
    const { run_id: runId, seq, at, data } = rowSchema.parse(row)
    const event = runEventSchema.parse(JSON.parse(data))
    states.set(runId, fold(states.get(runId) ?? null, { runId, seq, at, event }))
    const used = [...states.values()].reduce(
      (sum, { totals }) => sum + totals.spentNanoUsd + totals.unsettledNanoUsd + totals.reservedNanoUsd,
      0,
    )
    most = Math.max(most, used)
    expect(used, `after event ${seq} of ${runId}`).toBeLessThanOrEqual(limit)
  }
  return most
}

async function spentOf(own: Harness, runIds: readonly string[]): Promise<number> {
  const states = await Promise.all(runIds.map((runId) => own.state(runId)))
  return states.reduce((sum, { totals }) => sum + totals.spentNanoUsd + totals.unsettledNanoUsd, 0)
}

describe('a quota of dollars', () => {
  test('is never passed by two runs of one person that race for the last of it, and both pause with the reason', async () => {
    const own = open({ reply: flaky() })
    const ofAnn = quota({})
    own.setCaps({ quotas: [ofAnn] })
    const runs = [await own.launch(many(24), by(ann)), await own.launch(many(24), by(ann))]
    for (const runId of runs)
      expect((await own.paused(runId)).run).toMatchObject({
        pauseReason: 'quota',
        pauseQuota: { id: 'q1', unit: 'usd', limit: 12 * CENT },
        reason: expect.stringMatching(
          /^Ann's quota of \$0\.12 a day is used up: \$0\.0\d+ left, and the next turn needs \$0\.\d+ at least\. An admin can raise it/,
        ),
      })
    const waits = await Promise.all(runs.map((runId) => own.events(runId, 'agent.waiting')))
    const named = waits.flat().flatMap(({ cap, quota: met }) => (cap === 'quota' ? [met] : []))
    expect(named.length).toBeGreaterThan(0)
    for (const met of named)
      expect(met).toEqual({
        ...{ id: 'q1', unit: 'usd', limit: 12 * CENT },
        name: "Ann's quota of $0.12 a day",
      })
    expect(expectNeverPassed(own, ofAnn.limit)).toBeGreaterThan(9 * CENT)
    expect(own.dispatcher.quotaUse(ofAnn)).toEqual({ used: await spentOf(own, runs), reserved: 0 })
    own.setCaps({ quotas: [quota({ limit: 500 * CENT })] })
    for (const runId of runs) await own.done(own.engine.resume(runId, boss))
    for (const runId of runs)
      expect((await own.ended(runId)).outcomeCounts).toMatchObject({ succeeded: 24, failed: 0 })
    for (const runId of runs) await own.checkRows(runId)
  })

  test('holds up nobody else, and lets a turn of one person wait while another one settles', async () => {
    const own = open({ reply: () => says('long', 100, { outputTokens: 1000 }) })
    own.setCaps({
      quotas: [quota({}), quota({ id: 'q2', subject: { kind: 'person', id: 'bob' }, name: 'Bob' })],
    })
    const ofAnn = await own.launch(many(3), by(ann))
    const ofBob = await own.launch(many(3), by(bob))
    expect((await own.ended(ofAnn)).outcomeCounts.succeeded).toBe(3)
    expect((await own.ended(ofBob)).outcomeCounts.succeeded).toBe(3)
  })

  test('does not take an answer without a usage for a free one', async () => {
    const own = open({
      reply: () => says('x'.repeat(4000), 10, { isMetered: false, inputTokens: 0, outputTokens: 0 }),
    })
    const ofAnn = quota({})
    own.setCaps({ quotas: [ofAnn] })
    const runId = await own.launch(many(60), by(ann))
    expect((await own.paused(runId)).run.pauseReason).toBe('quota')
    expectNeverPassed(own, ofAnn.limit)
    const { totals } = await own.state(runId)
    expect(totals.spentNanoUsd).toBe(0)
    expect(totals.unsettledNanoUsd).toBeGreaterThan(0)
    expect(own.dispatcher.quotaUse(ofAnn).used).toBe(totals.unsettledNanoUsd)
  })

  test('is right again after a kill in the middle, to the nanodollar', async () => {
    const own = open({ reply: flaky() })
    const ofAnn = quota({})
    own.setCaps({ quotas: [ofAnn] })
    const runs = [await own.launch(many(24), by(ann)), await own.launch(many(24), by(ann))]
    await own.killedAfter(({ type }) => type === 'turn.committed')
    for (const runId of runs) expect((await own.paused(runId)).run.pauseReason).toBe('quota')
    expectNeverPassed(own, ofAnn.limit)
    expect(own.dispatcher.quotaUse(ofAnn)).toEqual({ used: await spentOf(own, runs), reserved: 0 })
    await own.restart()
    expect(own.dispatcher.quotaUse(ofAnn)).toEqual({ used: await spentOf(own, runs), reserved: 0 })
  })

  test('is free again when the day turns, though nobody raised it; that of a month is not', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 1900 }) })
    own.setCaps({ quotas: [quota({ limit: 8 * CENT })] })
    const runId = await own.launch(many(5), by(ann))
    await own.paused(runId)
    own.clock.skip(DAY_MS)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(5)
    own.setCaps({ quotas: [quota({ period: 'month', limit: 8 * CENT })] })
    const next = await own.launch(many(2), by(ann))
    expect((await own.paused(next)).run.reason).toMatch(/^Ann's quota of \$0\.08 a month is used up/)
  })

  test('ends the run where that was chosen, and says whose it is', async () => {
    const own = open()
    own.setCaps({ quotas: [quota({ limit: 1000 })] })
    const runId = await own.launch(`return agent('x')`, { ...by(ann), onLimit: 'end' })
    expect((await own.ended(runId)).run).toMatchObject({
      status: 'stopped-at-limit',
      reason: expect.stringContaining("Ann's quota of $0.0000 a day"),
    })
    expect(own.sent).toEqual([])
  })

  test('counts what a batch carries before it leaves, and after a kill while it is away', async () => {
    const own = open()
    const ofAnn = quota({})
    own.setCaps({ quotas: [ofAnn] })
    const runId = await own.launch(many(2, "{ maxTokens: 2000, delivery: 'batch' }"), by(ann))
    await own.happened(runId, ({ type }) => type === 'batch.submitted')
    const { reserved } = own.dispatcher.quotaUse(ofAnn)
    expect(reserved).toBeGreaterThan(0)
    await own.restart()
    await own.happened(runId, ({ type }) => type === 'batch.submitted')
    expect(own.dispatcher.quotaUse(ofAnn).reserved).toBe(reserved)
    const { totals } = await own.ended(runId)
    expect(own.dispatcher.quotaUse(ofAnn)).toEqual({ used: totals.spentNanoUsd, reserved: 0 })
  })
})

describe('what counts against whom', () => {
  const uses = (own: Harness, ...subjects: Quota['subject'][]) =>
    subjects.map((subject) => own.dispatcher.quotaUse({ subject, period: 'month', unit: 'agents' }).used)
  const ofAnn = { kind: 'person', id: 'ann' } as const
  const ofBob = { kind: 'person', id: 'bob' } as const
  const ofKey = { kind: 'key', id: 'k1' } as const
  const ofProject = { kind: 'project', id: 'default' } as const

  test('a run by a key counts against the key, its owner and the project, whichever quota is met first', async () => {
    const own = open()
    const ci = keyActor({ id: 'k1', name: 'CI' }, ann)
    await own.ended(await own.launch(many(2), by(ci)))
    await own.ended(await own.launch(many(1), by(ann)))
    expect(uses(own, ofKey, ofAnn, ofProject, ofBob)).toEqual([2, 3, 3, 0])
    own.setCaps({
      quotas: [quota({ subject: ofKey, name: 'CI', unit: 'agents', limit: 4, period: 'month' })],
    })
    expect((await own.paused(await own.launch(many(3), by(ci)))).run.reason).toMatch(
      /^The API key CI's quota of 4 agents a month is used up\./,
    )
    await own.restart()
    expect(uses(own, ofKey, ofAnn, ofProject, ofBob)).toEqual([4, 5, 5, 0])
  })

  test('a retry counts against who retried it, also after a kill', async () => {
    let isWell = false
    const own = open({
      reply: ({ prompt }) =>
        prompt === 'q0' && !isWell
          ? { kind: 'failure', failure: 'invalid-request', retryAfterMs: null, afterMs: 5 }
          : says('x'),
    })
    const runId = await own.launch(many(2), by(ann))
    await own.ended(runId)
    const tokens = (subject: Quota['subject']) =>
      own.dispatcher.quotaUse({ subject, period: 'day', unit: 'tokens' }).used
    const before = tokens(ofAnn)
    isWell = true
    await own.done(own.engine.retryFailed(runId, null, bob))
    const { run } = await own.ended(runId)
    expect(run).toMatchObject({ launchedBy: ann, paidBy: bob })
    expect([tokens(ofAnn), tokens(ofBob)]).toEqual([before, 120])
    await own.checkRows(runId)
    await own.restart()
    expect([tokens(ofAnn), tokens(ofBob)]).toEqual([before, 120])
  })

  test('a dry run counts against nobody', async () => {
    const own = open()
    const faults = { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 }
    await own.ended(await own.launch(many(3), { ...by(ann), dryRun: { faults } }))
    await own.restart()
    expect(uses(own, ofAnn, ofProject)).toEqual([0, 0])
  })
})

describe('a quota of tokens or agents', () => {
  test('of tokens is reserved at the worst case and never passed', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 1000 }) })
    const ofAnn = quota({ unit: 'tokens', limit: 9000 })
    own.setCaps({ quotas: [ofAnn] })
    const runId = await own.launch(many(12), by(ann))
    expect((await own.paused(runId)).run.reason).toMatch(/^Ann's quota of 9,000 tokens a day is used up: /)
    const { used } = own.dispatcher.quotaUse(ofAnn)
    expect(used).toBeGreaterThan(5000)
    expect(used).toBeLessThanOrEqual(9000)
  })

  test('of agents lets those that were made go on, and ends the call where that was chosen', async () => {
    const own = open()
    own.setCaps({ quotas: [quota({ unit: 'agents', limit: 2 })] })
    const runId = await own.launch(many(3), by(ann))
    const paused = await own.paused(runId)
    expect([...paused.agents.values()].map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    expect(paused.run).toMatchObject({ pauseReason: 'quota', pauseQuota: { unit: 'agents', limit: 2 } })
    own.setCaps({ quotas: [quota({ unit: 'agents', limit: 3 })] })
    await own.done(own.engine.resume(runId, boss))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(3)
    const ended = await own.launch(many(1), { ...by(ann), onLimit: 'end' })
    expect((await own.ended(ended)).run.status).toBe('stopped-at-limit')
    expect(await own.events(ended, 'call.refused')).toMatchObject([{ cap: 'quota', endsRun: true }])
  })
})
