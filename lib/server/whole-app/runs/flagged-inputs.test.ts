import { afterEach, describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { getResult } from '../../runs/read-run'
import { sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

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
})
