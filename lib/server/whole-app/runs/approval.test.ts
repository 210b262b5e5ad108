import { afterEach, describe, expect, test } from 'vitest'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { runActions } from '../../runs/act-on-run'
import { answer } from '../../runs/checkpoints'
import { fork } from '../../runs/fork'
import { launch } from '../../runs/launch'
import { sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

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
