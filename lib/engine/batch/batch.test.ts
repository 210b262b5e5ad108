import { describe, expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { foldAll } from '@/lib/core/run/fold'
import { defaultLimits } from '@/lib/core/spec/run'
import type { HarnessOptions } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says, silence } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const batched = { delivery: 'batch' } as const
const names = (count: number) => Array.from({ length: count }, (_, at) => `q${at}`)
const wave = (count: number, options = '{}') =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at, ${options})))`
/** Agents that look once before they answer. */
const looking = (count: number): HarnessOptions => ({
  reply: conversations(
    Object.fromEntries(names(count).map((name) => [name, [calls(['look', {}]), says('seen')]])),
  ),
  tools: { look: () => 'there' },
})

describe('a run delivered in batches', () => {
  test('takes its agents through their tools in batches, each round one batch', async () => {
    const own = open(looking(4))
    const runId = await own.launch(wave(4), { ...batched, workspace })
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(Array(4).fill('seen'))
    expect((await own.events(runId, 'batch.prepared')).map(({ turns }) => turns.length)).toEqual([4, 4])
    expect(state.batches.map(({ status, turns }) => [status, turns])).toEqual([
      ['ended', 4],
      ['ended', 4],
    ])
    expect(own.batches.taken.map(({ requests }) => requests.length)).toEqual([4, 4])
    expect(own.batches.asked.withdraw).toBe(0)
    expect(state.totals).toMatchObject({ turns: 8, reservedNanoUsd: 0, unsettledNanoUsd: 0 })
    await own.checkRows(runId)
  })

  test('is booked at half of what it would have cost live', async () => {
    const usage = { inputTokens: 10_000, outputTokens: 5000 }
    const own = open({ reply: () => says('long', 10, usage) })
    const runId = await own.launch(wave(2), batched)
    await own.ended(runId)
    const turns = await own.events(runId, 'turn.committed')
    expect(turns.map(({ usage: { serviceTier } }) => serviceTier)).toEqual(['batch', 'batch'])
    for (const turn of turns) {
      const live = costOf(
        { ...turn.usage, serviceTier: 'standard' },
        turn.model,
        priceTable,
        '2026-11-28T12:00:00Z',
      )
      expect(turn.cost?.totalNanoUsd).toBe((live?.totalNanoUsd ?? 0) / 2)
    }
  })

  test('names each turn by a name no other has, in letters the API takes', async () => {
    const own = open(looking(3))
    for (let at = 0; at < 2; at++) await own.ended(await own.launch(wave(3), { ...batched, workspace }))
    const ids = own.batches.taken.flatMap(({ requests }) => requests.map(({ customId }) => customId))
    expect(new Set(ids).size).toBe(12)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  })

  test('has its prefix kept for an hour where agents come back with it', async () => {
    const own = open(looking(2))
    await own.ended(await own.launch(wave(2), { ...batched, workspace }))
    expect(own.sent.map(({ request }) => request.cache)).toEqual(Array(4).fill('1h'))
  })

  test('waits where everybody sees it, with its worst case reserved, and takes no slot', async () => {
    const own = open({ reply: () => silence })
    const runId = await own.launch(wave(3), batched)
    await own.happened(runId, ({ type }) => type === 'batch.submitted')
    const { agents, totals, batches } = await own.state(runId)
    expect([...agents.values()].map(({ status, reason, delivery }) => [status, reason, delivery])).toEqual(
      Array(3).fill(['waiting', 'batch', 'batch']),
    )
    expect(batches).toMatchObject([{ status: 'processing', turns: 3, providerBatchId: 'msgbatch_1' }])
    expect(own.dispatcher.usage().slots).toMatchObject({ used: 0, waiting: 0 })
    expect(totals.reservedNanoUsd).toBeGreaterThan(0)
    expect(own.dispatcher.usage().today.reservedNanoUsd).toBe(totals.reservedNanoUsd)
  })

  test('reserves about half of what the same turn would live', async () => {
    const own = open()
    const runId = await own.launch(
      `return parallel([() => agent('q', { delivery: 'batch' }), () => agent('q')])`,
    )
    await own.ended(runId)
    const started = await own.events(runId, 'turn.started')
    const reserved = (agentId: string) => started.find((one) => one.agentId === agentId)?.reservedNanoUsd ?? 0
    expect(reserved('a1')).toBeGreaterThan(0.4 * reserved('a2'))
    expect(reserved('a1')).toBeLessThan(0.6 * reserved('a2'))
  })

  test('holds more agents than there are slots: a batch takes none', async () => {
    const own = open({ concurrency: 2 })
    const runId = await own.launch(wave(20), batched)
    await own.ended(runId)
    expect(own.batches.taken.map(({ requests }) => requests.length)).toEqual([20])
  })

  test('keeps its cap at every event: what does not fit leaves with the next batch', async () => {
    const own = open()
    const limits = { ...defaultLimits, nanoUsd: 200_000_000 }
    const runId = await own.launch(wave(5), { ...batched, limits })
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(5)
    expect(own.batches.taken.length).toBeGreaterThan(1)
    const journal = await own.journal(runId)
    for (let seq = 1; seq <= journal.length; seq++) {
      const { totals } = foldAll(null, journal.slice(0, seq))
      expect(totals.spentNanoUsd + totals.unsettledNanoUsd + totals.reservedNanoUsd).toBeLessThanOrEqual(
        200_000_000,
      )
    }
  })

  test('mixes with live agents in one run, each as its call asks', async () => {
    const own = open()
    const runId = await own.launch(
      `return parallel([() => agent('one', { delivery: 'batch' }), () => agent('two', { delivery: 'live' }), () => agent('three')])`,
    )
    await own.ended(runId)
    const tiers = (await own.events(runId, 'turn.committed')).map(({ agentId, usage }) => [
      agentId,
      usage.serviceTier,
    ])
    expect(Object.fromEntries(tiers)).toEqual({ a1: 'batch', a2: 'standard', a3: 'standard' })
  })

  test('sends each phase by itself', async () => {
    const own = open()
    const runId = await own.launch(
      `return parallel(['Read', 'Write', 'Read'].map((phase, at) => () => agent('q' + at, { phase })))`,
      batched,
    )
    await own.ended(runId)
    const prepared = await own.events(runId, 'batch.prepared')
    expect(prepared.map(({ phase, turns }) => [phase, turns.length]).sort()).toEqual([
      ['Read', 2],
      ['Write', 1],
    ])
  })

  test('asks for long output in a batch of its own kind, and live for no more than a stream may have', async () => {
    const own = open()
    const limits = { ...defaultLimits, nanoUsd: 50_000_000_000 }
    const runId = await own.launch(
      `return parallel([() => agent('long', { delivery: 'batch', maxTokens: 300000 }), () => agent('short', { delivery: 'batch' }), () => agent('live', { maxTokens: 300000 })])`,
      { limits },
    )
    await own.ended(runId)
    const extended = own.batches.taken.map(({ isExtended, requests }) => [isExtended, requests.length])
    expect(extended.sort()).toEqual([
      [false, 1],
      [true, 1],
    ])
    const { request } = own.sent.find(({ prompt }) => prompt === 'live') ?? {}
    expect(request?.maxTokens).toBeLessThanOrEqual(128_000)
  })
})

describe('who leaves together', () => {
  test('is everybody of the phase who is on the way: late starters and those with tools at work', async () => {
    let release = () => {}
    const own = open({
      reply: conversations({
        q0: [calls(['slow', {}]), says('done')],
        q1: [calls(['quick', {}]), says('done')],
      }),
      tools: {
        quick: () => 'q',
        slow: () =>
          new Promise((resolve) => {
            release = () => resolve('s')
          }),
      },
    })
    const runId = await own.launch(wave(2), { ...batched, workspace })
    await own.until(async () => (await own.state(runId)).agents.get('a2')?.toolCalls === 1)
    own.clock.advance(500)
    await own.rest()
    expect(own.batches.taken).toHaveLength(1)
    release()
    await own.ended(runId)
    expect(own.batches.taken.map(({ requests }) => requests.length)).toEqual([2, 2])
  })

  test('waits no longer than so long for the others, and is shown to wait for a batch', async () => {
    const own = open({
      reply: conversations({ q0: [calls(['never', {}])], q1: [calls(['quick', {}]), says('done')] }),
      tools: { quick: () => 'q', never: () => new Promise(() => {}) },
    })
    const runId = await own.launch(wave(2), { ...batched, workspace })
    await own.happened(runId, (event) => event.type === 'tool.ended' && event.agentId === 'a2')
    const backMs = own.clock.awake.now()
    await own.until(() => own.batches.taken.length === 2)
    expect(own.clock.awake.now() - backMs).toBeGreaterThanOrEqual(1000)
    expect(own.clock.awake.now() - backMs).toBeLessThan(1200)
    expect(own.batches.taken.map(({ requests }) => requests.length)).toEqual([2, 1])
    expect((await own.state(runId)).agents.get('a2')).toMatchObject({ status: 'waiting', reason: 'batch' })
  })

  test('does not wait for an agent that waits for something else than its turn', async () => {
    const own = open({
      reply: conversations({
        lead: [
          calls(['spawn_agents', { agents: [{ label: 'c', prompt: 'c', phase: 'One' }] }]),
          calls(['wait_for_agents', {}]),
          says('done'),
        ],
      }),
    })
    const runId = await own.launch(`return agent('lead', { spawn: true, phase: 'One' })`, batched)
    const began = own.clock.awake.now()
    await own.ended(runId)
    expect(await own.result(runId)).toBe('done')
    // Each of its batches leaves at once: nobody waits for the latest moment.
    expect(own.clock.awake.now() - began).toBeLessThan(4000)
  })
})
