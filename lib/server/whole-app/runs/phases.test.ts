import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'
import { patchRun } from '../../runs/act-on-run'
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

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'

const twoPhases = (count: number, options: object, directive: string) => `
  const ask = (phase) => parallel(Array.from({ length: ${count} }, (_, at) => () =>
    agent(phase + ' ' + at + ' ' + ${JSON.stringify(directive)}, { ...${JSON.stringify(options)}, phase })))
  return [...(await ask('Read')), ...(await ask('Write'))]`

describe('what is set for a phase', () => {
  test('outranks the script there, and leaves the others alone', async () => {
    const own = await start()
    const runId = await own.launch(twoPhases(2, { model: 'sonnet', maxTokens: 4000 }, sim({ tokens: 50 })), {
      phases: { Read: { model: 'haiku', effort: 'low', maxTokens: 500 } },
    })
    const state = await own.ended(runId)
    const models = (phase: string) =>
      [...state.agents.values()].filter((one) => one.phase === phase).map(({ model }) => model)
    expect(new Set(models('Read'))).toEqual(new Set(['claude-haiku-5-5']))
    expect(new Set(models('Write'))).toEqual(new Set(['claude-sonnet-5-5']))
    const agents = await own.app.store.loadAgents(runId)
    const tokens = agents.map(
      ({ state: { phase }, spec }) => `${phase} ${spec.options.maxTokens} ${spec.options.effort}`,
    )
    expect(tokens.sort()).toEqual(['Read 500 low', 'Read 500 low', 'Write 4000 null', 'Write 4000 null'])
  })

  test('a cap in dollars is never passed, pauses the run by the name of the phase, and can be raised', async () => {
    const { launch, until, ended, journal, app } = await start()
    const runId = await launch(twoPhases(12, { maxTokens: 2000 }, sim({ tokens: 1000 })), {
      limits: { usd: 5, phases: { Read: { usd: 0.07 } } },
    })
    await until(runId, isPaused)
    const paused = eventsOf(await journal(runId), 'run.paused')
    expect(paused).toMatchObject([{ reason: 'phase-usd-cap', phase: 'Read' }])
    expect(paused[0]?.detail).toContain("The “Read” phase's cap of $0.0700")
    await patchRun(app, runId, { limits: { phases: { Read: { usd: 2 } } } }, person('ann'))
    await app.engine.resume(runId, person('ann'))
    const state = await ended(runId)
    expect(state.outcomeCounts).toMatchObject({ succeeded: 24, failed: 0 })
    expectPhaseUnderCap(await journal(runId), 'Read')
  })

  test('a cap in tokens counts on after a restart', async () => {
    const own = await start()
    const runId = await own.launch(twoPhases(12, { maxTokens: 2000 }, sim({ tokens: 1000 })), {
      limits: { usd: 5, phases: { Read: { tokens: 9000 } } },
    })
    await own.until(runId, isPaused)
    await own.restart()
    await own.app.engine.resume(runId, person('ann'))
    await own.until(runId, (envelope, state) => isPaused(envelope, state) && state.run.pausePhase === 'Read')
    const state = await own.state(runId)
    const used = [...state.agents.values()].reduce(
      (sum, { usage }) =>
        sum + usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
      0,
    )
    expect(used).toBeLessThanOrEqual(9000)
    await own.app.engine.cancel(runId, person('ann'))
    await own.ended(runId)
  })

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

/** Folds the journal and checks the law of a phase's cap after every single event. */
function expectPhaseUnderCap(journal: readonly Envelope[], title: string): void {
  let state: RunState | null = null
  for (const envelope of journal) {
    state = fold(state, envelope)
    const own = [...state.agents.values()].filter(({ phase }) => phase === title)
    const used = own.reduce(
      (sum, one) => sum + (one.costNanoUsd ?? 0) + one.unsettledNanoUsd + one.reservedNanoUsd,
      0,
    )
    expect(used).toBeLessThanOrEqual(state.run.limits.phases[title]?.nanoUsd ?? 0)
  }
}
