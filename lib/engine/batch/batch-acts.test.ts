import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { defaultLimits } from '@/lib/core/spec/run'
import type { Harness, HarnessOptions } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, fails, says, silence, stops } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ann = person('ann')
const batched = { delivery: 'batch' } as const
const wave = (count: number) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))`
const submitted = (own: Harness, runId: string) =>
  own.happened(runId, ({ type }) => type === 'batch.submitted')

/** A run in batches that has left for the provider. */
async function away(body: string, options: HarnessOptions) {
  const own = open(options)
  const runId = await own.launch(body, batched)
  await submitted(own, runId)
  return { own, runId }
}
const quickAndSlow = conversations({ q0: [says('done', 5)], q1: [says('late', 3_000)] })

describe('a person who cancels', () => {
  test('has the batch withdrawn, and what was finished by then is booked', async () => {
    const { own, runId } = await away(wave(2), { reply: quickAndSlow })
    own.clock.advance(10)
    await own.settled(own.engine.cancel(runId, ann))
    const state = await own.ended(runId)
    const [settling] = await own.events(runId, 'run.settling')
    expect(settling?.reason).toContain('cancelled by ann; waits for 2 turns in a batch')
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann', settling: null })
    expect(state.outcomeCounts.cancelled).toBe(2)
    expect(await own.events(runId, 'batch.withdrawn')).toHaveLength(1)
    expect(state.totals).toMatchObject({ turns: 1, unsettledNanoUsd: 0, reservedNanoUsd: 0 })
    expect(state.agents.get('a1')).toMatchObject({ status: 'cancelled', turns: 1 })
    expect((await own.journal(runId)).at(-1)?.event.type).toBe('run.ended')
    await own.checkRows(runId)
  })

  test('twice waits no longer: what it may have cost at most is unsettled', async () => {
    const { own, runId } = await away(wave(2), { reply: () => silence, batches: { withdraw: () => stuck } })
    const { reservedNanoUsd } = (await own.state(runId)).totals
    expect(await own.settled(own.engine.cancel(runId, ann))).toEqual({
      ok: true,
      value: {
        kind: 'under-way',
        waitsFor:
          'The run is cancelled: 2 of its turns are in a batch and are being cancelled; cancel again to stop waiting.',
      },
    })
    expect(await own.settled(own.engine.cancel(runId, ann))).toEqual({ ok: true, value: { kind: 'done' } })
    const state = await own.ended(runId)
    expect(state.run.status).toBe('cancelled')
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0, unsettledNanoUsd: reservedNanoUsd })
    expect(own.dispatcher.usage().today).toMatchObject({
      reservedNanoUsd: 0,
      unsettledNanoUsd: reservedNanoUsd,
    })
    expect(state.batches).toMatchObject([{ status: 'ended', detail: 'Abandoned.' }])
    await own.checkRows(runId)
  })

  test('is told that somebody else cancelled it a moment ago, where nothing is left to wait for', async () => {
    const own = open({ reply: () => ({ kind: 'clinging', text: 'x', afterMs: 60_000, clingMs: 5000 }) })
    const runId = await own.launch(wave(1))
    await own.until(() => own.sent.length === 1)
    own.clock.advance(10)
    const first = own.settled(own.engine.cancel(runId, ann))
    await own.happened(runId, ({ type }) => type === 'run.settling')
    expect(await own.settled(own.engine.cancel(runId, person('ben')))).toMatchObject({
      error: { kind: 'conflict', message: 'ann cancelled the run a moment ago; it is ending.' },
    })
    await first
    await own.ended(runId)
  })

  const leaves = `agent('left in its batch'); await checkpoint('Done?'); return 'done'`
  /** A run whose script is done, and which only waits for its batch. */
  async function settling(options: HarnessOptions) {
    const { own, runId } = await away(leaves, options)
    await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
    await own.done(own.engine.answer(runId, 'c1', true, ann))
    await own.happened(runId, ({ type }) => type === 'run.settling')
    return { own, runId }
  }

  test('a run that only waits for its batch ends it as cancelled, and its result is kept', async () => {
    const { own, runId } = await settling({ reply: () => silence, batches: { withdraw: () => stuck } })
    expect((await own.state(runId)).run).toMatchObject({ status: 'running', settling: { cancelledBy: null } })
    expect(await own.settled(own.engine.pause(runId, ann))).toMatchObject({
      error: { message: 'The run has stopped and waits for work in progress to end.' },
    })
    expect(await own.settled(own.engine.resume(runId, ann))).toMatchObject({ error: { kind: 'conflict' } })
    await own.done(own.engine.cancel(runId, ann))
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by ann when its script was done',
    })
    expect(await own.result(runId)).toBe('done')
    expect(await own.settled(own.engine.cancel(runId, person('ben')))).toMatchObject({
      error: { kind: 'conflict' },
    })
  })

  test('at any moment of such a run is heeded or refused, and nothing is written after its end', async () => {
    let heeded = 0
    for (let moment = 0; moment < 12; moment++) {
      const { own, runId } = await settling({ reply: () => says('late', 400) })
      own.clock.advance(moment * 15)
      await own.rest()
      const presses = ['ann', 'ben'].map((name) => own.settled(own.engine.cancel(runId, person(name))))
      const pressed = await Promise.all(presses)
      const { run } = await own.ended(runId)
      const isHeeded = pressed.some(({ ok }) => ok)
      expect(run).toMatchObject({ status: isHeeded ? 'cancelled' : 'completed', settling: null })
      expect((await own.journal(runId)).at(-1)?.event.type).toBe('run.ended')
      expect(await own.result(runId)).toBe('done')
      if (isHeeded) heeded += 1
    }
    expect(heeded).toBeGreaterThan(0)
  })

  test('and whose server dies finds the run waiting for its batch, and then cancelled', async () => {
    const { own, runId } = await away(wave(2), { reply: () => says('late', 5000) })
    own.engine.cancel(runId, ann).catch(() => {})
    await own.killedAfter(({ type }) => type === 'run.settling')
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(own.batches.taken).toHaveLength(1)
    expect(state.totals.reservedNanoUsd).toBe(0)
    await own.checkRows(runId)
  })

  test('before the batch has left has nothing sent', async () => {
    const own = open()
    const runId = await own.launch(wave(3), batched)
    await own.happened(runId, ({ type }) => type === 'agent.created')
    await own.done(own.engine.cancel(runId, ann))
    const state = await own.ended(runId)
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0, unsettledNanoUsd: 0 })
    expect(own.batches.taken).toEqual([])
  })

  test('while the batch is refused for now has nothing sent any more', async () => {
    const busy = { ...stuck, retryAfterMs: 60_000 }
    const own = open({ batches: { create: (nth) => (nth === 1 ? busy : 'taken') } })
    const runId = await own.launch(wave(3), batched)
    await own.happened(runId, ({ type }) => type === 'batch.delayed')
    await own.settled(own.engine.cancel(runId, ann))
    const state = await own.ended(runId)
    expect(state.batches).toMatchObject([{ detail: 'No longer needed before it was submitted.' }])
    expect(own.batches.taken).toEqual([])
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0, unsettledNanoUsd: 0 })
  })

  test('a withdrawal that fails is asked for again', async () => {
    const { own, runId } = await away(wave(1), {
      reply: () => silence,
      batches: { withdraw: (nth) => (nth < 3 ? stuck : 'asked') },
    })
    await own.settled(own.engine.cancel(runId, ann))
    expect((await own.ended(runId)).run.status).toBe('cancelled')
    expect(own.batches.asked.withdraw).toBe(3)
    expect(await own.events(runId, 'batch.withdrawn')).toHaveLength(1)
  })
})

const stuck = {
  kind: 'overloaded',
  message: 'Busy.',
  status: null,
  requestId: null,
  retryAfterMs: null,
} as const

describe('a person who acts on one agent of a batch', () => {
  test('and skips it lets the script go on; its turn is booked when it comes back', async () => {
    const { own, runId } = await away(wave(2), { reply: () => says('said', 900) })
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'skip' }, ann))
    const skipped = await own.state(runId)
    expect(skipped.agents.get('a1')).toMatchObject({
      status: 'skipped',
      inBatch: [{ batchId: 'b1', turn: 0 }],
    })
    expect(skipped.agents.get('a1')?.reservedNanoUsd).toBeGreaterThan(0)
    expect(own.batches.asked.withdraw).toBe(0)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([null, 'said'])
    expect(state.totals).toMatchObject({ turns: 2, reservedNanoUsd: 0, unsettledNanoUsd: 0 })
    expect(state.agents.get('a1')?.costNanoUsd).toBeGreaterThan(0)
    await own.checkRows(runId)
  })

  test('and skips all of them has the batch withdrawn: nobody waits for it', async () => {
    const { own, runId } = await away(wave(2), { reply: () => says('late', 60_000) })
    for (const id of ['a1', 'a2']) await own.done(own.engine.actOnAgent(runId, id, { do: 'skip' }, ann))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([null, null])
    expect(own.batches.asked.withdraw).toBe(1)
    expect(state.totals).toMatchObject({ turns: 0, reservedNanoUsd: 0, unsettledNanoUsd: 0 })
  })

  test('and skips one that then fails has its loss booked', async () => {
    const { own, runId } = await away(wave(2), {
      reply: ({ prompt }) =>
        prompt === 'q0' ? { kind: 'partial', text: 'half', afterMs: 500 } : says('said', 500),
    })
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'skip' }, ann))
    const state = await own.ended(runId)
    const [started] = await own.events(runId, 'turn.started')
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0, unsettledNanoUsd: started?.reservedNanoUsd })
    expect(await own.events(runId, 'turn.failed')).toMatchObject([{ agentId: 'a1', willRetry: false }])
    await own.checkRows(runId)
  })

  test('and tries it again has both turns booked, each under its attempt, also after a kill', async () => {
    const { own, runId } = await away(wave(1), { reply: () => says('said', 700) })
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked: null }, ann))
    await own.killedAfter((event) => event.type === 'batch.submitted' && event.batchId === 'b2')
    const state = await own.ended(runId)
    const turns = (await own.events(runId, 'turn.started')).map(({ turn, attempt }) => [turn, attempt])
    expect(turns).toEqual([
      [0, 1],
      [1, 2],
    ])
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(own.batches.taken).toHaveLength(2)
    expect(state.totals.reservedNanoUsd).toBe(0)
    await own.checkRows(runId)
  })

  test('and tells it something has it told with its next turn, not with the one that is away', async () => {
    const own = open({
      reply: conversations({ q0: [{ ...calls(['look', {}]), afterMs: 500 }, says('done')] }),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(wave(1), { ...batched, workspace })
    await submitted(own, runId)
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'steer', message: 'Mind this.' }, ann))
    await own.restart()
    await own.ended(runId)
    expect(own.sent).toHaveLength(2)
    expect(own.sent[1]?.heard).toContain('Mind this.')
  })
})

describe('a person who pauses', () => {
  test('lets the batch under way come back, and nothing new leaves', async () => {
    const names = ['q0', 'q1', 'q2']
    const turns = [{ ...calls(['look', {}]), afterMs: 500 }, says('seen')]
    const own = open({
      reply: conversations(Object.fromEntries(names.map((name) => [name, turns]))),
      tools: { look: () => 'there' },
    })
    const runId = await own.launch(wave(3), { ...batched, workspace })
    await submitted(own, runId)
    await own.done(own.engine.pause(runId, ann))
    await own.until(async () =>
      [...(await own.state(runId)).agents.values()].every(({ reason }) => reason === 'paused'),
    )
    await own.pass(60_000)
    expect((await own.state(runId)).totals.turns).toBe(3)
    expect(own.batches.taken).toHaveLength(1)
    await own.done(own.engine.resume(runId, ann))
    await own.ended(runId)
    expect(await own.result(runId)).toEqual(Array(3).fill('seen'))
  })

  test('while turns wait to leave has them wait at the gate, with nothing reserved', async () => {
    const own = open()
    const runId = await own.launch(wave(2), batched)
    await own.until(() => own.dispatcher.usage().today.reservedNanoUsd > 0)
    await own.done(own.engine.pause(runId, ann))
    await own.pass(60_000)
    expect(own.batches.taken).toEqual([])
    expect(own.dispatcher.usage().today.reservedNanoUsd).toBe(0)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
  })
})

describe('an answer that was cut off at its limit', () => {
  const body = `const part = await agent('part', { maxTokens: 2000 }); return [part, await agent('and then: ' + part)]`
  const reply = conversations({ part: [stops('max_tokens', 'half')] })

  test('is asked for again with more output, as a batch, and what hangs on it is asked anew', async () => {
    let isLong = false
    const own = open({
      reply: (sent) => (sent.prompt === 'part' && isLong ? says('all of it') : reply(sent)),
    })
    const runId = await own.launch(body)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      status: 'flagged',
      flags: [{ kind: 'truncated' }],
    })
    isLong = true
    const asked = { maxTokens: 300_000, delivery: 'batch' as const }
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked }, ann))
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(state.agents.get('a1')).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      flags: [],
      delivery: 'batch',
    })
    expect(await own.result(runId)).toEqual(['all of it', 're: and then: all of it'])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 3, flagged: 0 })
    const sent = (await own.events(runId, 'turn.started')).filter(({ agentId }) => agentId === 'a1')
    expect(sent.at(-1)).toMatchObject({ attempt: 2, batchId: 'b1' })
    await own.checkRows(runId)
  })

  test('is not asked for where the model has no more to give, nor for an agent that is not there', async () => {
    const own = open({ reply: conversations({ part: [stops('max_tokens', 'half')] }) })
    const limits = { ...defaultLimits, nanoUsd: null }
    const runId = await own.launch(`return agent('part', { maxTokens: 2000, model: 'fable' })`, { limits })
    await own.ended(runId)
    const asked = { maxTokens: 300_000, delivery: 'batch' as const }
    expect(await own.settled(own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked }, ann))).toMatchObject({
      error: { message: 'claude-fable-5-2 returns at most 128,000 output tokens per turn in a batch.' },
    })
    expect(await own.settled(own.engine.actOnAgent(runId, 'a9', { do: 'retry', asked }, ann))).toMatchObject({
      error: { kind: 'not-found' },
    })
    expect((await own.state(runId)).run.status).toBe('completed')
  })

  test('of an agent that another agent started is that one to retry', async () => {
    const own = open({
      reply: conversations({
        lead: [
          calls(['spawn_agents', { agents: [{ label: 'c', prompt: 'part' }] }]),
          calls(['wait_for_agents', {}]),
          says('ok'),
        ],
        part: [stops('max_tokens', 'half')],
        bad: [fails('invalid-request')],
      }),
    })
    const runId = await own.launch(`return agent('lead', { spawn: true })`)
    await own.ended(runId)
    const asked = { maxTokens: 100_000, delivery: null }
    expect(
      await own.settled(own.engine.actOnAgent(runId, 'a1.1', { do: 'retry', asked }, ann)),
    ).toMatchObject({
      error: { message: 'c was started by a1, which has read its answer. Retry that agent instead.' },
    })
  })
})
