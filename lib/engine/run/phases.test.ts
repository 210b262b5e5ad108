import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { noPhaseLimits, type PhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { says } from '../testing/replies'

const open = harnessPerTest()
const ann = person('ann')
const ofPhases = (phases: Readonly<Record<string, Partial<PhaseLimits>>>): Limits => ({
  ...defaultLimits,
  phases: Object.fromEntries(
    Object.entries(phases).map(([title, limits]) => [title, { ...noPhaseLimits, ...limits }]),
  ),
})
/** The same calls in the phase Read and then in the phase Write. */
const twoPhases = (count: number, options = '{}') => `
  const ask = (phase) => parallel(Array.from({ length: ${count} }, (_, at) => () => agent(phase + ' ' + at, { ...${options}, phase })))
  return [...(await ask('Read')), ...(await ask('Write'))].filter(Boolean).length`

describe("a phase's time", () => {
  const slow = { reply: () => says('late', 30_000_000) }
  const reading = `return agent('slow', { phase: 'Read', stallMs: 7000000 })`
  const limits = ofPhases({ Read: { wallClockSeconds: 100 } })

  test('leaves out pauses, goes on after a death, pauses the run by its name, and can be raised', async () => {
    const own = open(slow)
    const runId = await own.launch(reading, { limits })
    await own.until(() => own.sent.length === 1)
    await own.pass(60_000)
    await own.done(own.engine.pause(runId, ann))
    await own.pass(3_600_000)
    await own.done(own.engine.resume(runId, ann))
    await own.restart()
    expect((await own.state(runId)).run.status).toBe('running')
    const began = own.clock.awake.now()
    const { run } = await own.paused(runId)
    // Of its hundred seconds sixty had passed.
    expect(own.clock.awake.now() - began).toBeLessThan(45_000)
    expect(run).toMatchObject({
      pauseReason: 'phase-wall-clock-cap',
      pausePhase: 'Read',
      reason: 'The “Read” phase has reached its time limit of 100 seconds. Raise the limit to continue.',
    })
    await own.done(own.engine.changeLimits(runId, ofPhases({ Read: { wallClockSeconds: 160 } }), null, ann))
    await own.done(own.engine.resume(runId, ann))
    expect((await own.paused(runId)).run.reason).toContain('limit of 160 seconds')
    await own.done(own.engine.cancel(runId, ann))
  })

  test('stands while another phase works, and stops nobody once its agents have ended', async () => {
    const own = open({ reply: ({ prompt }) => says('ok', prompt === 'slow' ? 3_000_000 : 10) })
    const script = `await agent('quick', { phase: 'Read' }); return agent('slow', { phase: 'Write', stallMs: 7000000 })`
    const runId = await own.launch(script, { limits })
    await own.until(() => own.sent.length === 2)
    await own.pass(200_000)
    expect((await own.state(runId)).run.status).toBe('running')
    const both = ofPhases({ Read: { wallClockSeconds: 100 }, Write: { wallClockSeconds: 50 } })
    await own.done(own.engine.changeLimits(runId, both, null, ann))
    expect((await own.paused(runId)).run.pausePhase).toBe('Write')
    await own.done(own.engine.cancel(runId, ann))
  })

  test('ends the run where that was chosen, and says what can be done', async () => {
    const own = open(slow)
    const { run, outcomeCounts } = await own.ended(await own.launch(reading, { limits, onLimit: 'end' }))
    expect(run).toMatchObject({
      status: 'stopped-at-limit',
      reason:
        'The “Read” phase has reached its time limit of 100 seconds. A fork with higher limits continues from here and reuses these answers.',
    })
    expect(outcomeCounts.cancelled).toBe(1)
  })
})

describe('a cap of a phase', () => {
  test('in tokens is never passed and counts on after a death', async () => {
    const own = open({ reply: () => says('long', 10, { outputTokens: 1000 }) })
    const runId = await own.launch(twoPhases(12, '{ maxTokens: 2000 }'), {
      limits: ofPhases({ Read: { tokens: 9000 } }),
    })
    expect((await own.paused(runId)).run).toMatchObject({
      pauseReason: 'phase-token-cap',
      pausePhase: 'Read',
    })
    await own.restart()
    await own.done(own.engine.resume(runId, ann))
    const { agents } = await own.paused(runId)
    const used = [...agents.values()].reduce(
      (sum, { usage }) => sum + usage.inputTokens + usage.outputTokens,
      0,
    )
    expect(used).toBeLessThanOrEqual(9000)
    expect(used).toBeGreaterThan(3000)
    expect(own.sent.every(({ prompt }) => prompt.startsWith('Read'))).toBe(true)
    await own.done(own.engine.cancel(runId, ann))
  })
})

test('what is set for a phase outranks the script there, and leaves the others alone', async () => {
  const own = open()
  const read = { model: 'haiku', effort: 'low', speed: null, delivery: null, maxTokens: 500 } as const
  const runId = await own.launch(twoPhases(2, `{ model: 'sonnet', maxTokens: 4000 }`), {
    phaseSettings: { Read: read },
  })
  await own.ended(runId)
  const asked = (await own.store.loadAgents(runId)).map(
    ({ state, spec: { options } }) =>
      `${state.phase} ${options.model} ${options.maxTokens} ${options.effort}`,
  )
  expect(asked.sort()).toEqual([
    ...Array(2).fill('Read claude-haiku-5-5 500 low'),
    ...Array(2).fill('Write claude-sonnet-5-5 4000 null'),
  ])
})
