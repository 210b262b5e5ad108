import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { openInlineSandbox } from '@/lib/script/testing'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { seeded } from '../testing/random'
import { answers, calls, says, silence } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ann = person('ann')

/** Thirty agents in three waves: the second is told what the first found, the third answers in a schema. */
const threeWaves = `
phase('look')
const first = await parallel(Array.from({ length: 18 }, (_, at) => () => agent('look ' + at)))
phase('weigh')
const second = await parallel(Array.from({ length: 9 }, (_, at) => () => agent('weigh ' + first[at * 2] + ' against ' + first[at * 2 + 1])))
phase('report')
const schema = { type: 'object', properties: { sum: { type: 'integer' } }, required: ['sum'] }
const third = await parallel(Array.from({ length: 3 }, (_, at) => () => agent('report ' + at + ': ' + second.slice(at * 3, at * 3 + 3).join(), { schema })))
return { first, second, third }`

const inTurns = ({ prompt, answers: given }: Sent): Reply => {
  if (prompt.startsWith('report')) return answers({ sum: Number(prompt.charAt(7)) })
  if (given === 0) return calls(['read', { path: prompt }])
  if (given === 1) return calls(['search', {}], ['read', {}])
  return says(`found ${prompt.split(' ', 2).join(' ')}`)
}
const tools = { read: (input: unknown) => JSON.stringify(input), search: () => 'export' }

/** As if undisturbed: the same result, every turn committed once, rows, money and journal agree. */
async function expectUndisturbed(own: Harness, runId: string) {
  const state = await own.ended(runId)
  expect(await own.result(runId)).toMatchObject({
    first: Array.from({ length: 18 }, (_, at) => `found look ${at}`),
    second: Array.from({ length: 9 }, () => 'found weigh found'),
    third: [{ sum: 0 }, { sum: 1 }, { sum: 2 }],
  })
  expect(state.run.status).toBe('completed')
  expect(state.outcomeCounts).toMatchObject({ succeeded: 30, failed: 0 })
  const journal = await own.journal(runId)
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, at) => at + 1))
  const committed = (await own.events(runId, 'turn.committed')).map(
    ({ agentId, turn }) => `${agentId} ${turn}`,
  )
  expect(new Set(committed).size).toBe(committed.length)
  expect(committed).toHaveLength(27 * 3 + 3)
  const prices = (await own.events(runId, 'turn.committed')).reduce(
    (sum, { cost }) => sum + (cost?.totalNanoUsd ?? 0),
    0,
  )
  const lost = (await own.events(runId, 'turn.failed')).reduce(
    (sum, event) => sum + event.unsettledNanoUsd,
    0,
  )
  expect(state.totals).toMatchObject({ spentNanoUsd: prices, unsettledNanoUsd: lost, reservedNanoUsd: 0 })
  const booked = own.database
    .prepare('SELECT SUM(cost_nano_usd) AS spent, SUM(unsettled_nano_usd) AS unsettled FROM daily_costs')
    .get()
  expect(booked).toEqual({ spent: prices, unsettled: lost })
  await own.checkRows(runId)
}

describe('a run of thirty agents in three waves', () => {
  test.each([1, 2, 3, 4])('gives the same after three deaths at random commits (seed %i)', async (seed) => {
    const draw = seeded(seed)
    const own = open({ reply: inTurns, tools })
    const runId = await own.launch(threeWaves, { workspace, concurrency: 6 })
    for (let death = 0; death < 3; death++) {
      let left = Math.floor(draw() * 120) + 5
      await own.killedAfter(() => --left <= 0)
    }
    await expectUndisturbed(own, runId)
  })

  test.each([5, 6])('gives the same in batches (seed %i)', async (seed) => {
    const draw = seeded(seed)
    const own = open({ reply: inTurns, tools })
    const runId = await own.launch(threeWaves, { workspace, delivery: 'batch' })
    for (let death = 0; death < 3; death++) {
      let left = Math.floor(draw() * 120) + 5
      await own.killedAfter(() => --left <= 0)
    }
    await expectUndisturbed(own, runId)
    const ids = own.batches.taken.flatMap(({ requests }) => requests.map(({ customId }) => customId))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(27 * 3 + 3)
  })
})

describe('a start after a death', () => {
  test('touches no run that has ended, and leaves a paused one paused', async () => {
    const own = open({ reply: ({ prompt }) => (prompt === 'held' ? silence : says('ok')) })
    const done = await own.launch(`return agent('x')`)
    await own.ended(done)
    const before = await own.journal(done)
    const held = await own.launch(`return agent('held')`)
    await own.until(async () => (await own.store.loadInFlightTurns(held)).length === 1)
    await own.done(own.engine.pause(held, ann))
    await own.restart()
    expect(await own.journal(done)).toEqual(before)
    expect((await own.state(held)).run).toMatchObject({ status: 'paused', pauseReason: 'person' })
    const { seq } = await own.state(held)
    await own.pass(600_000)
    expect((await own.state(held)).seq).toBe(seq)
  })

  test('leaves a draft a draft', async () => {
    const own = open()
    const draft = await own.draft(`return agent('x')`)
    await own.restart()
    await own.rest()
    expect((await own.state(draft)).run.status).toBe('draft')
    expect(own.engine.active(draft)).toBeNull()
  })

  test('ends a run that cannot be worked on, with the reason, and takes up the others', async () => {
    const own = open({ reply: () => says('ok', 500) })
    const spoilt = await own.launch(`return agent('x')`)
    const fine = await own.launch(`return agent('y')`)
    await own.until(() => own.sent.length === 2)
    await own.restart(async () => {
      own.database.prepare('UPDATE runs SET script = ? WHERE id = ?').run('nothing that runs', spoilt)
    })
    const state = await own.ended(spoilt)
    expect(state.run).toMatchObject({ status: 'failed', reason: 'could not be worked on' })
    expect(state.run.error?.message).toContain('export const meta')
    expect(state.agents.get('a1')?.status).toBe('cancelled')
    expect((await own.ended(fine)).run.status).toBe('completed')
    expect(own.reports.splice(0)).toHaveLength(1)
  })

  test('ends a run whose journal was edited, with the place, and takes up the others', async () => {
    const own = open({ reply: () => says('ok', 500) })
    const spoilt = await own.launch(`return [await agent('x'), await agent('y')]`)
    const fine = await own.launch(`return agent('y')`)
    await own.happened(spoilt, (event) => event.type === 'turn.started' && event.agentId === 'a2')
    await own.restart(async () => {
      own.database
        .prepare('UPDATE events SET data = ? WHERE run_id = ? AND seq = 6')
        .run('{"type":"agent.perhaps"}', spoilt)
    })
    const { run } = await own.state(spoilt)
    expect(run.status).toBe('failed')
    expect(run.error?.message).toMatch(/^Event 6 in the journal of run .* was changed outside of Skein/)
    expect(own.reports.splice(0)).toHaveLength(1)
    expect((await own.ended(fine)).run.status).toBe('completed')
  })

  test('holds a run back over whose reading the process died again and again, until a person resumes it', async () => {
    let died: { what: string; times: number } | null = null
    const own = open({
      reply: () => says('ok', 500),
      readings: {
        diedOver: () => died,
        forget: () => {
          died = null
        },
      },
    })
    const runId = await own.launch(`return agent('x')`)
    await own.until(() => own.sent.length === 1)
    died = { what: 'a.pdf', times: 1 }
    await own.restart()
    expect(own.engine.active(runId)).not.toBeNull()
    died = { what: 'a.pdf', times: 2 }
    await own.restart()
    expect(own.engine.active(runId)).toBeNull()
    expect((await own.state(runId)).run).toMatchObject({
      status: 'paused',
      pauseReason: 'reading',
      reason:
        'Skein crashed 2 times while this run was reading a.pdf. Check that content, then resume or cancel the run.',
    })
    await own.restart()
    expect(await own.events(runId, 'run.paused')).toHaveLength(1)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(died).toBeNull()
  })

  test('lets a run that was held back before it began begin when it is resumed', async () => {
    let died: { what: string; times: number } | null = { what: 'a.pdf', times: 3 }
    const forget = () => {
      died = null
    }
    const own = open({ readings: { diedOver: () => died, forget } })
    const runId = await own.draft(`return agent('x')`)
    own.engine.approve(runId, ann).catch(() => {})
    await own.killedAfter(({ type }) => type === 'run.approved')
    expect((await own.state(runId)).run.status).toBe('paused')
    await own.done(own.engine.resume(runId, ann))
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await own.events(runId, 'run.started')).toHaveLength(1)
  })

  test('lets nobody cancel into the void a run that was held back', async () => {
    const own = open({ readings: { diedOver: () => ({ what: 'a.pdf', times: 2 }), forget: () => {} } })
    const runId = await own.launch(`return agent('x')`)
    await own.killedAfter(({ type }) => type === 'turn.started')
    await own.done(own.engine.cancel(runId, ann))
    expect((await own.state(runId)).run.status).toBe('cancelled')
  })
})

describe('a server that stops in good order', () => {
  test('lets turns in flight finish for a while, begins nothing new, and refuses acts', async () => {
    const own = open({ reply: () => says('ok', 300) })
    const runId = await own.launch(
      `return parallel(Array.from({ length: 6 }, (_, n) => () => agent('q' + n)))`,
      { concurrency: 2 },
    )
    await own.until(() => own.sent.length === 2)
    const stopped = own.settled(own.engine.shutDown(5000))
    expect(await own.settled(own.engine.pause(runId, ann))).toMatchObject({ ok: false })
    const acts: (() => Promise<unknown>)[] = [
      () => own.engine.actOnAgent(runId, 'a1', { do: 'skip' }, ann),
      () => own.engine.answer(runId, 'c1', 1, ann),
      () => own.engine.retryFailed(runId, null, ann),
    ]
    for (const act of acts)
      expect(await own.settled(act())).toMatchObject({
        error: { message: expect.stringContaining('stopping') },
      })
    expect(await stopped).toMatchObject({ ok: true })
    const state = await own.state(runId)
    expect(state.totals).toMatchObject({ turns: 2, unsettledNanoUsd: 0 })
    expect(state.run.status).toBe('running')
    expect(own.sent).toHaveLength(2)
    await own.restart()
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(6)
    expect(own.sent).toHaveLength(6)
  })

  test('cuts what takes longer, writes no end of it, and the next process books what it probably cost', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(`return agent('q')`)
    await own.until(async () => (await own.store.loadInFlightTurns(runId)).length === 1)
    await own.done(own.engine.shutDown(100))
    expect(await own.events(runId, 'turn.failed')).toEqual([])
    expect(await own.events(runId, 'agent.ended')).toEqual([])
    await own.restart()
    expect(await own.events(runId, 'turn.failed')).toMatchObject([{ failure: { kind: 'interrupted' } }])
    expect((await own.state(runId)).totals.unsettledNanoUsd).toBeGreaterThan(0)
  })
})

describe('a run that cannot be worked on', () => {
  test('says so, with the reason, and leaves nobody waiting', async () => {
    const own = open()
    const runId = await own.launch(`return agent('x')`, { workspace })
    const { run } = await own.ended(runId)
    expect(run).toMatchObject({ status: 'failed', error: { message: 'There is no workspace here' } })
    expect(own.reports.splice(0)).toHaveLength(1)
    expect(own.engine.active(runId)).toBeNull()
  })

  test('because its sandbox cannot be opened ends as failed as well', async () => {
    const own = open({
      openSandbox: (start) => ({
        ...openInlineSandbox(start),
        start: async () => {
          throw new Error('no thread')
        },
      }),
    })
    const runId = await own.launch(`return agent('x')`)
    expect((await own.ended(runId)).run.error?.message).toBe('no thread')
    expect(own.reports.splice(0)).toHaveLength(1)
  })
})
