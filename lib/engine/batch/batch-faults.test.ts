import { describe, expect, test } from 'vitest'
import { failure } from '@/lib/core/agent/failure'
import { person } from '@/lib/core/base/actor'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { fails, says } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')
const batched = { delivery: 'batch' } as const
const wave = (count: number) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))`
const reservedOf = async (own: Harness, runId: string, agentId: string) =>
  (await own.events(runId, 'turn.started')).find((one) => one.agentId === agentId)

describe('what goes wrong with single turns of a batch', () => {
  test('a refused one fails its agent, a failed one goes again with the next batch, and neither costs', async () => {
    let isFirst = true
    const own = open({
      reply: ({ prompt }) => {
        if (prompt === 'q2') return fails('invalid-request')
        if (prompt !== 'q0' || !isFirst) return says('said')
        isFirst = false
        return fails('overloaded')
      },
    })
    const runId = await own.launch(wave(3), batched)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(['said', 'said', null])
    expect(state.agents.get('a3')).toMatchObject({ status: 'failed', failure: { kind: 'invalid-request' } })
    expect(state.totals).toMatchObject({ retries: 1, unsettledNanoUsd: 0, reservedNanoUsd: 0 })
    expect(state.batches.map(({ turns }) => turns)).toEqual([3, 1])
    await own.checkRows(runId)
  })

  test('an expired one is asked again as often as its call allows, and no more', async () => {
    const own = open({ reply: () => fails('timeout') })
    const runId = await own.launch(`return agent('late', { retries: 2 })`, batched)
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout' },
      retries: 2,
    })
    expect(state.batches.map(({ counts }) => counts?.expired)).toEqual([1, 1, 1])
  })

  test('one that only a person can mend pauses the run, and is asked again when it is resumed', async () => {
    let isBroken = true
    const own = open({ reply: () => (isBroken ? fails('billing', { message: 'No credit.' }) : says('said')) })
    const runId = await own.launch(wave(2), batched)
    expect((await own.paused(runId)).run).toMatchObject({ pauseReason: 'billing', reason: 'No credit.' })
    isBroken = false
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
  })

  test('one that was answered and cannot be read is unsettled with its worst case, and asked again', async () => {
    let isFirst = true
    const own = open({
      reply: () => {
        if (!isFirst) return says('said')
        isFirst = false
        return { kind: 'partial', text: 'half', afterMs: 5 }
      },
    })
    const runId = await own.launch(wave(1), batched)
    const state = await own.ended(runId)
    const reserved = await reservedOf(own, runId, 'a1')
    expect(state.totals.unsettledNanoUsd).toBe(reserved?.reservedNanoUsd)
    expect(state.totals.unsettledTokens).toBe(reserved?.reservedTokens)
    expect(state.outcomeCounts.succeeded).toBe(1)
    await own.checkRows(runId)
  })

  test('results in another order, twice and of strangers are booked once each, and the strangers are told', async () => {
    const own = open({
      batches: {
        results: (answers) => {
          const [first] = answers
          const stranger = first === undefined ? [] : [{ ...first, customId: 'nobody-of-ours' }]
          return [...stranger, ...[...answers].reverse(), ...answers]
        },
      },
    })
    const runId = await own.launch(wave(3), batched)
    const state = await own.ended(runId)
    expect(state.totals.turns).toBe(3)
    expect(await own.result(runId)).toEqual(['re: q0', 're: q1', 're: q2'])
    expect(state.log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('contain 1 unknown turns'),
    )
    await own.checkRows(runId)
  })

  test('an answer without usage has an unknown cost and is unsettled with what was reserved', async () => {
    const own = open({
      reply: ({ prompt }) => says('said', 5, prompt === 'q0' ? { isMetered: false } : {}),
    })
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    const turns = await own.events(runId, 'turn.committed')
    expect(turns.map(({ agentId, cost }) => [agentId, cost === null]).sort()).toEqual([
      ['a1', true],
      ['a2', false],
    ])
    const reserved = await reservedOf(own, runId, 'a1')
    expect(state.totals).toMatchObject({
      costNanoUsd: null,
      unmeteredTurns: 1,
      unsettledNanoUsd: reserved?.reservedNanoUsd,
      unsettledTokens: reserved?.reservedTokens,
    })
    await own.checkRows(runId)
  })

  test('a turn the results do not speak of is unsettled with all it can have cost, and asked again', async () => {
    const own = open({ batches: { results: (answers, nth) => (nth === 1 ? answers.slice(0, 1) : answers) } })
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(2)
    expect(state.totals.unsettledNanoUsd).toBe((await reservedOf(own, runId, 'a2'))?.reservedNanoUsd)
    expect(state.batches.map(({ turns }) => turns)).toEqual([2, 1])
    expect((await own.events(runId, 'turn.failed'))[0]?.failure.message).toContain('do not include this turn')
  })
})

describe('what goes wrong with a whole batch', () => {
  test('one that is refused for now is handed over again as it is', async () => {
    const busy = failure('rate-limit', 'Too many.', { retryAfterMs: 5 })
    const own = open({ batches: { create: (nth) => (nth <= 2 ? busy : 'taken') } })
    const runId = await own.launch(wave(3), batched)
    const state = await own.ended(runId)
    expect(await own.events(runId, 'batch.delayed')).toMatchObject([{ batchId: 'b1', reason: 'refused' }])
    expect(await own.events(runId, 'batch.prepared')).toHaveLength(1)
    expect(own.batches.asked.create).toBe(3)
    expect(state.totals.retries).toBe(0)
  })

  test('one that is refused for good fails its agents, and nothing of it is unsettled', async () => {
    const own = open({ batches: { create: () => failure('invalid-request', 'Not like this.') } })
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([null, null])
    expect(state.totals).toMatchObject({ unsettledNanoUsd: 0, reservedNanoUsd: 0 })
    expect(state.batches).toMatchObject([{ status: 'ended', detail: 'Not like this.' }])
  })

  test('one that the credential may not send pauses the run, and leaves once a person resumes', async () => {
    const own = open({
      batches: { create: (nth) => (nth === 1 ? failure('authentication', 'No.') : 'taken') },
    })
    const runId = await own.launch(wave(2), batched)
    expect((await own.paused(runId)).run.pauseReason).toBe('credential')
    await own.until(async () =>
      [...(await own.state(runId)).agents.values()].every(({ reason }) => reason === 'paused'),
    )
    expect((await own.state(runId)).totals.reservedNanoUsd).toBe(0)
    expect(own.dispatcher.usage().today.reservedNanoUsd).toBe(0)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
  })

  test('a server that has no batches gets its turns live, and the run says so', async () => {
    const own = open({ batches: { create: () => 'none' } })
    const runId = await own.launch(`${wave(3).replace('return', 'await')}; return agent('later')`, batched)
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(4)
    expect([...state.agents.values()].map(({ delivery }) => delivery)).toEqual(Array(4).fill('live'))
    expect(state.log.map(({ message }) => message)).toContainEqual(expect.stringContaining('has no batches'))
    // Whoever comes later does not try again.
    expect(own.batches.asked.create).toBe(1)
    expect(state.totals).toMatchObject({ unsettledNanoUsd: 0, reservedNanoUsd: 0 })
  })

  test('one whose answer was lost on the way is found by its results, and not sent again', async () => {
    const own = open({ batches: { create: (nth) => (nth === 1 ? 'lost' : 'taken') } })
    const runId = await own.launch(wave(3), batched)
    const state = await own.ended(runId)
    expect(await own.events(runId, 'batch.submitted')).toMatchObject([{ isFound: true }])
    expect(own.batches.taken).toHaveLength(1)
    expect(state.totals).toMatchObject({ turns: 3, unsettledNanoUsd: 0 })
  })

  test('one that never arrived is looked for, and then sent', async () => {
    const own = open({ batches: { create: (nth) => (nth === 1 ? 'nowhere' : 'taken') } })
    const runId = await own.launch(wave(3), batched)
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(3)
    expect(own.batches.asked.recent).toBeGreaterThan(1)
    expect(own.batches.taken).toHaveLength(1)
    expect(await own.events(runId, 'batch.submitted')).toMatchObject([{ isFound: false }])
  })

  test('while it is not known whether it was taken, its phase waits, and another phase does not', async () => {
    const own = open({
      reply: () => says('said', 900),
      batches: { create: (nth) => (nth === 1 ? 'lost' : 'taken') },
    })
    const runId = await own.launch(
      `const first = parallel([1, 2].map((n) => () => agent('a' + n, { phase: 'One' })))
await new Promise((go) => setTimeout(go, 100))
return Promise.all([first, agent('late', { phase: 'One' }), agent('other', { phase: 'Two' })])`,
      batched,
    )
    await own.until(() => own.batches.taken.length === 2)
    const { batches, agents } = await own.state(runId)
    expect(batches[0]).toMatchObject({ status: 'unresolved', providerBatchId: null })
    expect(agents.get('a3')?.inBatch).toEqual([])
    await own.ended(runId)
    expect(
      (await own.events(runId, 'batch.prepared')).map(({ phase, turns }) => [phase, turns.length]),
    ).toEqual([
      ['One', 2],
      ['Two', 1],
      ['One', 1],
    ])
  })

  test("another's batch of the same size is not taken for a lost one", async () => {
    const own = open({ batches: { create: (nth) => (nth === 2 ? 'nowhere' : 'taken') } })
    const other = await own.launch(wave(2), batched)
    await own.ended(other)
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    expect(state.totals.turns).toBe(2)
    expect(own.batches.taken).toHaveLength(2)
  })

  test("a stranger's batch that fits is read, found to be none of ours, and left alone", async () => {
    const own = open({ batches: { create: (nth) => (nth === 1 ? 'nowhere' : 'taken') } })
    const asked = {
      maxTokens: 1,
      system: '',
      tools: [],
      messages: [],
      effort: null,
      taskBudgetTokens: null,
    } as const
    const request = { ...asked, model: 'm', speed: 'standard', cache: 'none' } as const
    own.batches.taken.push({
      id: 'msgbatch_strange',
      createdMs: own.clock.now(),
      isExtended: false,
      requests: ['x1', 'x2'].map((customId) => ({ customId, request })),
      replies: new Map(['x1', 'x2'].map((customId) => [customId, says('x')])),
      withdrawnMs: null,
    })
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    // Its results were read once, those of ours once.
    expect(own.batches.asked.results).toBe(2)
    expect(state.totals.turns).toBe(2)
    expect(await own.result(runId)).toEqual(['re: q0', 're: q1'])
    expect(await own.events(runId, 'batch.submitted')).toMatchObject([{ providerBatchId: 'msgbatch_2' }])
  })

  test('one that may no longer be looked at pauses the run, and still comes back', async () => {
    const own = open({ batches: { look: (nth) => (nth <= 2 ? failure('authentication', 'No.') : 'known') } })
    const runId = await own.launch(wave(2), batched)
    expect((await own.paused(runId)).run.pauseReason).toBe('credential')
    await own.until(async () => (await own.state(runId)).totals.turns === 2)
    await own.done(own.engine.resume(runId, ann)).catch(() => {})
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(2)
    expect(own.batches.taken).toHaveLength(1)
  })

  test('one that cannot be looked at for now is looked at again, and that is told once', async () => {
    const busy = failure('overloaded', 'Busy.', { retryAfterMs: 400 })
    const own = open({ batches: { look: (nth) => (nth <= 3 ? busy : 'known') } })
    const runId = await own.launch(wave(1), batched)
    await own.ended(runId)
    expect(await own.events(runId, 'batch.delayed')).toMatchObject([
      { reason: 'refused', detail: 'Batch b1 status check failed: Busy.' },
    ])
    expect(own.batches.asked.look).toBe(4)
  })

  test('one that the provider no longer knows is counted at its most and asked again', async () => {
    const own = open({ batches: { look: (nth) => (nth === 1 ? 'gone' : 'known') } })
    const runId = await own.launch(wave(1), batched)
    const state = await own.ended(runId)
    expect(state.batches.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('no longer knows'),
      null,
    ])
    expect(state.totals.unsettledNanoUsd).toBe((await reservedOf(own, runId, 'a1'))?.reservedNanoUsd)
    expect(state.outcomeCounts.succeeded).toBe(1)
  })

  test('one whose results are kept no longer is counted at its most and asked again', async () => {
    const own = open({ batches: { results: (answers, nth) => (nth === 1 ? 'gone' : answers) } })
    const runId = await own.launch(wave(1), batched)
    const state = await own.ended(runId)
    expect(state.totals.unsettledNanoUsd).toBe((await reservedOf(own, runId, 'a1'))?.reservedNanoUsd)
    expect((await own.events(runId, 'turn.failed'))[0]?.failure.message).toContain(
      'no longer keeps its results',
    )
    expect(state.outcomeCounts.succeeded).toBe(1)
  })

  test('one whose results break off is read again from the top, and nothing is booked twice', async () => {
    const own = open({
      batches: { results: (answers, nth) => (nth <= 2 ? failure('connection', 'It broke.') : answers) },
    })
    const runId = await own.launch(wave(2), batched)
    const state = await own.ended(runId)
    expect(state.totals).toMatchObject({ turns: 2, unsettledNanoUsd: 0 })
    expect(await own.events(runId, 'batch.delayed')).toMatchObject([
      { detail: 'The results of batch b1 cannot be read: It broke.' },
    ])
  })

  test('one that goes on slowly tells how far it is', async () => {
    const own = open({ reply: ({ prompt }) => says('said', prompt === 'q0' ? 100 : 2000) })
    const runId = await own.launch(wave(3), batched)
    await own.ended(runId)
    expect((await own.events(runId, 'batch.progressed')).map(({ counts }) => counts.succeeded)).toContain(1)
  })
})
