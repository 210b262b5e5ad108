import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, fails, says, silence } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ada = person('ada')
const tools = { look: () => 'seen' }
const inFlight = (own: Harness, count: number) => own.until(() => own.sent.length === count)
const act = (
  own: Harness,
  runId: string,
  what: Parameters<Harness['engine']['actOnAgent']>[2],
  agentId = 'a1',
) => own.settled(own.engine.actOnAgent(runId, agentId, what, ada))
/** An act whose answer nobody lives to hear. */
const begin = (own: Harness, runId: string, what: Parameters<Harness['engine']['actOnAgent']>[2]) =>
  void own.engine.actOnAgent(runId, 'a1', what, ada).catch(() => {})
const done = { ok: true, value: { kind: 'done' } }

describe('an agent at work', () => {
  test.each([
    ['cancel', 'cancelled'],
    ['skip', 'skipped'],
  ] as const)(
    'can be cut off (%s): the script goes on with null, and it is said who did it',
    async (word, status) => {
      const own = open({ reply: conversations({ one: [silence] }) })
      const runId = await own.launch(`return parallel([() => agent('one'), () => agent('two')])`)
      await inFlight(own, 2)
      expect(await act(own, runId, { do: word })).toEqual(done)
      expect((await own.state(runId)).agents.get('a1')?.status).toBe(status)
      const state = await own.ended(runId)
      expect(state.outcomeCounts).toMatchObject({ succeeded: 1, [status]: 1 })
      expect(await own.result(runId)).toEqual([null, 're: two'])
      const ends = await own.events(runId, 'agent.ended')
      expect(ends.find(({ agentId }) => agentId === 'a1')).toMatchObject({ outcome: status, actor: ada })
      expect(await act(own, runId, { do: word })).toMatchObject({
        ok: false,
        error: { kind: 'conflict', message: `one has ended (${status}); there is nothing left to ${word}.` },
      })
      await own.checkRows(runId)
    },
  )

  test('what a cut one had been heard to use is unsettled, and nothing stays reserved', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(`return agent('one')`)
    await own.until(async () => (await own.store.loadInFlightTurns(runId)).length === 1)
    await act(own, runId, { do: 'skip' })
    const state = await own.ended(runId)
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
    expect(state.totals.reservedNanoUsd).toBe(0)
    expect(own.dispatcher.usage().today).toMatchObject({
      reservedNanoUsd: 0,
      unsettledNanoUsd: state.totals.unsettledNanoUsd,
    })
  })

  test('that waits between two tries is cut at once', async () => {
    const own = open({ reply: () => fails('overloaded', { retryAfterMs: 300_000 }) })
    const runId = await own.launch(`return agent('one')`)
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.reason === 'back-off')
    const before = own.clock.awake.now()
    expect(await act(own, runId, { do: 'cancel' })).toEqual(done)
    expect(own.clock.awake.now() - before).toBeLessThan(1000)
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('cancelled')
  })

  test('that lets go slowly is said to be stopping, and ends as it was asked', async () => {
    const own = open({
      reply: () => ({ kind: 'clinging', text: 'late', afterMs: 600_000, clingMs: 30_000 }),
    })
    const runId = await own.launch(`return agent('one')`)
    await inFlight(own, 1)
    own.clock.advance(10)
    expect(await act(own, runId, { do: 'skip' })).toEqual({
      ok: true,
      value: { kind: 'under-way', waitsFor: 'one is stopping.' },
    })
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('skipped')
  })

  test('that is not there, or in no run, is refused with a sentence', async () => {
    const own = open()
    const runId = await own.launch(`return agent('one')`)
    await own.ended(runId)
    expect(await act(own, runId, { do: 'cancel' }, 'a9')).toMatchObject({
      error: { kind: 'not-found', message: `Run ${runId} has no agent a9.` },
    })
    expect(await act(own, 'nobody', { do: 'cancel' })).toMatchObject({
      error: { kind: 'not-found', message: 'There is no run nobody.' },
    })
    expect(await act(own, runId, { do: 'retry', asked: null })).toMatchObject({
      error: {
        message: expect.stringMatching(/and so has the run\. Retry the failed agents of the run, or fork/),
      },
    })
  })

  test('whose script has its answer already is not tried again', async () => {
    const own = open({ reply: conversations({ two: [silence] }) })
    const runId = await own.launch(`await agent('one'); return agent('two')`)
    await inFlight(own, 2)
    expect(await act(own, runId, { do: 'retry', asked: null })).toMatchObject({
      error: { message: expect.stringContaining('the script already has its answer') },
    })
  })
})

describe('another attempt', () => {
  test('begins with the question alone, and what was said before stays in the transcript', async () => {
    const own = open({ reply: conversations({ ask: [calls(['look', {}]), silence] }), tools })
    const runId = await own.launch(`return agent('ask')`, { workspace })
    await inFlight(own, 2)
    expect(await act(own, runId, { do: 'retry', asked: null })).toEqual(done)
    expect((await own.state(runId)).agents.get('a1')?.attempt).toBe(2)
    await inFlight(own, 3)
    expect(own.sent.map(({ answers }) => answers)).toEqual([0, 1, 0])
    await act(own, runId, { do: 'cancel' })
    const state = await own.ended(runId)
    expect(await own.events(runId, 'agent.retried')).toEqual([
      { type: 'agent.retried', agentId: 'a1', actor: ada },
    ])
    expect((await own.events(runId, 'agent.started')).map(({ attempt }) => attempt)).toEqual([1, 2])
    expect((await own.store.loadMessages(runId, 'a1')).length).toBeGreaterThanOrEqual(3)
    expect(state.totals.reservedNanoUsd).toBe(0)
    expect(state.log.map(({ message }) => message)).toEqual(['ada requested a new attempt of ask.'])
    await own.checkRows(runId)
  })

  test('has its turns counted anew', async () => {
    let isFirst = true
    const own = open({
      reply: ({ answers }) => {
        if (answers < 1) return calls(['look', {}])
        if (!isFirst) return says('done')
        isFirst = false
        return silence
      },
      tools,
    })
    const runId = await own.launch(`return agent('ask', { maxTurns: 2 })`, { workspace })
    await inFlight(own, 2)
    await act(own, runId, { do: 'retry', asked: null })
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2 })
  })

  test('may be asked with more output or in a batch, and keeps to that after a kill', async () => {
    const own = open({ reply: ({ inBatch }) => (inBatch ? says('in a batch') : silence) })
    const runId = await own.launch(`return agent('ask', { maxTokens: 500 })`)
    await inFlight(own, 1)
    const asked = { maxTokens: 200_000, delivery: 'batch' as const }
    begin(own, runId, { do: 'retry', asked })
    await own.killedAfter(({ type }) => type === 'agent.retried')
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2, delivery: 'batch' })
    expect(own.batches.taken.map(({ isExtended }) => isExtended)).toEqual([true])
    expect((await own.store.loadAgent(runId, 'a1'))?.spec.options).toMatchObject({
      maxTokens: 200_000,
      delivery: 'batch',
    })
  })

  test('of more output than the model has is refused, and says where there is more', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(`return agent('ask')`)
    await inFlight(own, 1)
    const more = { maxTokens: 200_000, delivery: null }
    expect(await act(own, runId, { do: 'retry', asked: more })).toMatchObject({
      error: {
        message:
          'claude-sonnet-5-5 returns at most 128,000 output tokens per turn live. Ask for it as a batch.',
      },
    })
    expect(
      await act(own, runId, { do: 'retry', asked: { maxTokens: 900_000, delivery: 'batch' } }),
    ).toMatchObject({
      error: { message: 'claude-sonnet-5-5 returns at most 300,000 output tokens per turn in a batch.' },
    })
    expect((await own.state(runId)).agents.get('a1')?.attempt).toBe(1)
  })

  test('goes on after a kill with the attempt that was begun', async () => {
    let isFirst = true
    const own = open({
      reply: () => {
        if (!isFirst) return says('done')
        isFirst = false
        return silence
      },
    })
    const runId = await own.launch(`return agent('ask')`)
    await inFlight(own, 1)
    begin(own, runId, { do: 'retry', asked: null })
    await own.killedAfter(({ type }) => type === 'agent.retried')
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2 })
    await own.checkRows(runId)
  })
})

describe('what a person says to an agent', () => {
  const steer = (own: Harness, runId: string, message: string) => act(own, runId, { do: 'steer', message })

  test('is told before its next turn, once, and the run says who said it', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['look', {}]), calls(['look', {}]), says('done')] }),
      tools,
    })
    const runId = await own.launch(`return agent('ask')`, { workspace })
    await inFlight(own, 1)
    expect(await steer(own, runId, 'Look there too.')).toEqual(done)
    const state = await own.ended(runId)
    const said = 'A person who watches your work says:\nLook there too.'
    expect((await own.told(runId)).filter((text) => text === said)).toHaveLength(1)
    expect(own.sent[1]?.heard).toBe(said)
    expect(await own.events(runId, 'agent.steered')).toEqual([
      { type: 'agent.steered', agentId: 'a1', message: 'Look there too.', actor: ada },
    ])
    expect(state.log.map(({ message }) => message)).toEqual(['ada told ask: Look there too.'])
    await own.checkRows(runId)
  })

  test('several times before one turn is told in one message, in its order', async () => {
    const own = open({ reply: conversations({ ask: [calls(['look', {}]), says('done')] }), tools })
    const runId = await own.launch(`return agent('ask')`, { workspace })
    await inFlight(own, 1)
    const { engine } = own
    await own.done(
      Promise.all(
        ['one', 'two'].map((message) => engine.actOnAgent(runId, 'a1', { do: 'steer', message }, ada)),
      ),
    )
    await own.ended(runId)
    expect(own.sent[1]?.heard).toBe('A person who watches your work says:\none\n\ntwo')
    expect(await own.events(runId, 'agent.steering-delivered')).toMatchObject([{ count: 2 }])
  })

  test('during its last turn has it answer once more; after that it is refused', async () => {
    const own = open({ reply: conversations({ ask: [says('first', 1000), says('second')] }) })
    const runId = await own.launch(`return agent('ask')`)
    await inFlight(own, 1)
    await steer(own, runId, 'Be brief.')
    const state = await own.ended(runId)
    expect(state.totals.turns).toBe(2)
    expect(await own.result(runId)).toBe('second')
    expect(own.sent[1]?.heard).toContain('Be brief.')
    expect(await steer(own, runId, 'More.')).toMatchObject({
      error: { message: 'ask has ended (succeeded); there is nothing left to steer.' },
    })
  })

  test('during an answer that fits its schema has it answer once more as well', async () => {
    const answer = (at: number) => ({ ...calls(['answer', { at }]), afterMs: 1000 })
    const own = open({ reply: conversations({ ask: [answer(1), answer(2)] }) })
    const runId = await own.launch(`return agent('ask', { schema: { type: 'object' } })`)
    await inFlight(own, 1)
    await steer(own, runId, 'Again.')
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ at: 2 })
  })

  test.each(['agent.steered', 'agent.steering-delivered'] as const)(
    'before a kill (after %s) is told after it, and told once',
    async (crashAt) => {
      const own = open({
        reply: conversations({ ask: [{ ...calls(['look', {}]), afterMs: 1000 }, says('done')] }),
        tools,
      })
      const runId = await own.launch(`return agent('ask')`, { workspace })
      await inFlight(own, 1)
      begin(own, runId, { do: 'steer', message: 'Mind the gap.' })
      await own.killedAfter(({ type }) => type === crashAt)
      const state = await own.ended(runId)
      expect(state.run.status).toBe('completed')
      const heard = (await own.told(runId)).filter((text) => text.includes('Mind the gap.'))
      expect(heard).toHaveLength(1)
      expect(await own.events(runId, 'agent.steering-delivered')).toEqual([
        { type: 'agent.steering-delivered', agentId: 'a1', count: 1 },
      ])
      await own.checkRows(runId)
    },
  )

  test('to an agent whose attempt is begun anew is told in the new one', async () => {
    let turns = 0
    const own = open({ reply: () => (turns++ === 0 ? silence : says(`turn ${turns}`)) })
    const runId = await own.launch(`return agent('ask')`)
    await inFlight(own, 1)
    await steer(own, runId, 'Mind this.')
    await act(own, runId, { do: 'retry', asked: null })
    await own.ended(runId)
    expect(own.sent.at(-1)?.heard).toContain('Mind this.')
    expect(await own.events(runId, 'agent.steering-delivered')).toHaveLength(1)
  })
})
