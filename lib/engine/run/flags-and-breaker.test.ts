import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { harnessPerTest } from '../testing/per-test'
import { answers, calls, conversations, fails, says } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'

const open = harnessPerTest()
const ann = person('ann')

describe('flagged inputs', () => {
  const flagging: Reply[] = [
    calls(['flag', { kind: 'uncertain', reason: 'half is guessed' }]),
    answers({ claim: 'the moon is made of green cheese, mostly' }),
  ]
  const schema = `{ type: 'object', properties: { claim: { type: 'string' } }, required: ['claim'] }`

  test('are marked on the agents they feed, counted, and named on the result they went into through others', async () => {
    const known = conversations({
      moon: flagging,
      plain: [says('a plain and certain answer, long enough')],
      short: [says('yes')],
    })
    const own = open({
      reply: (sent) =>
        sent.prompt.startsWith('Sum up') ? says('so it is said, and so it is summed up') : known(sent),
    })
    const runId = await own.launch(`
      const first = await agent('moon', { schema: ${schema} })
      const plain = await agent('plain')
      const second = await agent('Sum up: ' + first.claim)
      return { summary: second, short: await agent('short'), unrelated: 'a plain remark of the script' }`)
    const state = await own.ended(runId)
    expect(state.agents.get('a1')?.status).toBe('flagged')
    expect(state.agents.get('a3')?.flaggedInputs).toEqual(['a1'])
    expect(state.agents.get('a2')?.flaggedInputs).toEqual([])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 3, flagged: 1, withFlaggedInputs: 1 })
    expect(state.run).toMatchObject({
      resultInputs: ['a3', 'a4'],
      flaggedSources: [{ agentId: 'a1', flags: [{ kind: 'uncertain', reason: 'half is guessed' }] }],
    })
    await own.checkRows(runId)
  })

  test('of objects that were merged into a list are found, and clean answers are not accused', async () => {
    const found = (line: number) => answers({ findings: [{ file: 'a.ts', line }] })
    const flag = calls(['flag', { kind: 'incomplete', reason: 'r' }])
    const own = open({ reply: conversations({ q1: [found(1)], q2: [flag, found(2)], q3: [flag, found(3)] }) })
    const list = `{ type: 'object', properties: { findings: { type: 'array' } }, required: ['findings'] }`
    const runId = await own.launch(`
      const all = []; for (const n of [1, 2, 3]) all.push(await agent('q' + n, { schema: ${list} }))
      return { kept: all.flatMap((one) => one.findings).filter((finding) => finding.line < 3) }`)
    const { run } = await own.ended(runId)
    expect(run.resultInputs).toEqual(['a1', 'a2'])
    expect(run.flaggedSources.map(({ agentId }) => agentId)).toEqual(['a2'])
  })

  test('outlive a death', async () => {
    const own = open({ reply: conversations({ moon: flagging }) })
    const runId = await own.launch(
      `const first = await agent('moon', { schema: ${schema} }); return agent('Sum up: ' + first.claim)`,
    )
    await own.killedAfter((event) => event.type === 'agent.ended' && event.agentId === 'a1')
    const state = await own.ended(runId)
    expect(state.agents.get('a2')?.flaggedInputs).toEqual(['a1'])
    expect(state.run.flaggedSources).toMatchObject([{ agentId: 'a1' }])
  })
})

describe('the share of agents that have to succeed', () => {
  const body = (bad: number, all: number) =>
    `return (await parallel(Array.from({ length: ${all} }, (_, at) => () => agent(at < ${bad} ? 'bad ' + at : 'good ' + at)))).filter(Boolean).length`
  const reply = ({ prompt }: { prompt: string }) =>
    prompt.startsWith('bad') ? fails('invalid-request') : says('ok')

  test.each([
    [2, 4, 0.5, 'completed-with-failures'],
    [3, 4, 0.5, 'failed'],
    [4, 4, 0, 'completed-with-failures'],
    [1, 4, 1, 'failed'],
    [0, 4, 1, 'completed'],
  ])(
    'decides how a run ends: %i of %i failed, of which %d had to succeed',
    async (bad, all, minSuccess, status) => {
      const own = open({ reply })
      const runId = await own.launch(body(bad, all), { minSuccess, breaker: null })
      const state = await own.ended(runId)
      expect(state.run.status).toBe(status)
      // What the script gave back is kept, whatever the run is called.
      expect(await own.result(runId)).toBe(all - bad)
    },
  )
})

test('a run without agents has not failed for want of success', async () => {
  const own = open()
  expect((await own.ended(await own.launch('return 1', { minSuccess: 1 }))).run.status).toBe('completed')
})

describe('the breaker', () => {
  const failing = (count: number) =>
    `return (await parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at)))).length`
  const bad = { reply: () => fails('invalid-request', { message: 'not like this' }) }

  test('pauses a run whose agents fail alike one after the other, once, with the sentence; again after a resume', async () => {
    const own = open(bad)
    const runId = await own.launch(failing(12), { breaker: { failures: 3 }, concurrency: 1 })
    const { run, outcomeCounts } = await own.paused(runId)
    expect(run).toMatchObject({
      pauseReason: 'breaker',
      reason: expect.stringMatching(
        /^3 agents failed the same way \(invalid-request\) while no turns were answered\. The last was "q2": not like this Fix/,
      ),
    })
    expect(outcomeCounts.failed).toBe(3)
    await own.done(own.engine.resume(runId, ann))
    expect((await own.paused(runId)).outcomeCounts.failed).toBe(6)
    expect(await own.events(runId, 'run.paused')).toMatchObject(
      Array(2).fill({ reason: 'breaker', actor: null }),
    )
    await own.done(own.engine.cancel(runId, ann))
  })

  test('counts on after a death', async () => {
    const own = open({ reply: () => fails('invalid-request') })
    const runId = await own.launch(failing(12), { breaker: { failures: 4 }, concurrency: 1 })
    let ended = 0
    await own.killedAfter(({ type }) => type === 'agent.ended' && ++ended === 2)
    expect((await own.paused(runId)).outcomeCounts.failed).toBe(4)
    await own.done(own.engine.cancel(runId, ann))
  })

  test('is not tripped while as many turns are answered meanwhile', async () => {
    const own = open({
      reply: ({ prompt }) => (Number(prompt.slice(1)) % 3 === 0 ? fails('invalid-request') : says('ok')),
    })
    const runId = await own.launch(failing(20), { breaker: { failures: 3 }, concurrency: 1, minSuccess: 0 })
    expect((await own.ended(runId)).outcomeCounts).toMatchObject({ failed: 7, succeeded: 13 })
  })

  test('can be turned off, and is at eight unless asked otherwise', async () => {
    const own = open(bad)
    const off = await own.launch(failing(9), { breaker: null })
    expect((await own.ended(off)).outcomeCounts.failed).toBe(9)
    const usual = await own.launch(failing(9), { concurrency: 1 })
    expect((await own.paused(usual)).outcomeCounts.failed).toBe(8)
    await own.done(own.engine.cancel(usual, ann))
  })
})
