import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says, silence, stops } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')
const many = (count: number) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))`

describe('a person who cancels', () => {
  test('cuts the streams, and every agent ends as cancelled by them', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(many(12), { concurrency: 8 })
    await own.until(async () => (await own.store.loadInFlightTurns(runId)).length === 8)
    expect(await own.done(own.engine.cancel(runId, ann))).toEqual({ kind: 'done' })
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(state.outcomeCounts.cancelled).toBe(12)
    expect(state.totals.reservedNanoUsd).toBe(0)
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
    expect((await own.journal(runId)).at(-1)?.event.type).toBe('run.ended')
    for (const event of await own.events(runId, 'agent.ended')) expect(event.actor).toEqual(ann)
    expect(own.sent).toHaveLength(8)
    expect(own.dispatcher.usage()).toMatchObject({
      slots: { used: 0, waiting: 0 },
      today: { reservedNanoUsd: 0 },
    })
    await own.checkRows(runId)
  })

  test('right after a launch leaves no agent behind, at whatever moment', async () => {
    for (let moment = 0; moment < 10; moment++) {
      const own = open({ reply: () => silence })
      const runId = await own.launch(many(130))
      own.clock.advance(moment * 3)
      await own.rest()
      await own.done(own.engine.cancel(runId, ann))
      const state = await own.ended(runId)
      expect(state.run.status).toBe('cancelled')
      expect([...state.agents.values()].every(({ status }) => status === 'cancelled')).toBe(true)
      expect((await own.journal(runId)).at(-1)?.event.type).toBe('run.ended')
    }
  })

  test('a draft ends it at once, and a run that has ended is refused with when it did', async () => {
    const own = open()
    const draft = await own.draft(many(2))
    await own.done(own.engine.cancel(draft, ann))
    expect((await own.state(draft)).run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(await own.settled(own.engine.cancel(draft, ann))).toMatchObject({
      error: { kind: 'conflict', message: expect.stringMatching(/^The run ended as cancelled at 2026-/) },
    })
    expect(await own.settled(own.engine.cancel('nobody', ann))).toMatchObject({
      error: { kind: 'not-found' },
    })
    expect(own.sent).toEqual([])
  })

  test('a run whose agents let go slowly is told that they are stopping', async () => {
    const own = open({ reply: () => ({ kind: 'clinging', text: 'x', afterMs: 60_000, clingMs: 5000 }) })
    const runId = await own.launch(many(2))
    await own.until(() => own.sent.length === 2)
    own.clock.advance(10)
    expect(await own.done(own.engine.cancel(runId, ann))).toEqual({
      kind: 'under-way',
      waitsFor: 'The run is cancelled: its agents are stopping.',
    })
    expect((await own.ended(runId)).run.status).toBe('cancelled')
  })

  test('a paused run ends it: nobody has to resume it first', async () => {
    const own = open()
    const runId = await own.launch(`return checkpoint('Go on?')`)
    await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
    await own.done(own.engine.pause(runId, ann))
    await own.done(own.engine.cancel(runId, ann))
    expect((await own.ended(runId)).run.status).toBe('cancelled')
  })
})

describe('a person who pauses', () => {
  test('lets turns in flight finish, and nothing new is sent until somebody resumes', async () => {
    const own = open({ reply: ({ prompt }) => says('ok', prompt === 'other' ? 5 : 400) })
    const runId = await own.launch(many(6), { concurrency: 3 })
    await own.until(() => own.sent.length === 3)
    await own.done(own.engine.pause(runId, ann))
    await own.until(async () => (await own.state(runId)).totals.turns === 3)
    const other = await own.launch(`return agent('other')`)
    await own.ended(other)
    await own.pass(600_000)
    expect(own.sent).toHaveLength(4)
    expect(await own.settled(own.engine.pause(runId, ann))).toMatchObject({
      error: { message: 'The run is paused already.' },
    })
    await own.done(own.engine.resume(runId, ann))
    expect(await own.settled(own.engine.resume(runId, ann))).toMatchObject({
      error: { message: 'The run is not paused.' },
    })
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(6)
    expect((await own.state(runId)).run.pausedMs).toBeGreaterThanOrEqual(600_000)
    await own.checkRows(runId)
  })

  test('holds an agent between its turns, shows it so, and a death changes nothing of that', async () => {
    const own = open({
      reply: conversations({ q0: [{ ...stops('pause_turn', 'half'), afterMs: 300 }, says('the rest')] }),
    })
    const runId = await own.launch(many(1))
    await own.until(() => own.sent.length === 1)
    await own.done(own.engine.pause(runId, ann))
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.status === 'waiting')
    expect((await own.state(runId)).agents.get('a1')).toMatchObject({ reason: 'paused', turns: 1 })
    const { seq } = await own.state(runId)
    await own.restart()
    await own.ended(await own.launch(`return agent('another')`))
    expect((await own.state(runId)).seq).toBe(seq)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2 })
  })

  test('keeps the script from learning anything meanwhile', async () => {
    const own = open({ reply: () => says('ok', 100) })
    const runId = await own.launch(`await agent('first'); log('went on'); return agent('second')`)
    await own.until(() => own.sent.length === 1)
    await own.done(own.engine.pause(runId, ann))
    await own.pass(60_000)
    expect(await own.events(runId, 'run.logged')).toEqual([])
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('a run that has ended, or a draft, is refused', async () => {
    const own = open()
    const runId = await own.launch(many(1))
    await own.ended(runId)
    const draft = await own.draft(many(1))
    for (const id of [runId, draft]) {
      expect(await own.settled(own.engine.pause(id, ann))).toMatchObject({
        error: { message: expect.stringMatching(/^The run is (completed|draft) and cannot be paused\.$/) },
      })
      expect(await own.settled(own.engine.resume(id, ann))).toMatchObject({ error: { kind: 'conflict' } })
    }
  })
})

describe('a person who says one thing several times at once', () => {
  test('approves a draft once, and it starts once', async () => {
    const own = open()
    const runId = await own.draft(many(1))
    const approvals = await Promise.all([1, 2, 3].map(() => own.settled(own.engine.approve(runId, ann))))
    expect(approvals.filter(({ ok }) => ok)).toHaveLength(1)
    expect(approvals.find(({ ok }) => !ok)).toMatchObject({
      error: { message: expect.stringContaining('only a draft can be approved') },
    })
    await own.ended(runId)
    expect(await own.events(runId, 'run.approved')).toHaveLength(1)
    expect(await own.events(runId, 'run.started')).toHaveLength(1)
    expect(own.sent).toHaveLength(1)
  })

  test('renames it as often as that was said, and the last one stays', async () => {
    const own = open()
    const runId = await own.launch(many(1))
    await own.ended(runId)
    await own.done(
      Promise.all(['one', 'two', 'three'].map((title) => own.engine.relabel(runId, title, [title], ann))),
    )
    expect(await own.events(runId, 'run.relabelled')).toHaveLength(3)
    expect((await own.state(runId)).run).toMatchObject({ title: 'three', tags: ['three'] })
    expect(await own.settled(own.engine.relabel('nobody', 'x', [], ann))).toMatchObject({
      error: { kind: 'not-found' },
    })
  })

  test('pauses it once', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(many(2))
    await own.until(() => own.sent.length === 2)
    const pauses = await Promise.all([1, 2].map(() => own.settled(own.engine.pause(runId, ann))))
    expect(pauses.map(({ ok }) => ok)).toEqual([true, false])
    await own.done(own.engine.cancel(runId, ann))
  })
})

describe('limits', () => {
  test('that are changed hold at once: more slots let more agents go', async () => {
    const own = open({ reply: () => says('ok', 5000) })
    const runId = await own.launch(many(6), { concurrency: 2 })
    await own.until(() => own.sent.length === 2)
    await own.done(own.engine.changeLimits(runId, defaultLimits, 5, ann))
    await own.until(() => own.sent.length === 5)
    expect((await own.state(runId)).totals.turns).toBe(0)
    await own.ended(runId)
  })

  test('of a run that has ended stay as they were', async () => {
    const own = open()
    const runId = await own.launch(many(1))
    await own.ended(runId)
    expect(await own.settled(own.engine.changeLimits(runId, defaultLimits, null, ann))).toMatchObject({
      error: { message: 'The run has ended (completed); its limits can no longer be changed.' },
    })
  })

  test('of a draft may be changed before it starts', async () => {
    const own = open()
    const runId = await own.draft(many(4))
    await own.done(own.engine.changeLimits(runId, { ...defaultLimits, agents: 2 }, null, ann))
    await own.done(own.engine.approve(runId, ann))
    expect((await own.ended(runId)).agents.size).toBe(2)
  })
})

describe('a run that is deleted', () => {
  test('is gone with everything of it, and may be a draft or an ended one', async () => {
    const own = open()
    const runId = await own.launch(many(2))
    await own.ended(runId)
    const draft = await own.draft(many(1))
    for (const id of [runId, draft]) {
      await own.done(own.engine.remove(id))
      expect(await own.store.loadState(id)).toBeNull()
      expect(await own.journal(id)).toEqual([])
    }
    expect(await own.settled(own.engine.remove(runId))).toMatchObject({ error: { kind: 'not-found' } })
  })

  test('is refused while it works: it has to be cancelled first', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(many(1))
    await own.until(() => own.sent.length === 1)
    expect(await own.settled(own.engine.remove(runId))).toMatchObject({
      error: { message: 'The run is running: cancel it before deleting it.' },
    })
    await own.done(own.engine.cancel(runId, ann))
    await own.done(own.engine.remove(runId))
    expect(await own.store.loadState(runId)).toBeNull()
  })
})

describe('what nobody works on', () => {
  test('is done to a run between its works, and a run that is just ending is waited for', async () => {
    const own = open({ reply: () => ({ kind: 'clinging', text: 'x', afterMs: 10, clingMs: 100 }) })
    const runId = await own.launch(`agent('slow'); return 'done'`)
    await own.until(async () => (await own.state(runId)).run.status !== 'queued')
    const seen = own.done(own.engine.whileIdle(runId, async () => own.engine.active(runId)))
    await own.ended(runId)
    await seen
    expect(await own.done(own.engine.whileIdle(runId, async () => own.engine.active(runId)))).toBeNull()
    await own.done(own.engine.atRest(runId))
    expect(own.engine.activeRuns()).toEqual([])
  })
})

test('acts of one agent answer each other: a spawned agent is skipped by a person while its parent waits', async () => {
  const own = open({
    reply: conversations({
      lead: [
        calls(['spawn_agents', { agents: [{ label: 'c', prompt: 'slow' }] }]),
        calls(['wait_for_agents', {}]),
        says('done'),
      ],
      slow: [silence],
    }),
  })
  const runId = await own.launch(`return agent('lead', { spawn: true })`)
  await own.until(async () => (await own.state(runId)).agents.get('a1')?.reason === 'agents')
  await own.until(() => own.sent.some(({ prompt }) => prompt === 'slow'))
  await own.done(own.engine.actOnAgent(runId, 'a1.1', { do: 'skip' }, ann))
  expect((await own.ended(runId)).run.status).toBe('completed')
  expect((await own.told(runId))[2]).toContain('"status": "skipped"')
})
