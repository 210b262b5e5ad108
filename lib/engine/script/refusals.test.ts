import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type RunSpec } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { fails, says } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')

describe('a loop that only meets a cap ends as stopped at it', () => {
  const five: Partial<RunSpec> = { limits: { ...defaultLimits, agents: 5 } }
  const ofPhase: Partial<RunSpec> = {
    limits: { ...defaultLimits, phases: { Find: { ...noPhaseLimits, agents: 5 } } },
  }
  const rounds = `phase('Find')
    const found = []
    while (found.length < 30)
      found.push(...(await parallel([0, 1, 2].map((i) => () => agent('find ' + found.length + '-' + i)))).filter(Boolean))`
  const piped = `phase('Find')
    for (let at = 0; ; at++) await pipeline([1, 2], (n) => agent('look ' + at + n), (n) => agent('then ' + n + at))`
  const caught = `phase('Find')
    for (let at = 0; ; at++) try { await agent('again ' + at) } catch {}`
  const settled = `phase('Find')
    for (let at = 0; ; at++) await agent.settled('again ' + at).catch(() => {})`
  const patient = `phase('Find')
    for (let at = 0; ; at++) try { await agent('again ' + at) } catch { await new Promise((go) => setTimeout(go, 50)) }`
  const inner = "meta = { name: 'in', description: 'd' }; return agent('inside ' + args.at)"
  const nested = `phase('Find')
    for (let at = 0; ; at++) await parallel([() => workflow({ script: 'export' + ${JSON.stringify(` const ${inner}`)} }, { at })])`
  const ofRun = "The run's limit of 5 agents is reached."
  const inPhase = 'The limit of 5 agents of the phase “Find” is reached.'

  test.each<[string, string, Partial<RunSpec>, string]>([
    ['of agents, in parallel', rounds, five, ofRun],
    ['of agents, in a pipeline', piped, five, ofRun],
    ['of agents, caught', caught, five, ofRun],
    ['of agents, settled and caught', settled, five, ofRun],
    ['of agents, with waits between', patient, five, ofRun],
    ['of agents, in workflows that it calls', nested, five, ofRun],
    ['of its phase, in parallel', rounds, ofPhase, inPhase],
    ['of its phase, caught', caught, ofPhase, inPhase],
    [
      'of its own budget, in parallel',
      rounds,
      { budgetTokens: 90 },
      'The budget of 90 output tokens is spent',
    ],
    ['of its own budget, caught', caught, { budgetTokens: 90 }, 'The budget of 90 output tokens is spent'],
    [
      'of dollars where it ends',
      caught,
      { limits: { ...defaultLimits, nanoUsd: 10_000_000 }, onLimit: 'end' },
      "The run's cap of $0.01 leaves",
    ],
  ])('%s', async (_, script, more, reason) => {
    const own = open()
    const state = await own.ended(await own.launch(script, more))
    expect(state.run).toMatchObject({ status: 'stopped-at-limit', reason: expect.stringContaining(reason) })
    expect(state.outcomeCounts.refusedCalls + state.outcomeCounts.failed).toBeLessThan(20)
  })
})

test('calls that a cap refused are failures, and the head of the run says how many and why', async () => {
  const own = open()
  const sixty = `return (await parallel(Array.from({ length: 60 }, (_, i) => () => agent('q' + i)))).filter(Boolean).length`
  const runId = await own.launch(sixty, { limits: { ...defaultLimits, agents: 20 } })
  const state = await own.ended(runId)
  expect(state.run).toMatchObject({
    status: 'completed-with-failures',
    reason:
      "40 calls were refused: The run's limit of 20 agents is reached. Raise it at launch if that many are intended.",
  })
  expect(state.outcomeCounts).toMatchObject({ succeeded: 20, failed: 0, refusedCalls: 40 })
  expect(await own.result(runId)).toBe(20)
})

test('one refused call beside one failed agent is told of in one sentence', async () => {
  const own = open({ reply: ({ prompt }) => (prompt === 'bad' ? fails('invalid-request') : says('ok')) })
  const runId = await own.launch(
    `return parallel(['good', 'bad', 'third'].map((name) => () => agent(name)))`,
    {
      limits: { ...defaultLimits, agents: 2 },
    },
  )
  expect((await own.ended(runId)).run.reason).toMatch(
    /^1 of 2 agents failed; a call was refused: The run's limit/,
  )
})

test('calls beyond the cap of agents throw, those before it are answered', async () => {
  const own = open()
  const runId = await own.launch(
    `return (await Promise.allSettled(Array.from({ length: 7 }, (_, at) => agent('q' + at)))).map((one) => one.status === 'fulfilled' ? 'ok' : one.reason.message)`,
    { limits: { ...defaultLimits, agents: 5 } },
  )
  const state = await own.ended(runId)
  expect(state.log.filter(({ kind }) => kind === 'noted')).toHaveLength(1)
  expect(await own.result(runId)).toEqual([
    ...Array(5).fill('ok'),
    ...Array(2).fill(expect.stringContaining('limit of 5 agents')),
  ])
})

test('a cap of a phase refuses in that phase alone, and what was never made is counted too', async () => {
  const own = open()
  const phases = { Read: { ...noPhaseLimits, agents: 3 } }
  const runId = await own.launch(
    `await parallel([1, 2, 3, 4, 5].map((n) => () => agent('r' + n, { phase: 'Read' }))); return parallel([1, 2, 3, 4, 5].map((n) => () => agent('w' + n, { phase: 'Write' })))`,
    { limits: { ...defaultLimits, phases } },
  )
  const state = await own.ended(runId)
  const inPhase = (phase: string) => [...state.agents.values()].filter((one) => one.phase === phase).length
  expect([inPhase('Read'), inPhase('Write')]).toEqual([3, 5])
  expect(state.log.some(({ message }) => message.includes('limit of 3 agents of the phase “Read”'))).toBe(
    true,
  )
  expect(state.outcomeCounts).toMatchObject({ succeeded: 8, refusedCalls: 2 })
})

test('a retry asks them again where there is room by then, and buys no answer twice', async () => {
  const own = open()
  const ten = `return (await parallel(Array.from({ length: 10 }, (_, i) => () => agent('q' + i)))).filter(Boolean).length`
  const runId = await own.launch(ten, { limits: { ...defaultLimits, agents: 4 } })
  await own.ended(runId)
  await own.done(own.engine.retryFailed(runId, { ...defaultLimits, agents: 8 }, ann))
  const state = await own.ended(runId)
  expect(state.run).toMatchObject({
    status: 'completed-with-failures',
    reason: expect.stringContaining('2 calls were'),
  })
  expect(state.outcomeCounts).toMatchObject({ succeeded: 8, refusedCalls: 2 })
  expect(own.sent).toHaveLength(8)
  expect(await own.result(runId)).toBe(8)
  await own.checkRows(runId)
})

test('a wide call over a cap still reaches its reduce, though each of its items tries twice', async () => {
  const own = open()
  const runId = await own.launch(
    `const all = await parallel(Array.from({ length: 120 }, (_, i) => async () => {
       try { return await agent('a' + i) } catch { return agent('b' + i) }
     }))
     let reduced = null
     try { reduced = await agent('reduce') } catch (error) { reduced = error.message }
     return [all.length, all.filter(Boolean).length, reduced]`,
    { limits: { ...defaultLimits, agents: 10 } },
  )
  expect((await own.ended(runId)).run.status).toBe('completed-with-failures')
  expect(await own.result(runId)).toEqual([120, 10, expect.stringContaining('limit of 10 agents')])
})

test('while another agent is at work, the loop waits for what it brings', async () => {
  const own = open({ reply: ({ prompt }) => says('ok', prompt === 'slow' ? 60_000 : 5) })
  const runId = await own.launch(
    `const slow = agent('slow')
     let isOver = false
     slow.then(() => { isOver = true })
     let asked = 0
     while (!isOver) { asked += 1; try { await agent('again ' + asked) } catch {} }
     return asked`,
    { limits: { ...defaultLimits, agents: 1 } },
  )
  expect((await own.ended(runId)).run.status).toBe('completed-with-failures')
  expect(Number(await own.result(runId))).toBeLessThan(10)
})

test('while a question is open, the loop waits for its answer', async () => {
  const own = open()
  const runId = await own.launch(
    `let isOver = false
     checkpoint('Stop?').then(() => { isOver = true })
     let asked = 0
     while (!isOver) { asked += 1; try { await agent('again ' + asked) } catch {} }
     return 'stopped'`,
    { limits: { ...defaultLimits, agents: 1 } },
  )
  await own.happened(runId, ({ type }) => type === 'call.refused')
  await own.pass(60_000)
  expect((await own.state(runId)).run.status).toBe('running')
  await own.done(own.engine.answer(runId, 'c1', true, ann))
  await own.ended(runId)
  expect(await own.result(runId)).toBe('stopped')
})
