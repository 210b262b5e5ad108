import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { getResult } from '../../runs/read-run'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

let app: TestApp | null = null
async function start(options: TestAppOptions = {}): Promise<TestApp> {
  app = await startTestApp(options)
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

const call = (prompt: string, options: { [key: string]: Json } = {}) =>
  `agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`
const flagging = sim(
  { toolCalls: [{ name: 'flag', input: { kind: 'uncertain', reason: 'half is guessed' } }] },
  { toolCalls: [{ name: 'answer', input: { claim: 'the moon is made of green cheese, mostly' } }] },
)
const schema = { type: 'object', properties: { claim: { type: 'string' } }, required: ['claim'] }
const bad = sim(...Array.from({ length: 9 }, () => ({ toolCalls: [{ name: 'answer', input: {} }] })))

describe('flagged inputs', () => {
  test('is marked on the agents it feeds, counted, and named on the result it went into through others', async () => {
    const own = await start()
    const runId = await own.launch(`
      const first = await ${call(flagging, { schema, label: 'moon' })}
      const plain = await ${call(sim({ text: 'a plain and certain answer, long enough' }))}
      const second = await agent('Sum up: ' + first.claim + ' ${sim({ text: 'so it is said, and so it is summed up' })}')
      return { summary: second, short: (await ${call(sim({ text: 'yes' }))}), unrelated: 'a plain remark of the script' }`)
    const state = await own.ended(runId)
    expect(state.agents.get('a1')?.status).toBe('flagged')
    expect(state.agents.get('a3')?.flaggedInputs).toEqual(['a1'])
    expect(state.agents.get('a2')?.flaggedInputs).toEqual([])
    expect(state.outcomeCounts).toMatchObject({ succeeded: 3, flagged: 1, withFlaggedInputs: 1 })
    const result = await getResult(own.app, runId)
    expect(result).toMatchObject({
      hasResult: true,
      status: 'completed',
      outcomeCounts: { withFlaggedInputs: 1 },
      resultInputs: ['a3', 'a4'],
      flaggedSources: [
        { agentId: 'a1', label: 'moon', flags: [{ kind: 'uncertain', reason: 'half is guessed' }] },
      ],
    })
    expect(state.run).toMatchObject({
      resultInputs: result.resultInputs,
      flaggedSources: result.flaggedSources,
    })
  })

  test('of objects that were merged into a list is found, and clean answers are not accused', async () => {
    const own = await start()
    const answer = (n: number, flagged: boolean) =>
      sim(
        ...(flagged ? [{ toolCalls: [{ name: 'flag', input: { kind: 'incomplete', reason: 'r' } }] }] : []),
        {
          toolCalls: [{ name: 'answer', input: { findings: [{ file: 'a.ts', line: n }] } }],
        },
      )
    const list = { type: 'object', properties: { findings: { type: 'array' } }, required: ['findings'] }
    const runId = await own.launch(`
      const all = [${[1, 2, 3].map((n) => `await ${call(answer(n, n !== 1), { schema: list })}`).join(', ')}]
      return { kept: all.flatMap((one) => one.findings).filter((finding) => finding.line < 3) }`)
    const { run } = await own.ended(runId)
    expect(run.resultInputs).toEqual(['a1', 'a2'])
    expect(run.flaggedSources.map(({ agentId }) => agentId)).toEqual(['a2'])
  })
})

test('an agent with a schema that declines has no answer at all: null, and failed rather than flagged', async () => {
  const own = await start()
  const runId = await own.launch(
    `return [await ${call(sim({ fault: { kind: 'refusal' } }), { schema })}, await ${call('x')}]`,
  )
  const state = await own.ended(runId)
  expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind: 'refusal' } })
  expect(await own.result(runId)).toEqual([null, expect.any(String)])
})

describe('enough success', () => {
  const script = (failing: number, fine: number) =>
    `return parallel([...Array(${failing}).fill(0).map((_, at) => () => agent('f' + at + ${JSON.stringify(bad)}, { schema: ${JSON.stringify(schema)} })), ...Array(${fine}).fill(0).map((_, at) => () => agent('s' + at))])`

  test('is half unless asked otherwise: below it a finished run has failed, and its result is kept', async () => {
    const own = await start()
    const runId = await own.launch(script(3, 1))
    const state = await own.ended(runId)
    expect(state.run).toMatchObject({
      status: 'failed',
      reason: '1 of 4 agents succeeded; at least 50 % were requested',
      error: null,
    })
    expect(await own.result(runId)).toEqual([null, null, null, expect.any(String)])
    expect((await own.ended(await own.launch(script(1, 1)))).run.status).toBe('completed-with-failures')
    expect((await own.ended(await own.launch(script(3, 1), { minSuccess: 0.25 }))).run.status).toBe(
      'completed-with-failures',
    )
    expect((await own.ended(await own.launch('return 1', { minSuccess: 1 }))).run.status).toBe('completed')
  })
})

describe('the breaker', () => {
  const failing = (count: number) =>
    `const answers = []\nfor (let at = 0; at < ${count}; at++) answers.push(await agent('f' + at + ${JSON.stringify(sim({ fault: { kind: 'refusal' } }))}, { schema: ${JSON.stringify(schema)}, label: 'f' + at }))\nreturn answers.length`

  test('pauses a run whose agents fail for one cause one after another, also over a restart, and counts from zero after a resume', async () => {
    const own = await start()
    const runId = await own.launch(failing(7), { breaker: { failures: 3 } })
    await own.restart({ runId, when: ({ event }) => event.type === 'agent.ended' && event.agentId === 'a2' })
    const tripped = await own.until(runId, ({ event }) => event.type === 'run.paused')
    expect(tripped.event).toMatchObject({
      reason: 'breaker',
      actor: null,
      detail: expect.stringMatching(
        /^3 agents failed the same way \(refusal\) while no turns were answered\. The last was "f2": The model declined/,
      ),
    })
    for (const at of [6]) {
      await own.app.engine.resume(runId, person('ann'))
      await own.until(runId, (_, state) => state.run.status === 'paused' && state.agents.size === at)
    }
    await own.app.engine.resume(runId, person('ann'))
    expect((await own.ended(runId)).run.status).toBe('failed')
    expect(eventsOf(await own.journal(runId), 'run.paused')).toHaveLength(2)
  })

  test('can be turned off, and is at eight unless asked otherwise', async () => {
    const own = await start()
    const off = await own.launch(failing(9), { breaker: null })
    expect((await own.ended(off)).outcomeCounts.failed).toBe(9)
    const usual = await own.launch(failing(9))
    await own.until(
      usual,
      (_, state) => state.run.pauseReason === 'breaker' && state.outcomeCounts.failed === 8,
    )
    await own.app.engine.cancel(usual, person('ann'))
  })
})

test('an agent that holds between turns in a paused run is shown so, and goes on afterwards', async () => {
  const own = await start({ files: { 'a.txt': 'alpha' } })
  const turns: { [key: string]: Json }[] = [
    {
      text: 'slow words first',
      fault: { kind: 'body-stall', afterTokens: 2, ms: 300 },
      stopReason: 'pause_turn',
    },
    { text: 'and the rest' },
  ]
  const runId = await own.launch(`return ${call(sim(...turns))}`, { workspace: own.workspace })
  await own.heard(runId, 1)
  await own.app.engine.pause(runId, person('ann'))
  await own.until(runId, (_, state) => state.agents.get('a1')?.status === 'waiting')
  expect((await own.state(runId)).agents.get('a1')).toMatchObject({
    status: 'waiting',
    reason: 'paused',
    turns: 1,
  })
  const { seq } = await own.state(runId)
  await own.restart()
  await own.ended(await own.launch(`return agent('another')`))
  expect((await own.state(runId)).seq).toBe(seq)
  await own.app.engine.resume(runId, person('ann'))
  expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2 })
})
