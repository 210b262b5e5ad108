import { describe, expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import type { Governor } from '@/lib/core/ports/ports'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, fails, says } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const speeds = async (own: Harness, runId: string) =>
  (await own.events(runId, 'turn.committed')).map(({ usage }) => usage.speed)
const notes = async (own: Harness, runId: string) =>
  (await own.events(runId, 'run.noted')).map(({ message }) => message)
const fast = `return agent('quick', { model: 'opus', speed: 'fast' })`

describe('fast mode', () => {
  test('of a run is asked for every agent whose model has it, reserved and paid twice', async () => {
    const own = open({ reply: () => says('ok', 5, { outputTokens: 1000 }) })
    const runId = await own.launch(
      `return [await agent('one', { model: 'opus' }), await agent('two'), await agent('one', { model: 'opus', speed: 'standard' })]`,
      { speed: 'fast' },
    )
    await own.ended(runId)
    expect(await speeds(own, runId)).toEqual(['fast', 'standard', 'standard'])
    const [first] = await own.events(runId, 'turn.committed')
    if (first === undefined || first.cost === null) throw new Error('No cost')
    const alone = costOf(
      { ...first.usage, speed: 'standard' },
      first.model,
      priceTable,
      '2026-11-28T12:00:00Z',
    )
    expect(first.cost.totalNanoUsd).toBe(2 * (alone?.totalNanoUsd ?? 0))
    const [quick, , standard] = await own.events(runId, 'turn.started')
    expect(quick?.reservedNanoUsd).toBeGreaterThan(standard?.reservedNanoUsd ?? Number.POSITIVE_INFINITY)
    expect(await notes(own, runId)).toEqual([
      'claude-sonnet-5-5 has no fast mode; its agents run at standard speed and price',
    ])
  })

  test.each([
    ['limited', fails('rate-limit', { retryAfterMs: 3_600_000 })],
    ['limited', fails('overloaded')],
    ['refused', fails('invalid-request', { message: "speed: 'fast' is not supported here" })],
  ])('that is %s falls back to standard at once, and says so', async (word, bad) => {
    const own = open({ reply: ({ request }) => (request.speed === 'fast' ? bad : says('ok')) })
    const runId = await own.launch(fast)
    const began = own.clock.awake.now()
    const state = await own.ended(runId)
    expect(own.clock.awake.now() - began).toBeLessThan(1000)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 1 })
    expect(await speeds(own, runId)).toEqual(['standard'])
    expect(await notes(own, runId)).toEqual([
      `Fast mode of claude-opus-5-5 was ${word}; this agent continues at standard speed and price.`,
    ])
    expect(state.run.status).toBe('completed')
  })

  test('that was left is left for the rest of the agent, and for no other agent', async () => {
    let limits = 1
    const own = open({
      reply: ({ prompt, request, answers }) => {
        if (request.speed === 'fast' && limits-- > 0) return fails('rate-limit', { retryAfterMs: 5 })
        return prompt === 'quick' && answers === 0 ? calls(['look', {}]) : says('ok')
      },
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(
      `await agent('quick', { model: 'opus' }); return agent('other', { model: 'opus' })`,
      {
        workspace,
        speed: 'fast',
      },
    )
    await own.ended(runId)
    expect(await speeds(own, runId)).toEqual(['standard', 'standard', 'fast'])
  })

  test.each([
    ['of another kind', fails('server-error'), 'fast'],
    ['of a request that says nothing of speed', fails('invalid-request', { message: 'no' }), null],
  ])('is not left at a failure %s', async (_, bad, speed) => {
    let times = 1
    const own = open({ reply: () => (times-- > 0 ? bad : says('ok')) })
    const runId = await own.launch(fast, { minSuccess: 0 })
    await own.ended(runId)
    expect((await speeds(own, runId))[0] ?? null).toBe(speed)
    expect(await notes(own, runId)).toEqual([])
  })

  test('whose limit is known to be reached is not waited for', async () => {
    const governor: Governor = {
      admit: (family, signal, onWait) =>
        new Promise((resolve, reject) => {
          if (!family.endsWith(' fast')) return resolve({ headers() {}, settle() {} })
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          onWait(null)
        }),
      headroom: () => [],
    }
    const own = open({ governor })
    const runId = await own.launch(fast)
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 0 })
    expect(await speeds(own, runId)).toEqual(['standard'])
    expect(await notes(own, runId)).toHaveLength(1)
    expect(own.dispatcher.usage().slots.used).toBe(0)
    expect(state.totals.reservedNanoUsd).toBe(0)
  })

  test('waits for a slot like everybody else, and stays fast', async () => {
    const own = open({ concurrency: 1, reply: conversations({ first: [says('ok', 1000)] }) })
    const runId = await own.launch(
      `return parallel(['first', 'second'].map((name) => () => agent(name, { model: 'opus', speed: 'fast' })))`,
    )
    await own.ended(runId)
    expect(await speeds(own, runId)).toEqual(['fast', 'fast'])
  })
})
