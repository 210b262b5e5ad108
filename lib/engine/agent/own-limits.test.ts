import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { AgentLimits, Limits } from '@/lib/core/spec/run'
import { defaultLimits, noAgentLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ann = person('ann')
const perAgent = (more: Partial<AgentLimits>): Limits => ({
  ...defaultLimits,
  perAgent: { ...noAgentLimits, ...more },
})

describe("an agent's own limits", () => {
  test('are never passed, end it when nothing useful fits, and the run goes on with null', async () => {
    const own = open({
      reply: conversations({ tools: [calls(['look', {}])] }),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(
      `return [await agent('tools', { limits: { tokens: 9000 }, maxTokens: 4000 }), await agent('x', { limits: { usd: 0.0001 } }), await agent('fine', { limits: { usd: 1 } })]`,
      { workspace, minSuccess: 0 },
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([null, null, 're: fine'])
    for (const id of ['a1', 'a2'])
      expect(state.agents.get(id)?.failure).toMatchObject({
        kind: 'agent-limit',
        message: expect.stringMatching(/^This agent's limit of/),
      })
    expect(state.agents.get('a1')?.turns).toBeGreaterThan(0)
    const { inputTokens = 0, outputTokens = 0 } = state.agents.get('a1')?.usage ?? {}
    expect(inputTokens + outputTokens).toBeLessThanOrEqual(9000)
    expect(state.run.status).toBe('completed-with-failures')
    expect(own.sent.filter(({ prompt }) => prompt === 'x')).toEqual([])
    await own.checkRows(runId)
  })

  test('of the launch bind calls that say nothing and calls that ask for more; one that asks for less keeps its own', async () => {
    const own = open()
    const limit = (tokens: number) => `{ maxTokens: 2000, limits: { tokens: ${tokens} } }`
    const runId = await own.launch(
      `return [await agent('a', { maxTokens: 2000 }), await agent('b', ${limit(1e6)}), await agent('c', ${limit(60)})]`,
      { limits: perAgent({ tokens: 100 }), minSuccess: 0, breaker: null },
    )
    const state = await own.ended(runId)
    const said = [...state.agents.values()].map(
      ({ failure }) => failure?.message.match(/limit of (\d+) tokens/)?.[1],
    )
    expect(said).toEqual(['100', '100', '60'])
    expect(own.sent).toEqual([])
  })

  test('in batches bind alike', async () => {
    const own = open()
    const runId = await own.launch(`return agent('a')`, {
      limits: perAgent({ tokens: 100 }),
      delivery: 'batch',
      minSuccess: 0,
    })
    expect((await own.ended(runId)).agents.get('a1')?.failure?.kind).toBe('agent-limit')
    expect(own.batches.taken).toEqual([])
  })

  test('of dollars may be raised by a retry, which goes on under the higher ones', async () => {
    const own = open()
    const runId = await own.launch(`return parallel([1, 2, 3].map((n) => () => agent('q' + n)))`, {
      limits: perAgent({ nanoUsd: 100_000 }),
      minSuccess: 0,
    })
    expect((await own.ended(runId)).outcomeCounts.failed).toBe(3)
    await own.done(own.engine.retryFailed(runId, perAgent({ nanoUsd: 1e9 }), ann))
    expect((await own.ended(runId)).outcomeCounts).toMatchObject({ succeeded: 3, failed: 0 })
  })
})

describe("an agent's own time", () => {
  const slow = { reply: () => says('late', 90_000) }

  test('cuts it when it is over, and says after how long; its slot is free', async () => {
    const own = open(slow)
    const runId = await own.launch(`return agent('slow', { timeoutMs: 30000 })`)
    const began = own.clock.awake.now()
    const state = await own.ended(runId)
    expect(own.clock.awake.now() - began).toBeLessThan(32_000)
    expect(state.agents.get('a1')).toMatchObject({
      failure: { kind: 'timeout', message: 'The agent did not finish within 30 seconds.' },
      reservedNanoUsd: 0,
    })
    expect(own.dispatcher.usage().slots.used).toBe(0)
  })

  test('is felt at once when it is lowered below what it has worked', async () => {
    const own = open(slow)
    const runId = await own.launch(`return agent('slow', { timeoutMs: 7200000 })`, {
      limits: perAgent({ wallClockSeconds: 7000 }),
      minSuccess: 0,
    })
    await own.until(() => own.sent.length === 1)
    await own.pass(50_000)
    await own.done(own.engine.changeLimits(runId, perAgent({ wallClockSeconds: 40 }), null, ann))
    expect((await own.ended(runId)).agents.get('a1')?.failure?.message).toBe(
      'The agent did not finish within 40 seconds.',
    )
  })

  test('does not pass while the run is paused, awake or asleep', async () => {
    const own = open({
      reply: conversations({ slow: [{ ...calls(['look', {}]), afterMs: 40_000 }, says('late', 40_000)] }),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(`return agent('slow', { timeoutMs: 100000 })`, { workspace })
    await own.until(() => own.sent.length === 1)
    await own.done(own.engine.pause(runId, ann))
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.reason === 'paused')
    await own.pass(600_000)
    own.clock.skip(10_000_000)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('succeeded')
  })

  test('goes on after a kill from what its committed turns took', async () => {
    const own = open({
      reply: conversations({ slow: [{ ...calls(['look', {}]), afterMs: 40_000 }, says('late', 40_000)] }),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(`return agent('slow', { timeoutMs: 60000 })`, { workspace })
    await own.killedAfter(({ type }) => type === 'turn.committed')
    expect((await own.ended(runId)).agents.get('a1')?.failure?.kind).toBe('timeout')
  })

  test('does not pass while its turns are in a batch, nor counts them after a kill', async () => {
    const own = open({
      reply: conversations({
        slow: [{ ...calls(['look', {}]), afterMs: 150_000 }, says('late', 150_000)],
      }),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(`return agent('slow', { timeoutMs: 60000 })`, {
      workspace,
      delivery: 'batch',
    })
    await own.killedAfter(({ type }) => type === 'turn.committed')
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('succeeded')
  })
})
