import { afterEach, describe, expect, test } from 'vitest'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { retryFailed, runActions } from '../../runs/act-on-run'
import { answer } from '../../runs/checkpoints'
import { fork } from '../../runs/fork'
import { launch } from '../../runs/launch'
import { eventsOf, sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp | null = null
async function start(): Promise<TestApp> {
  app = await startTestApp()
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

const ok = JSON.stringify(sim({ text: 'ok', tokens: 1000 }))
const many = (count: number) =>
  `return (await parallel(Array.from({ length: ${count} }, (_, i) => () => agent('q' + i + ${ok}, { maxTokens: 2000 })))).filter(Boolean).length`
const asks = (number: number) => (_: Envelope, state: RunState) =>
  state.checkpoints.some(({ checkpointId, status }) => checkpointId === `g${number}` && status === 'open')
const idle = (_: Envelope, state: RunState) =>
  asks(1)(_, state) && [...state.agents.values()].every(({ endedAt }) => endedAt !== null)
const say = (own: TestApp, id: string, value: Json, checkpointId = 'g1') =>
  answer(own.app, id, checkpointId, value, person('ann'))

describe('a run that is about to pass the agents that were approved', () => {
  const approved = { agents: 4 }
  const asked = async (script = many(10), more: Partial<LaunchInput> = {}) => {
    const own = await start()
    const id = await own.launch(script, { approved, ...more })
    await own.until(id, idle)
    return { own, id }
  }

  test('asks for all of them at once, says what that is likely to cost, and goes on with what was approved', async () => {
    const { own, id } = await asked()
    const { checkpoints, agents, run } = await own.state(id)
    expect(run.status).toBe('running')
    expect(agents.size).toBe(4)
    expect(checkpoints).toMatchObject([
      {
        kind: 'approval',
        title: 'test needs 10 agents; 4 are approved.',
        detail: expect.stringMatching(/^About \$0\.0\d+ more\.$/),
        input: { properties: { agents: { default: 10 } } },
      },
    ])
    await say(own, id, { do: 'go-on' })
    expect((await own.ended(id)).run).toMatchObject({ status: 'completed', approved: null })
    expect(await own.result(id)).toBe(10)
  })

  test('may be told another number, and asks again there', async () => {
    const { own, id } = await asked()
    await expect(say(own, id, { do: 'up-to' })).rejects.toThrow(/set `agents`, `usd` or both/)
    await say(own, id, { do: 'up-to', agents: 7 })
    await own.until(id, asks(2))
    const state = await own.state(id)
    expect(state.run.approved).toEqual({ agents: 7, nanoUsd: null })
    expect(state.checkpoints[1]?.title).toBe('test needs 10 agents; 7 are approved.')
    await say(own, id, { do: 'go-on' }, 'g2')
    await own.ended(id)
    expect(await own.result(id)).toBe(10)
  })

  test('stops there with what the script makes of it, and a retry asks the others', async () => {
    const { own, id } = await asked()
    await say(own, id, { do: 'stop' })
    const state = await own.ended(id)
    expect(state.run).toMatchObject({
      status: 'stopped-at-limit',
      reason: 'Stopped by ann at the approved limit; the results so far are kept.',
    })
    expect(state.outcomeCounts).toMatchObject({ succeeded: 4, refusedCalls: 6 })
    expect(await own.result(id)).toBe(4)
    await retryFailed(own.app, id, {}, person('ann'))
    await own.app.engine.atRest(id)
    expect((await own.state(id)).run.status).toBe('completed')
    expect(eventsOf(await own.journal(id), 'turn.committed')).toHaveLength(10)
  })

  test('survives a kill before the answer and after it, and buys nothing twice', async () => {
    const { own, id } = await asked()
    await own.restart()
    expect((await own.state(id)).checkpoints).toHaveLength(1)
    await say(own, id, { do: 'up-to', agents: 7 })
    await own.until(id, asks(2))
    await own.restart()
    await say(own, id, { do: 'stop' }, 'g2')
    const state = await own.ended(id)
    expect(state.run.status).toBe('stopped-at-limit')
    expect(await own.result(id)).toBe(7)
    const journal = await own.journal(id)
    expect(eventsOf(journal, 'turn.committed')).toHaveLength(7)
    expect(eventsOf(journal, 'checkpoint.opened').map(({ checkpointId }) => checkpointId)).toEqual([
      'g1',
      'g2',
    ])
  })
})

test('what does not wait for the answer goes on', async () => {
  const own = await start()
  const id = await own.launch(
    `await agent('first' + ${ok})
     const waits = agent('second' + ${ok}).then(() => 'bought', () => 'refused')
     const said = await checkpoint({ title: 'meanwhile?' })
     log('went on: ' + said)
     return [said, await waits]`,
    { approved: { agents: 1 } },
  )
  await own.until(id, asks(1))
  await own.app.engine.answer(id, 'c1', true, person('ann'))
  await own.until(id, ({ event }) => event.type === 'run.logged')
  await say(own, id, { do: 'stop' })
  await own.ended(id)
  expect(await own.result(id)).toEqual([true, 'refused'])
})

test('dollars are asked for before they are passed, and stopping there ends the run with what there is', async () => {
  const own = await start()
  const script = `let done = 0
    for (let at = 0; at < 20; at++) try { await agent('q' + at + ${ok}, { maxTokens: 2000 }); done += 1 } catch { break }
    return done`
  const id = await own.launch(script, { approved: { usd: 0.05 } })
  await own.until(id, asks(1))
  const { totals, checkpoints } = await own.state(id)
  expect(totals.spentNanoUsd).toBeLessThanOrEqual(50_000_000)
  expect(totals.spentNanoUsd).toBeGreaterThan(30_000_000)
  expect(checkpoints[0]?.title).toMatch(
    /^test has cost \$0\.0\d+ and is about to exceed the approved \$0\.0500\.$/,
  )
  await say(own, id, { do: 'up-to', usd: 0.1 })
  await own.until(id, asks(2))
  expect((await own.state(id)).totals.spentNanoUsd).toBeLessThanOrEqual(100_000_000)
  await say(own, id, { do: 'stop' }, 'g2')
  const state = await own.ended(id)
  expect(state.run.status).toBe('stopped-at-limit')
  expect(Number(await own.result(id))).toBeGreaterThan(5)
})

test('a draft is approved up to a number; a launch without one has approved its own limits', async () => {
  const own = await start()
  const draft = await own.launch(many(3), { approval: 'ask', approved: { agents: 1 } })
  await runActions.approve(own.app, draft, person('ann'), { approved: { agents: 2 } })
  await own.until(draft, asks(1))
  expect((await own.state(draft)).run.approved).toEqual({ agents: 2, nanoUsd: null })
  await own.app.engine.cancel(draft, person('ann'))
  await own.app.engine.atRest(draft)
  expect((await own.state(draft)).checkpoints).toMatchObject([{ status: 'unanswered' }])
  const open = await launch(own.app, launchSchema.parse({ script: workflow(many(3)) }), null, person('ann'))
  expect((await own.ended(open.id)).run).toMatchObject({ status: 'completed', approved: null })
})

test('a fork asks before it buys more than was approved with it, whatever it takes over', async () => {
  const own = await start()
  const script = `return (await parallel(Array.from({ length: args.count }, (_, at) => () => agent('q' + at + ${ok})))).length`
  const id = await own.launch(script, { args: { count: 4 } })
  await own.ended(id)
  const forked = await fork(own.app, id, { args: { count: 10 }, approved: { agents: 2 } }, person('ann'))
  await own.until(forked.id, asks(1))
  const state = await own.state(forked.id)
  expect(state.checkpoints[0]?.title).toBe('test needs 6 agents; 2 are approved.')
  await say(own, forked.id, { do: 'go-on' })
  await own.ended(forked.id)
  expect(await own.result(forked.id)).toBe(10)
})

test('an answer may say how far the run goes from there, beyond what it has come to', async () => {
  const own = await start()
  const script = `await agent('before' + ${ok})
    await checkpoint({ title: 'Run it?' })
    return (await parallel(Array.from({ length: 9 }, (_, at) => () => agent('q' + at + ${ok})))).length`
  const id = await own.launch(script)
  await own.until(id, ({ event }) => event.type === 'checkpoint.opened')
  await answer(own.app, id, 'c1', true, person('ann'), { agents: 5 })
  await own.until(id, asks(1))
  const { run, checkpoints } = await own.state(id)
  expect(run.approved).toEqual({ agents: 6, nanoUsd: null })
  expect(checkpoints[1]?.title).toBe('test needs 10 agents; 6 are approved.')
  await own.restart()
  await say(own, id, { do: 'go-on' })
  await own.ended(id)
  expect(await own.result(id)).toBe(9)
})
