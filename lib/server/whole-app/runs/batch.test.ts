import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
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
})
