import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { actOnAgent } from '../../runs/agent-acts'
import { bought, expectHonest } from '../../testing/batches'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const start = async (options: TestAppOptions = {}) => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\n' }, ...options })
  return app
}
const looking = (text: string) =>
  sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text })
const looks = (count: number) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('look ' + at + ' ' + ${JSON.stringify(looking('seen'))})))`
const plain = (count: number, text = 'said') =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('say ' + at + ' ' + ${JSON.stringify(sim({ text }))})))`
const seen = (count: number) => Array(count).fill('seen')

describe('a run delivered in batches', () => {
  test('takes its agents through their tools in batches, each round one batch, at half price', async () => {
    const own = await start()
    const id = await own.launch(looks(4), { workspace: own.workspace, delivery: 'batch' })
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual(seen(4))
    const journal = await own.journal(id)
    expect(eventsOf(journal, 'batch.prepared').map(({ turns }) => turns.length)).toEqual([4, 4])
    expect(state.batches.map(({ status, turns }) => [status, turns])).toEqual([
      ['ended', 4],
      ['ended', 4],
    ])
    for (const { usage, model, cost } of eventsOf(journal, 'turn.committed')) {
      const live = costOf({ ...usage, serviceTier: 'standard' }, model, priceTable, new Date().toISOString())
      expect(Math.abs((live?.totalNanoUsd ?? 0) / 2 - (cost?.totalNanoUsd ?? 0))).toBeLessThanOrEqual(3)
    }
    await expectHonest(own, id, state)
  })

  test('waits where everybody sees it, reserves the worst case at half price, and takes no slot', async () => {
    const own = await start({ simulator: { speed: 1, batchMs: 400 } })
    const id = await own.launch(plain(3), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    const { agents, totals, batches } = await own.state(id)
    expect([...agents.values()].map(({ status, reason, delivery }) => [status, reason, delivery])).toEqual(
      Array(3).fill(['waiting', 'batch', 'batch']),
    )
    expect(batches).toMatchObject([
      { status: 'processing', turns: 3, providerBatchId: expect.stringMatching(/^msgbatch_/) },
    ])
    expect(own.app.dispatcher.usage().slots).toMatchObject({ used: 0, waiting: 0 })
    expect(own.app.dispatcher.usage().today.reservedNanoUsd).toBe(totals.reservedNanoUsd)
    // Sonnet: 16,384 tokens of output at $10 a million, halved, and a little input.
    expect(totals.reservedNanoUsd / 3).toBeGreaterThan(81_000_000)
    expect(totals.reservedNanoUsd / 3).toBeLessThan(90_000_000)
    await expectHonest(own, id, await own.ended(id))
  })

  test('keeps its cap: what does not fit leaves with the next batch', async () => {
    const own = await start()
    const id = await own.launch(plain(5), { delivery: 'batch', limits: { usd: 0.2 } })
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(5)
    const batches = eventsOf(await own.journal(id), 'batch.prepared').map(({ turns }) => turns.length)
    expect(batches[0]).toBe(2)
    for (const { state: at } of own.seen)
      expect(
        at.totals.spentNanoUsd + at.totals.unsettledNanoUsd + at.totals.reservedNanoUsd,
      ).toBeLessThanOrEqual(200_000_000)
    await expectHonest(own, id, state)
  })

  test('mixes with live agents in one run, each as its call asks', async () => {
    const own = await start()
    const id = await own.launch(
      `return parallel([() => agent('one', { delivery: 'batch' }), () => agent('two', { delivery: 'live' }), () => agent('three')])`,
    )
    const state = await own.ended(id)
    const tiers = eventsOf(await own.journal(id), 'turn.committed').map(({ agentId, usage }) => [
      agentId,
      usage.serviceTier,
    ])
    expect(new Map(tiers.map(([agentId, tier]) => [agentId, tier]))).toEqual(
      new Map([
        ['a1', 'batch'],
        ['a2', 'standard'],
        ['a3', 'standard'],
      ]),
    )
    await expectHonest(own, id, state)
  })

  test('is no other call: a fork delivered otherwise buys nothing again', async () => {
    const own = await start()
    const id = await own.launch(plain(2), { delivery: 'batch' })
    const keys = [...(await own.ended(id)).agents.keys()]
    const live = await own.launch(plain(2))
    await own.ended(live)
    const keyOf = async (run: string) => (await own.app.store.loadAgents(run)).map(({ spec }) => spec.key)
    expect(await keyOf(live)).toEqual(await keyOf(id))
    expect(keys).toHaveLength(2)
  })

  test('takes no time of an agent that has a time limit', async () => {
    const own = await start({ simulator: { speed: 1, batchMs: 900 } })
    const id = await own.launch(`return agent('quick enough', { timeoutMs: 500 })`, { delivery: 'batch' })
    expect((await own.ended(id)).agents.get('a1')?.status).toBe('succeeded')
  })

  test('fast mode has no place in a batch, and that is said', async () => {
    const own = await start()
    const id = await own.launch(`return agent('x', { model: 'opus' })`, { delivery: 'batch', speed: 'fast' })
    const state = await own.ended(id)
    expect(state.log.map(({ message }) => message)).toContainEqual(expect.stringContaining('no fast mode'))
    await expectHonest(own, id, state)
  })
})

describe('more output than a streamed turn may have', () => {
  test('is asked for in a batch, under its own header, where the model has it', async () => {
    const asked: string[] = []
    const own = await start({
      intercept: ({ route, body }) => {
        if (route === 'POST /v1/messages/batches') asked.push(body)
        return { do: 'forward' }
      },
    })
    const long = sim({ tokens: 400 })
    const id = await own.launch(
      `return [await agent(${JSON.stringify(long)}, { delivery: 'batch', maxTokens: 300_000 }), await agent('x', { maxTokens: 300_000 })]`,
      { limits: { usd: 20 } },
    )
    const state = await own.ended(id)
    // The simulator refuses as much without the header, as the API does.
    expect(state.agents.get('a1')?.status).toBe('succeeded')
    expect(asked).toEqual([expect.stringContaining('"max_tokens":300000')])
    const [, live] = eventsOf(await own.journal(id), 'turn.started')
    expect(live?.maxTokens).toBe(128_000)
    await expectHonest(own, id, state)
  })
})

describe('what goes wrong with single turns', () => {
  test('a refused one fails its agent, a failed one goes again with the next batch, and neither costs', async () => {
    const own = await start({
      simulator: { speed: 0, faults: [{ when: { nth: 1 }, fault: { kind: 'status', status: 529 } }] },
    })
    const bad = sim({ fault: { kind: 'status', status: 400, message: 'not like this' } })
    const id = await own.launch(
      `return parallel([() => agent('one'), () => agent('two'), () => agent(${JSON.stringify(bad)})])`,
      { delivery: 'batch' },
    )
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual([expect.any(String), expect.any(String), null])
    expect(state.agents.get('a3')).toMatchObject({ status: 'failed', failure: { kind: 'invalid-request' } })
    expect(state.totals).toMatchObject({ retries: 1, unsettledNanoUsd: 0 })
    expect(state.batches.map(({ turns }) => turns)).toEqual([3, 1])
    await expectHonest(own, id, state)
  })

  test('an expired one is asked again as often as its call allows', async () => {
    const own = await start({ simulator: { speed: 0, batchMs: 1e9, batchExpiryMs: 1e6 } })
    const id = await own.launch(`return agent('too late', { retries: 2 })`, { delivery: 'batch' })
    const state = await own.ended(id)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout' },
      retries: 2,
    })
    expect(state.batches.map(({ counts }) => counts?.expired)).toEqual([1, 1, 1])
    await expectHonest(own, id, state)
  })

  test('results in another order, twice, of strangers and of nobody are booked once each', async () => {
    const own = await start({
      intercept: ({ route }) =>
        route.endsWith('/results')
          ? {
              do: 'rewrite',
              text: (answer) => {
                const lines = answer.trim().split('\n').reverse()
                const stranger = (lines[0] ?? '').replace(
                  /"custom_id":"[^"]*"/,
                  '"custom_id":"nobody-of-ours"',
                )
                return ['', 'no json {', '{"custom_id":7}', stranger, ...lines, ...lines].join('\n')
              },
            }
          : { do: 'forward' },
    })
    const id = await own.launch(plain(3), { delivery: 'batch' })
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(3)
    expect(state.log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('contain 1 unknown turns'),
    )
    await expectHonest(own, id, state)
  })

  test('an answer without usage has an unknown cost and is unsettled with what was reserved, and one without its tier is still half price', async () => {
    const own = await start({
      intercept: ({ route }) =>
        route.endsWith('/results')
          ? {
              do: 'rewrite',
              text: (answer) => {
                const [first = '', second = ''] = answer.trim().split('\n')
                const bare = first.replace(/"usage":\{.*\}\}\}\}$/, '"usage":null}}}')
                return `${bare}\n${second.replace('"service_tier":"batch",', '')}\n`
              },
            }
          : { do: 'forward' },
    })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    const state = await own.ended(id)
    const turns = eventsOf(await own.journal(id), 'turn.committed')
    expect(turns.map(({ cost, usage }) => [cost === null, usage.serviceTier])).toEqual([
      [true, 'batch'],
      [false, 'batch'],
    ])
    expect(state.totals).toMatchObject({ costNanoUsd: null, unpricedTurns: 0, unmeteredTurns: 1 })
    const reserved = eventsOf(await own.journal(id), 'turn.started').find(
      ({ agentId }) => agentId === turns[0]?.agentId,
    )
    expect(state.totals.unsettledNanoUsd).toBe(reserved?.reservedNanoUsd)
    expect(state.totals.unsettledTokens).toBe(reserved?.reservedTokens)
  })

  test('a turn the results do not speak of counts as unsettled with all it can have cost, and is asked again', async () => {
    let isFirst = true
    const own = await start({
      intercept: ({ route }) => {
        if (!route.endsWith('/results') || !isFirst) return { do: 'forward' }
        isFirst = false
        return { do: 'rewrite', text: (answer) => `${answer.split('\n')[0]}\n` }
      },
    })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(2)
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(80_000_000)
    expect(state.batches).toHaveLength(2)
  })
})

describe('what goes wrong with a whole batch', () => {
  const refusedOnce = (status: number, type: string, headers: Record<string, string> = {}) => {
    let left = 1
    return ({ route }: { route: string }) =>
      route === 'POST /v1/messages/batches' && left-- > 0
        ? {
            do: 'refuse' as const,
            status,
            headers,
            body: JSON.stringify({ type: 'error', error: { type, message: 'no' } }),
          }
        : { do: 'forward' as const }
  }

  test('one that is refused for now is handed over again as it is', async () => {
    const own = await start({ intercept: refusedOnce(429, 'rate_limit_error', { 'retry-after-ms': '5' }) })
    const id = await own.launch(plain(3), { delivery: 'batch' })
    const state = await own.ended(id)
    const journal = await own.journal(id)
    expect(eventsOf(journal, 'batch.delayed')).toMatchObject([{ batchId: 'b1', reason: 'refused' }])
    expect(eventsOf(journal, 'batch.prepared')).toHaveLength(1)
    expect(state.totals.retries).toBe(0)
    await expectHonest(own, id, state)
  })

  test('one that the credential may not send pauses the run, and leaves once a person resumes', async () => {
    const own = await start({ intercept: refusedOnce(401, 'authentication_error') })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'run.paused' && event.reason === 'credential')
    await own.until(id, (_, state) => [...state.agents.values()].every(({ reason }) => reason === 'paused'))
    expect((await own.state(id)).totals.reservedNanoUsd).toBe(0)
    await own.app.engine.resume(id, person('ann'))
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(2)
    await expectHonest(own, id, state)
  })

  test('a server that has no batches gets its turns live, at the full price, and the run says so', async () => {
    const own = await start({
      intercept: ({ route }) =>
        route === 'POST /v1/messages/batches'
          ? {
              do: 'refuse',
              status: 404,
              body: '{"type":"error","error":{"type":"not_found_error","message":"no"}}',
            }
          : { do: 'forward' },
    })
    const id = await own.launch(plain(3), { delivery: 'batch' })
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(3)
    expect([...state.agents.values()].map(({ delivery }) => delivery)).toEqual(['live', 'live', 'live'])
    expect(state.log.map(({ message }) => message)).toContainEqual(expect.stringContaining('has no batches'))
    await expectHonest(own, id, state)
  })

  test('one whose answer was lost on the way is found by its results, and not sent again', async () => {
    let left = 1
    const own = await start({
      intercept: ({ route }) =>
        route === 'POST /v1/messages/batches' && left-- > 0 ? { do: 'lose-answer' } : { do: 'forward' },
    })
    const id = await own.launch(plain(3), { delivery: 'batch' })
    const state = await own.ended(id)
    expect(eventsOf(await own.journal(id), 'batch.submitted')).toMatchObject([{ isFound: true }])
    expect((await bought(own)).batches).toBe(1)
    await expectHonest(own, id, state)
  })

  test('one that may no longer be looked at pauses the run, and comes back once a person has seen to that', async () => {
    let left = 2
    const own = await start({
      intercept: ({ route }) =>
        /^GET .*\/batches\/msgbatch_[^/]+$/.test(route) && left-- > 0
          ? {
              do: 'refuse',
              status: 401,
              body: '{"type":"error","error":{"type":"authentication_error","message":"no"}}',
            }
          : { do: 'forward' },
    })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'run.paused' && event.reason === 'credential')
    await own.until(id, (_, state) => state.totals.turns === 2)
    await own.app.engine.resume(id, person('ann'))
    const state = await own.ended(id)
    expect(state.outcomeCounts.succeeded).toBe(2)
    await expectHonest(own, id, state)
  })

  test('one that the provider no longer knows is counted at its most and asked again', async () => {
    let left = 1
    const own = await start({
      intercept: ({ route }) =>
        /^GET .*\/batches\/msgbatch_[^/]+$/.test(route) && left-- > 0
          ? {
              do: 'refuse',
              status: 404,
              body: '{"type":"error","error":{"type":"not_found_error","message":"gone"}}',
            }
          : { do: 'forward' },
    })
    const id = await own.launch(plain(1), { delivery: 'batch' })
    const state = await own.ended(id)
    expect(state.batches.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('no longer knows'),
      null,
    ])
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(80_000_000)
    expect(state.outcomeCounts.succeeded).toBe(1)
  })
})

describe('a person', () => {
  const slow = { speed: 1, batchMs: 3_600_000 }
  const quickAndSlow = `return parallel([() => agent(${JSON.stringify(sim({ text: 'done', batchMs: 0 }))}), () => agent('slow')])`

  test('who cancels has the batch withdrawn; what was finished by then is booked', async () => {
    const own = await start({ simulator: { ...slow, batchMs: 2000 } })
    const id = await own.launch(quickAndSlow, { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    await own.app.engine.cancel(id, person('ann'))
    const state = await own.ended(id)
    const [settling] = eventsOf(await own.journal(id), 'run.settling')
    expect(settling?.reason).toContain('waits for 2 turns in a batch')
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann', settling: null })
    expect(state.outcomeCounts.cancelled).toBe(2)
    expect(eventsOf(await own.journal(id), 'batch.withdrawn')).toHaveLength(1)
    expect(state.totals).toMatchObject({ turns: 1, unsettledNanoUsd: 0 })
    expect(state.agents.get('a1')).toMatchObject({ status: 'cancelled', turns: 1 })
    await expectHonest(own, id, state)
  })

  test('who cancels twice waits no longer: what it may have cost at most is unsettled', async () => {
    const own = await start({ simulator: slow })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    const { reservedNanoUsd } = (await own.state(id)).totals
    await own.app.engine.cancel(id, person('ann'))
    await own.app.engine.cancel(id, person('ann'))
    const state = await own.ended(id)
    expect(state.run.status).toBe('cancelled')
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0, unsettledNanoUsd: reservedNanoUsd })
    expect(own.app.dispatcher.usage().today).toMatchObject({
      reservedNanoUsd: 0,
      unsettledNanoUsd: reservedNanoUsd,
    })
    expect(state.batches).toMatchObject([{ status: 'ended', detail: 'Abandoned.' }])
  })

  test('who cancels a run that only waits for its batch ends it as cancelled, and its result is kept', async () => {
    const own = await start({ simulator: slow })
    const id = await own.launch(`agent('left in its batch'); await checkpoint('Done?'); return 'done'`, {
      delivery: 'batch',
    })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    await own.until(id, ({ event }) => event.type === 'checkpoint.opened')
    const [asked] = eventsOf(await own.journal(id), 'checkpoint.opened')
    await own.app.engine.answer(id, asked?.checkpointId ?? '', true, person('ann'))
    await own.until(id, ({ event }) => event.type === 'run.settling')
    expect((await own.state(id)).run).toMatchObject({ status: 'running', settling: { cancelledBy: null } })
    await own.app.engine.cancel(id, person('ann'))
    const state = await own.ended(id)
    expect(state.run).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('cancelled by ann'),
    })
    expect(await own.result(id)).toBe('done')
    await expect(own.app.engine.cancel(id, person('ben'))).rejects.toMatchObject({ kind: 'conflict' })
  })

  test.each(['its last turn is being booked', 'its end is being written'])(
    'who cancels such a run while %s is heeded or refused, and nothing is written after its end',
    async (moment) => {
      const own = await start({ simulator: { speed: 1, batchMs: 300 } })
      const id = await own.launch(`agent('left in its batch'); await checkpoint('Done?'); return 'done'`, {
        delivery: 'batch',
      })
      await own.until(id, ({ event }) => event.type === 'batch.submitted')
      await own.until(id, ({ event }) => event.type === 'checkpoint.opened')
      const [asked] = eventsOf(await own.journal(id), 'checkpoint.opened')
      await own.app.engine.answer(id, asked?.checkpointId ?? '', true, person('ann'))
      await own.until(id, ({ event }) => event.type === 'turn.failed')
      const turnsLeft = () => own.app.engine.active(id)?.batches.turnsInBatch ?? 0
      while (moment === 'its end is being written' && turnsLeft() > 0) await new Promise(setImmediate)
      expect((await own.state(id)).run.status).toBe('running')
      const pressed = await Promise.allSettled(
        ['ann', 'ben'].map((name) => own.app.engine.cancel(id, person(name))),
      )
      const { run } = await own.ended(id)
      const isHeeded = pressed.some(({ status }) => status === 'fulfilled')
      expect(run).toMatchObject({ status: isHeeded ? 'cancelled' : 'completed', settling: null })
      expect((await own.journal(id)).at(-1)?.event.type).toBe('run.ended')
      expect(await own.result(id)).toBe('done')
    },
  )

  test('who cancels and stops the server finds the run waiting for its batch, and then cancelled', async () => {
    const own = await start({ simulator: slow })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    const crashed = own.restart({ runId: id, when: ({ event }) => event.type === 'run.settling' })
    void own.app.engine.cancel(id, person('ann')).catch(() => {})
    await crashed
    await fetch(`${own.simulator.url}/__sim/config`, { method: 'POST', body: JSON.stringify({ batchMs: 0 }) })
    const state = await own.ended(id)
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    await expectHonest(own, id, state)
  }, 20_000)

  test('who skips an agent lets the script go on; its turn is booked when it comes back', async () => {
    const own = await start({ simulator: { speed: 1, batchMs: 600 } })
    const id = await own.launch(plain(2), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    await actOnAgent(own.app, id, 'a1', { do: 'skip' }, person('ann'))
    const skipped = await own.state(id)
    expect(skipped.agents.get('a1')).toMatchObject({
      status: 'skipped',
      inBatch: [{ batchId: 'b1', turn: 0 }],
    })
    expect(skipped.agents.get('a1')?.reservedNanoUsd).toBeGreaterThan(0)
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual([null, 'said'])
    expect(state.totals.turns).toBe(2)
    await expectHonest(own, id, state)
  })

  test('who tries an agent again has both turns booked, each under its attempt', async () => {
    const own = await start({ simulator: { speed: 1, batchMs: 600 } })
    const id = await own.launch(plain(1), { delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    await actOnAgent(own.app, id, 'a1', { do: 'retry', asked: null }, person('ann'))
    await own.restart({
      runId: id,
      when: ({ event }) => event.type === 'batch.submitted' && event.batchId === 'b2',
    })
    const state = await own.ended(id)
    const turns = eventsOf(await own.journal(id), 'turn.started').map(({ turn, attempt }) => [turn, attempt])
    expect(turns).toEqual([
      [0, 1],
      [1, 2],
    ])
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2 })
    await expectHonest(own, id, state)
  })

  test('who pauses lets the batch under way come back, and nothing new leaves', async () => {
    const own = await start({ simulator: { speed: 1, batchMs: 300 } })
    const id = await own.launch(looks(3), { workspace: own.workspace, delivery: 'batch' })
    await own.until(id, ({ event }) => event.type === 'batch.submitted')
    await own.app.engine.pause(id, person('ann'))
    await own.until(id, (_, state) => state.totals.turns === 3)
    await own.until(id, (_, state) => [...state.agents.values()].every(({ reason }) => reason === 'paused'))
    expect((await own.state(id)).batches).toHaveLength(1)
    await own.app.engine.resume(id, person('ann'))
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual(seen(3))
    await expectHonest(own, id, state)
  })
})

describe('an answer that was cut off at its limit', () => {
  const cut = `const part = await agent(${JSON.stringify(sim({ tokens: 400 }))}, { maxTokens: 100 })
    return [part, await agent('and then: ' + part)]`

  test('is asked for again with more output, as a batch, and what depends on it is asked again', async () => {
    const own = await start()
    const id = await own.launch(cut)
    const before = await own.ended(id)
    expect(before.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind: 'truncated' }] })
    const asked = { maxTokens: 300_000, delivery: 'batch' as const }
    const agent = await actOnAgent(own.app, id, 'a1', { do: 'retry', asked }, person('ann'))
    expect(agent).toMatchObject({ attempt: 2, delivery: 'batch' })
    await own.app.engine.atRest(id)
    const state = await own.state(id)
    expect(state.run.status).toBe('completed')
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2, flags: [] })
    expect([...state.agents.values()].map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 3, flagged: 0 })
    const [, last] = eventsOf(await own.journal(id), 'turn.started').filter(({ agentId }) => agentId === 'a1')
    expect(last).toMatchObject({ maxTokens: 300_000, attempt: 2, batchId: 'b1' })
    await expectHonest(own, id, state)
  })

  test('is not asked for where the model has no more to give, and the refusal says so', async () => {
    const own = await start()
    const id = await own.launch(
      `return agent(${JSON.stringify(sim({ tokens: 400 }))}, { maxTokens: 100, model: 'fable' })`,
    )
    await own.ended(id)
    const more = { maxTokens: 300_000, delivery: 'batch' as const }
    await expect(actOnAgent(own.app, id, 'a1', { do: 'retry', asked: more }, person('ann'))).rejects.toThrow(
      'claude-fable-5-2 returns at most 128,000 output tokens per turn in a batch.',
    )
    const live = { maxTokens: 200_000, delivery: null }
    await expect(actOnAgent(own.app, id, 'a1', { do: 'retry', asked: live }, person('ann'))).rejects.toThrow(
      'per turn live',
    )
  })
})
