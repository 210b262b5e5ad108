import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { retryFailed } from '../../runs/act-on-run'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
async function start(): Promise<TestApp> {
  app = await startTestApp()
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

const ok = sim({ text: 'bug', tokens: 20 })
const quoted = JSON.stringify(ok)

describe('a loop that only meets a cap ends as stopped at it', () => {
  const five = { agents: 5 }
  const ofPhase = { phases: { Find: { agents: 5 } } }
  const rounds = `phase('Find')
    const found = []
    while (found.length < 30)
      found.push(...(await parallel([0, 1, 2].map((i) => () => agent('find ' + found.length + '-' + i + ${quoted})))).filter(Boolean))`
  const piped = `phase('Find')
    for (let at = 0; ; at++) await pipeline([1, 2], (n) => agent('look ' + at + n + ${quoted}), (n) => agent('then ' + n + at + ${quoted}))`
  const caught = `phase('Find')
    for (let at = 0; ; at++) try { await agent('again ' + at + ${quoted}) } catch {}`
  const settled = `phase('Find')
    for (let at = 0; ; at++) await agent.settled('again ' + at + ${quoted}).catch(() => {})`
  const patient = `phase('Find')
    for (let at = 0; ; at++) try { await agent('again ' + at + ${quoted}) } catch { await new Promise((go) => setTimeout(go, 50)) }`
  const inner = "meta = { name: 'in', description: 'd' }; return agent('inside ' + args.at)"
  const nested = `phase('Find')
    for (let at = 0; ; at++) await parallel([() => workflow({ script: 'export' + ${JSON.stringify(` const ${inner}`)} }, { at })])`

  test.each<[string, string, Partial<LaunchInput>, string]>([
    ['of agents, in parallel', rounds, { limits: five }, "The run's limit of 5 agents is reached."],
    ['of agents, in a pipeline', piped, { limits: five }, "The run's limit of 5 agents is reached."],
    ['of agents, caught', caught, { limits: five }, "The run's limit of 5 agents is reached."],
    ['of agents, settled and caught', settled, { limits: five }, "The run's limit of 5 agents is reached."],
    ['of agents, with waits between', patient, { limits: five }, "The run's limit of 5 agents is reached."],
    [
      'of agents, in workflows that it calls',
      nested,
      { limits: five },
      "The run's limit of 5 agents is reached.",
    ],
    [
      'of its phase, in parallel',
      rounds,
      { limits: ofPhase },
      'The limit of 5 agents of the phase “Find” is reached.',
    ],
    [
      'of its phase, caught',
      caught,
      { limits: ofPhase },
      'The limit of 5 agents of the phase “Find” is reached.',
    ],
    [
      'of its own budget, in parallel',
      rounds,
      { budget: { outputTokens: 90 } },
      'The budget of 90 output tokens is spent',
    ],
    [
      'of its own budget, caught',
      caught,
      { budget: { outputTokens: 90 } },
      'The budget of 90 output tokens is spent',
    ],
    [
      'of dollars where it ends',
      caught,
      { limits: { usd: 0.01 }, onLimit: 'end' },
      "The run's cap of $0.0100 leaves",
    ],
  ])('%s', async (_, script, more, reason) => {
    const own = await start()
    const state = await own.ended(await own.launch(script, more))
    expect(state.run).toMatchObject({ status: 'stopped-at-limit', reason: expect.stringContaining(reason) })
    expect(state.outcomeCounts.refusedCalls + state.outcomeCounts.failed).toBeLessThan(20)
  })
})

test('forty of sixty calls that a cap refused are failures, and the head of the run says why', async () => {
  const own = await start()
  const sixty = `return (await parallel(Array.from({ length: 60 }, (_, i) => () => agent('q' + i + ${quoted})))).filter(Boolean).length`
  const id = await own.launch(sixty, { limits: { agents: 20 } })
  const state = await own.ended(id)
  expect(state.run).toMatchObject({
    status: 'completed-with-failures',
    reason:
      "40 calls were refused: The run's limit of 20 agents is reached. Raise it at launch if that many are intended.",
  })
  expect(state.outcomeCounts).toMatchObject({ succeeded: 20, failed: 0, refusedCalls: 40 })
  expect(await own.result(id)).toBe(20)
})

test('a retry asks them again where there is room by then, and buys no answer twice', async () => {
  const own = await start()
  const ten = `return (await parallel(Array.from({ length: 10 }, (_, i) => () => agent('q' + i + ${quoted})))).filter(Boolean).length`
  const id = await own.launch(ten, { limits: { agents: 4 } })
  await own.ended(id)
  await retryFailed(own.app, id, { limits: { agents: 8 } }, person('ann'))
  await own.app.engine.atRest(id)
  const state = await own.state(id)
  expect(state.run).toMatchObject({
    status: 'completed-with-failures',
    reason: expect.stringContaining('2 calls were'),
  })
  expect(state.outcomeCounts).toMatchObject({ succeeded: 8, refusedCalls: 2 })
  expect(eventsOf(await own.journal(id), 'turn.committed')).toHaveLength(8)
  expect(await own.result(id)).toBe(8)
})

test('one wide call over a cap still reaches its reduce, though each of its items tries twice', async () => {
  const own = await start()
  const id = await own.launch(
    `const all = await parallel(Array.from({ length: 120 }, (_, i) => async () => {
       try { return await agent('a' + i + ${quoted}) } catch { return agent('b' + i + ${quoted}) }
     }))
     let reduced = null
     try { reduced = await agent('reduce') } catch (error) { reduced = error.message }
     return [all.length, all.filter(Boolean).length, reduced]`,
    { limits: { agents: 10 } },
  )
  const state = await own.ended(id)
  expect(state.run.status).toBe('completed-with-failures')
  expect(await own.result(id)).toEqual([120, 10, expect.stringContaining('limit of 10 agents')])
})

test('while another agent is at work the loop waits for what it brings', async () => {
  const own = await start()
  const id = await own.launch(
    `const slow = agent('slow ${sim({ text: 'stop', fault: { kind: 'header-stall', ms: 900 } })}')
     let isOver = false
     slow.then(() => { isOver = true })
     let asked = 0
     while (!isOver) { asked += 1; try { await agent('again ' + asked + ${quoted}) } catch {} }
     return asked`,
    { limits: { agents: 1 } },
  )
  const state = await own.ended(id)
  expect(state.run.status).toBe('completed-with-failures')
  expect(Number(await own.result(id))).toBeLessThan(10)
})
