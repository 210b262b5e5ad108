import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { RunSpec } from '@/lib/core/spec/run'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, fails, says } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'

const open = harnessPerTest()
const ann = person('ann')

/** Prompts say after how many milliseconds they are answered. */
const timed = ({ prompt }: Sent): Reply => says(`said ${prompt}`, Number(prompt.split(' ').at(-1)) || 10)

/** A fork of a run, at its end: which agents it bought, and what it gave. */
async function forked(
  own: Harness,
  origin: string,
  body: string,
  more: Partial<RunSpec> = {},
  args: Json = null,
) {
  const runId = await own.launch(
    body,
    { forkedFrom: { runId: origin, title: 'o', isRetry: false }, ...more },
    args,
  )
  const state = await own.ended(runId)
  const bought = [...state.agents.values()]
    .filter(({ reusedFrom }) => reusedFrom === null)
    .map(({ id }) => id)
  await own.checkRows(runId)
  return { runId, state, bought, result: await own.result(runId) }
}

/** Races, staggered timers, a budget loop, the same prompt twice, a called workflow and a question. */
const everything = `const late = (ms) => new Promise((done) => setTimeout(() => done('timer ' + ms), ms))
phase('Race')
const winner = await Promise.race([agent('quick 5'), late(60000), agent('slow 300')])
const order = []
await Promise.all([1, 2, 3].map(async (n) => { await late(n * 3); order.push(await agent('after ' + (40 - n * 10))) }))
phase('Twice')
const twice = await pipeline(['a', 'b', 'a'], (item) => agent('same ' + item), (before, item) => agent(before + ' then ' + item))
phase('Loop')
const loops = []
const before = budget.spent()
while (budget.spent() < before + 90 && loops.length < 40) loops.push(await agent('once more ' + loops.length))
const called = await workflow({ script: "export const meta = { name: 'child', description: 'x' }\\nreturn await agent('in the child')" })
const said = await checkpoint({ title: 'Go on?', detail: '' })
return { winner, order, twice, loops, called, said, end: await agent('end ' + said) }`

async function origin(own: Harness, spec: Partial<RunSpec> = {}) {
  const runId = await own.launch(everything, spec)
  await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
  await own.done(own.engine.answer(runId, 'c1', 'yes', ann))
  await own.ended(runId)
  return runId
}

describe('a fork', () => {
  test('with nothing changed buys nothing and gives the same, races, timers, loops and questions included', async () => {
    const own = open({ reply: timed })
    const first = await origin(own)
    const sent = own.sent.length
    const before = own.clock.now()
    const { state, bought, result, runId } = await forked(own, first, everything)
    expect(bought).toEqual([])
    expect(result).toEqual(await own.result(first))
    expect(own.sent).toHaveLength(sent)
    expect(state.totals).toMatchObject({ spentNanoUsd: 0, turns: 0 })
    expect(state.outcomeCounts.reused).toBe((await own.state(first)).agents.size)
    expect(await own.events(runId, 'checkpoint.answered')).toMatchObject([{ by: 'person', actor: ann }])
    // Its timers fired with its answers: nobody waited a minute.
    expect(own.clock.now() - before).toBeLessThan(10_000)
    const again = await forked(own, runId, everything)
    expect(again.bought).toEqual([])
    expect(again.result).toEqual(result)
  })

  test('of one changed call runs that call and what its answer went into, and nothing else', async () => {
    const own = open()
    const script = (ask: string) => `
const first = await parallel(['one', '${ask}', 'three'].map((word) => () => agent('Tell about ' + word, { phase: 'First' })))
const second = await parallel(first.map((said, at) => () => agent('Weigh: ' + said, { phase: 'Second' })))
return await agent('Sum up: ' + second.join('; '), { phase: 'Last' })`
    const first = await own.launch(script('two'))
    await own.ended(first)
    const { bought, state } = await forked(own, first, script('something else'))
    expect(bought.map((id) => state.agents.get(id)?.phase)).toEqual(['First', 'Second', 'Last'])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 7, reused: 4 })
    expect(own.sent).toHaveLength(7 + 3)
  })

  test('asks one call otherwise by its key, with another prompt or model', async () => {
    const own = open()
    const body = `return [await agent('Name a colour'), await agent('Name a number')]`
    const first = await own.launch(body)
    await own.ended(first)
    const key = (await own.store.loadAgent(first, 'a2'))?.spec.key ?? ''
    const overrides = [{ key, prompt: 'Name a letter', model: 'haiku' }]
    const { bought, result } = await forked(own, first, body, { overrides })
    expect(bought).toEqual(['a2'])
    expect(own.sent.at(-1)).toMatchObject({ prompt: 'Name a letter', request: { model: 'claude-haiku-5-5' } })
    expect(result).toEqual(['re: Name a colour', 're: Name a letter'])
  })

  test('buys what failed again; another model buys everything again', async () => {
    const own = open({ reply: ({ prompt }) => (prompt === 'bad' ? fails('invalid-request') : says('ok')) })
    const body = `return await parallel([() => agent('good'), () => agent('bad')])`
    const first = await own.launch(body)
    await own.ended(first)
    expect((await forked(own, first, body)).bought).toEqual(['a2'])
    expect((await forked(own, first, body, { model: 'claude-haiku-5-5' })).bought).toEqual(['a1', 'a2'])
  })

  test('as a retry does not take what its script had turned down', async () => {
    const own = open()
    const body = `return await parallel([1, 2].map((n) => () => agent('q' + n, { failIf: () => n === 1 })))`
    const first = await own.launch(body)
    await own.ended(first)
    expect((await forked(own, first, body)).bought).toEqual([])
    const retry = { forkedFrom: { runId: first, title: 'o', isRetry: true } }
    expect((await forked(own, first, body, retry)).bought).toEqual(['a1'])
  })

  test('takes flags over with the answers they stand beside', async () => {
    const own = open({
      reply: ({ answers }) =>
        answers === 0 ? calls(['flag', { kind: 'uncertain', reason: 'r' }]) : calls(['answer', {}]),
    })
    const body = `return agent('x', { schema: { type: 'object' } })`
    const first = await own.launch(body)
    await own.ended(first)
    const { state } = await forked(own, first, body)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'flagged',
      flags: [{ kind: 'uncertain', reason: 'r' }],
    })
    expect(state.outcomeCounts).toMatchObject({ flagged: 1, reused: 1 })
  })

  test('sees the spending of its origin beside what it takes over', async () => {
    const own = open()
    const body = `await agent('a'); const one = budget.spent(); await agent('b' + args); return [one, budget.spent()]`
    const first = await own.launch(body, {}, 1)
    await own.ended(first)
    expect(await own.result(first)).toEqual([20, 40])
    expect((await forked(own, first, body, {}, 1)).result).toEqual([20, 40])
    const changed = await forked(own, first, body, {}, 2)
    expect(changed.bought).toEqual(['a2'])
    expect(changed.result).toEqual([20, 40])
  })

  test('waits for timers by the clock again, from the first call on that it buys', async () => {
    const own = open({ reply: timed })
    const body = `await agent('first'); await new Promise((go) => setTimeout(go, 50000)); if (args) await agent('bought'); await new Promise((go) => setTimeout(go, 70000)); return 'done'`
    const first = await own.launch(body, {}, false)
    await own.ended(first)
    const began = own.clock.now()
    await forked(own, first, body, {}, true)
    expect(own.clock.now() - began).toBeGreaterThanOrEqual(70_000)
    expect(own.clock.now() - began).toBeLessThan(80_000)
  })

  test('of an origin that is gone buys everything', async () => {
    const own = open()
    const first = await own.launch(`return agent('a')`)
    await own.ended(first)
    await own.done(own.engine.remove(first))
    const { bought, state } = await forked(own, first, `return agent('a')`)
    expect(bought).toEqual(['a1'])
    expect(state.run.status).toBe('completed')
  })

  test('that is tried on a sample runs that much, and its fork buys what was tried no more', async () => {
    const own = open()
    const body = `return await parallel(Array.from({ length: 7 }, (_, at) => () => agent('item ' + at)))`
    const first = await own.launch(body, { sampleItems: 3 })
    expect((await own.ended(first)).agents.size).toBe(3)
    expect((await own.events(first, 'run.noted')).map(({ message }) => message)).toEqual([
      'parallel() was given 7 items, and the first 3 are tried',
    ])
    const { state, bought } = await forked(own, first, body)
    expect([state.outcomeCounts.reused, bought.length]).toEqual([3, 4])
  })

  test('clears timers that its script no longer waits for', async () => {
    const own = open({ reply: timed })
    const body = `const timer = setTimeout(() => log('fired'), 200); await agent('quick 5'); if (args) clearTimeout(timer); await agent('slow 600'); return 1`
    const first = await own.launch(body, {}, false)
    await own.ended(first)
    const { runId } = await forked(own, first, body, {}, true)
    expect(await own.events(runId, 'timer.fired')).toEqual([])
    expect(await own.events(runId, 'run.logged')).toEqual([])
  })
})

describe('a fork that dies', () => {
  const body = `const all = await parallel(Array.from({ length: 30 }, (_, at) => () => agent('count ' + at)))\nreturn await agent('sum ' + all.length + args)`

  test.each([
    ['agents are made', 'agent.created', 10],
    ['answers are taken over', 'agent.ended', 12],
    ['its own call is made', 'turn.started', 1],
  ] as const)('while %s goes on with what it inherits', async (_, type, nth) => {
    const own = open()
    const first = await own.launch(body, {}, 'x')
    await own.ended(first)
    const runId = await own.launch(body, { forkedFrom: { runId: first, title: 'o', isRetry: false } }, 'y')
    let left = nth
    await own.killedAfter((event) => event.type === type && --left <= 0)
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    const bought = [...state.agents.values()].filter(({ reusedFrom }) => reusedFrom === null)
    expect(bought.map(({ id }) => id)).toEqual(['a31'])
    await own.checkRows(runId)
  })

  test('in its races and timers repeats them all the same', async () => {
    const own = open({ reply: timed })
    const first = await origin(own)
    for (const nth of [4, 13, 22]) {
      const runId = await own.launch(everything, { forkedFrom: { runId: first, title: 'o', isRetry: false } })
      let left = nth
      await own.killedAfter(() => --left <= 0)
      await own.ended(runId)
      expect(await own.result(runId)).toEqual(await own.result(first))
      expect((await own.state(runId)).totals.turns).toBe(0)
    }
  })
})

test('a question that nobody answered in the origin is asked anew', async () => {
  const own = open()
  const body = `return [await agent('a'), await checkpoint('Go on?')]`
  const first = await own.launch(body)
  await own.happened(first, ({ type }) => type === 'checkpoint.opened')
  await own.done(own.engine.cancel(first, ann))
  await own.ended(first)
  const runId = await own.launch(body, { forkedFrom: { runId: first, title: 'o', isRetry: false } })
  await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
  await own.done(own.engine.answer(runId, 'c1', 'now', ann))
  await own.ended(runId)
  expect(await own.result(runId)).toEqual(['re: a', 'now'])
  expect(own.sent).toHaveLength(1)
})
