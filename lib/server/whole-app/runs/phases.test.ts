import { afterEach, describe, expect, test } from 'vitest'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
async function start(): Promise<TestApp> {
  app = await startTestApp()
  return app
}
afterEach(async () => {
  await app?.dispose()
  app = null
})

const twoPhases = (count: number, options: object, directive: string) => `
  const ask = (phase) => parallel(Array.from({ length: ${count} }, (_, at) => () =>
    agent(phase + ' ' + at + ' ' + ${JSON.stringify(directive)}, { ...${JSON.stringify(options)}, phase })))
  return [...(await ask('Read')), ...(await ask('Write'))]`

describe('what is set for a phase', () => {
  test('a limit of agents refuses the calls above it, in that phase only', async () => {
    const { launch, ended } = await start()
    const runId = await launch(twoPhases(5, {}, sim({ tokens: 20 })), {
      limits: { phases: { Read: { agents: 3 } } },
    })
    const state = await ended(runId)
    const inPhase = (phase: string) => [...state.agents.values()].filter((one) => one.phase === phase).length
    expect([inPhase('Read'), inPhase('Write')]).toEqual([3, 5])
    expect(state.log.some(({ message }) => message.includes('limit of 3 agents of the phase “Read”'))).toBe(
      true,
    )
    // What was never made is counted too: a completed run does not hide it.
    expect(state.outcomeCounts).toMatchObject({ succeeded: 8, refusedCalls: 2 })
    expect(outcomeCountsSentence(state.outcomeCounts)).toBe('8 succeeded, 2 calls refused')
  })
})
