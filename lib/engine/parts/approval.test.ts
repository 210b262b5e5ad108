import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { says } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')
const ofAgents = (agents: number) => ({ approved: { agents, nanoUsd: null } })
const many = (count: number) =>
  `return (await parallel(Array.from({ length: ${count} }, (_, i) => () => agent('q' + i, { maxTokens: 2000 })))).filter(Boolean).length`
const isOpen = (own: Harness, runId: string, number: number) =>
  own.until(async () =>
    (await own.state(runId)).checkpoints.some(
      ({ checkpointId, status }) => checkpointId === `g${number}` && status === 'open',
    ),
  )
const say = (own: Harness, runId: string, value: Json, checkpointId = 'g1') =>
  own.done(own.engine.answer(runId, checkpointId, value, ann))
/** A run of ten agents of which four were approved, at the question. */
async function asked(count = 10, approved = 4) {
  const own = open()
  const runId = await own.launch(many(count), ofAgents(approved))
  await isOpen(own, runId, 1)
  await own.until(async () =>
    [...(await own.state(runId)).agents.values()].every(({ endedAt }) => endedAt !== null),
  )
  return { own, runId }
}

describe('a run that is about to pass the agents that were approved', () => {
  test('asks for all of them at once, says what that is likely to cost, and goes on with what was approved', async () => {
    const { own, runId } = await asked()
    const { checkpoints, agents, run } = await own.state(runId)
    expect(run.status).toBe('running')
    expect(agents.size).toBe(4)
    expect(checkpoints).toMatchObject([
      {
        kind: 'approval',
        title: 'w needs 10 agents; 4 are approved.',
        // Nothing has cost anything yet.
        detail: '',
        input: { properties: { agents: { default: 10 } } },
      },
    ])
    await say(own, runId, { do: 'go-on' })
    expect((await own.ended(runId)).run).toMatchObject({ status: 'completed', approved: null })
    expect(await own.result(runId)).toBe(10)
    await own.checkRows(runId)
  })

  test('says what the others are likely to cost, once one has cost something', async () => {
    const own = open({ reply: () => says('ok', 10, { outputTokens: 10_000 }) })
    const runId = await own.launch(`await agent('first'); ${many(10)}`, ofAgents(1))
    await isOpen(own, runId, 1)
    expect((await own.state(runId)).checkpoints[0]?.detail).toBe('About $1.00 more.')
  })

  test('may be told another number, and asks again there', async () => {
    const { own, runId } = await asked()
    await say(own, runId, { do: 'up-to', agents: 7 })
    await isOpen(own, runId, 2)
    const state = await own.state(runId)
    expect(state.run.approved).toEqual({ agents: 7, nanoUsd: null })
    expect(state.checkpoints[1]?.title).toBe('w needs 10 agents; 7 are approved.')
    await say(own, runId, { do: 'go-on' }, 'g2')
    await own.ended(runId)
    expect(await own.result(runId)).toBe(10)
  })

  test('stops there with what the script makes of it, and a retry asks the others', async () => {
    const { own, runId } = await asked()
    await say(own, runId, { do: 'stop' })
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'stopped-at-limit',
      reason: 'Stopped by ann at the approved limit; the results so far are kept.',
    })
    expect(state.outcomeCounts).toMatchObject({ succeeded: 4, refusedCalls: 6 })
    expect(await own.result(runId)).toBe(4)
    await own.done(own.engine.retryFailed(runId, null, ann))
    expect((await own.ended(runId)).run.status).toBe('completed')
    expect(own.sent).toHaveLength(10)
  })

  test('survives a kill before the answer and after it, and buys nothing twice', async () => {
    const { own, runId } = await asked()
    await own.restart()
    await own.rest()
    expect((await own.state(runId)).checkpoints).toHaveLength(1)
    await say(own, runId, { do: 'up-to', agents: 7 })
    await isOpen(own, runId, 2)
    await own.until(async () => (await own.state(runId)).outcomeCounts.succeeded === 7)
    await own.restart()
    await say(own, runId, { do: 'stop' }, 'g2')
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
    expect(await own.result(runId)).toBe(7)
    expect(own.sent).toHaveLength(7)
    expect((await own.events(runId, 'checkpoint.opened')).map(({ checkpointId }) => checkpointId)).toEqual([
      'g1',
      'g2',
    ])
    await own.checkRows(runId)
  })

  test('that was told to stop before a kill is stopped after it', async () => {
    const { own, runId } = await asked()
    own.engine.answer(runId, 'g1', { do: 'stop' }, ann).catch(() => {})
    await own.killedAfter(({ type }) => type === 'checkpoint.answered')
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
    expect(own.sent).toHaveLength(4)
  })

  test('takes one of two answers that come at once', async () => {
    const { own, runId } = await asked()
    const answers = [{ do: 'go-on' }, { do: 'stop' }].map((value) =>
      own.settled(own.engine.answer(runId, 'g1', value, ann)),
    )
    const taken = (await Promise.all(answers)).filter(({ ok }) => ok)
    expect(taken).toHaveLength(1)
    await own.ended(runId)
    expect(await own.events(runId, 'checkpoint.answered')).toHaveLength(1)
  })
})

test('what does not wait for the answer goes on, and hears what it is told', async () => {
  const own = open()
  const runId = await own.launch(
    `await agent('first')
     const waits = agent('second').then(() => 'bought', () => 'refused')
     const said = await checkpoint({ title: 'meanwhile?' })
     log('went on: ' + said)
     return [said, await waits]`,
    ofAgents(1),
  )
  await isOpen(own, runId, 1)
  await own.done(own.engine.answer(runId, 'c1', true, ann))
  await own.happened(runId, ({ type }) => type === 'run.logged')
  await say(own, runId, { do: 'stop' })
  await own.ended(runId)
  expect(await own.result(runId)).toEqual([true, 'refused'])
})

describe('dollars that were approved', () => {
  const costs = (outputTokens: number) => ({ reply: () => says('ok', 10, { outputTokens }) })
  const script = `let done = 0
    for (let at = 0; at < 20; at++) try { await agent('q' + at, { maxTokens: 2000 }); done += 1 } catch { break }
    return done`

  test('are asked for before they are passed, and stopping there ends the run with what there is', async () => {
    const own = open(costs(1000))
    const runId = await own.launch(script, { approved: { agents: null, nanoUsd: 50_000_000 } })
    await isOpen(own, runId, 1)
    const { totals, checkpoints, agents } = await own.state(runId)
    expect(totals.spentNanoUsd).toBeLessThanOrEqual(50_000_000)
    expect(totals.spentNanoUsd).toBeGreaterThan(30_000_000)
    expect(checkpoints[0]?.title).toMatch(
      /^w has cost \$0\.0\d+ and is about to exceed the approved \$0\.0500\.$/,
    )
    await own.until(async () =>
      [...(await own.state(runId)).agents.values()].some(({ reason }) => reason === 'approval'),
    )
    await say(own, runId, { do: 'up-to', usd: 0.1 })
    await isOpen(own, runId, 2)
    expect((await own.state(runId)).totals.spentNanoUsd).toBeLessThanOrEqual(100_000_000)
    await say(own, runId, { do: 'stop' }, 'g2')
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
    expect(Number(await own.result(runId))).toBeGreaterThan(agents.size - 1)
  })

  test('are not passed by many turns at once: those that are let go count as the others did', async () => {
    const own = open({ reply: () => says('ok', 500, { outputTokens: 1000 }) })
    const runId = await own.launch(`await agent('first', { maxTokens: 2000 }); ${many(10)}`, {
      approved: { agents: null, nanoUsd: 50_000_000 },
    })
    await isOpen(own, runId, 1)
    await own.until(async () => (await own.state(runId)).totals.turns === 4)
    await own.pass(5000)
    const { totals } = await own.state(runId)
    expect(totals.spentNanoUsd).toBeLessThanOrEqual(50_000_000)
    await say(own, runId, { do: 'go-on' })
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(11)
  })

  test('are not passed by a wave that waits for its slots either', async () => {
    const own = open({ concurrency: 2, ...costs(1000) })
    const runId = await own.launch(`await agent('first', { maxTokens: 2000 }); ${many(10)}`, {
      approved: { agents: null, nanoUsd: 50_000_000 },
    })
    await isOpen(own, runId, 1)
    await own.until(async () => (await own.state(runId)).totals.turns === 4)
    await own.pass(5000)
    const { totals } = await own.state(runId)
    expect(totals.spentNanoUsd).toBeLessThanOrEqual(50_000_000)
    // As many as are likely to fit have gone.
    expect(totals.turns).toBe(4)
    await say(own, runId, { do: 'stop' })
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
  })

  test('hold for turns in batches, too', async () => {
    const own = open(costs(1000))
    const runId = await own.launch(script, {
      delivery: 'batch',
      approved: { agents: null, nanoUsd: 20_000_000 },
    })
    await isOpen(own, runId, 1)
    expect((await own.state(runId)).totals.spentNanoUsd).toBeLessThanOrEqual(20_000_000)
    await say(own, runId, { do: 'stop' })
    expect((await own.ended(runId)).run.status).toBe('stopped-at-limit')
  })

  test('are measured by the estimate before anything is spent', async () => {
    const one = { low: 1, likely: 1, high: 1 }
    const dollar = { low: 1e9, likely: 1e9, high: 1e9 }
    const estimate = { agents: one, costNanoUsd: dollar, tokens: null, seconds: null, basis: 'a guess' }
    const own = open()
    const runId = await own.launch(many(3), { approved: { agents: null, nanoUsd: 900_000_000 }, estimate })
    await isOpen(own, runId, 1)
    expect(own.sent).toEqual([])
    await say(own, runId, { do: 'go-on' })
    expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(3)
  })
})

test('a draft is approved up to a number, or as the launch said', async () => {
  const own = open()
  const draft = await own.draft(many(3), ofAgents(1))
  await own.done(own.engine.approve(draft, ann, { agents: 2, nanoUsd: null }))
  await isOpen(own, draft, 1)
  expect((await own.state(draft)).run.approved).toEqual({ agents: 2, nanoUsd: null })
  await own.done(own.engine.cancel(draft, ann))
  await own.ended(draft)
  expect((await own.state(draft)).checkpoints).toMatchObject([{ status: 'unanswered' }])
  const other = await own.draft(many(3), ofAgents(1))
  await own.done(own.engine.approve(other, ann))
  await isOpen(own, other, 1)
  expect((await own.state(other)).checkpoints[0]?.title).toBe('w needs 3 agents; 1 are approved.')
})

test('a fork asks before it buys more than was approved with it, whatever it takes over', async () => {
  const own = open()
  const script = `return (await parallel(Array.from({ length: args }, (_, at) => () => agent('q' + at)))).length`
  const origin = await own.launch(script, {}, 4)
  await own.ended(origin)
  const runId = await own.launch(
    script,
    { ...ofAgents(2), forkedFrom: { runId: origin, title: 'origin', isRetry: false } },
    10,
  )
  await isOpen(own, runId, 1)
  expect((await own.state(runId)).checkpoints[0]?.title).toBe('w needs 6 agents; 2 are approved.')
  await say(own, runId, { do: 'go-on' })
  await own.ended(runId)
  expect(await own.result(runId)).toBe(10)
  expect(own.sent).toHaveLength(10)
})

test('an answer to a question may say how far the run goes from there, also after a kill', async () => {
  const own = open()
  const script = `await agent('before'); await checkpoint({ title: 'Run it?' }); ${many(9)}`
  const runId = await own.launch(script)
  await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
  await own.done(own.engine.answer(runId, 'c1', true, ann, { agents: 5, nanoUsd: 1e9 }))
  await isOpen(own, runId, 1)
  const { run, checkpoints } = await own.state(runId)
  expect(run.approved).toMatchObject({ agents: 6 })
  expect(run.approved?.nanoUsd).toBeGreaterThan(1e9)
  expect(checkpoints[1]?.title).toBe('w needs 10 agents; 6 are approved.')
  await own.restart()
  await say(own, runId, { do: 'go-on' })
  await own.ended(runId)
  expect(await own.result(runId)).toBe(9)
})

test('agents that agents start wait for the answer as well, and are refused when it is no', async () => {
  const own = open({
    reply: ({ prompt, answers }) => {
      if (prompt !== 'lead' || answers > 0) return says('done')
      const agents = ['one', 'two', 'three'].map((label) => ({ label, prompt: label }))
      return {
        kind: 'turn',
        content: [{ type: 'tool_use', name: 'spawn_agents', input: { agents } }],
        stopReason: 'tool_use',
        usage: {},
        afterMs: 5,
      }
    },
  })
  const runId = await own.launch(`return agent('lead', { spawn: true })`, ofAgents(2))
  await isOpen(own, runId, 1)
  expect((await own.state(runId)).agents.size).toBe(1)
  await say(own, runId, { do: 'stop' })
  await own.ended(runId)
  expect((await own.told(runId))[1]).toMatch(/Stopped by ann at the approved limit.* Nothing was started\.$/)
})
