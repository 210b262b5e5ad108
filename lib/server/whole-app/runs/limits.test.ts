import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { patchRun } from '../../runs/act-on-run'
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

/** Folds the journal and checks the law of caps after every single event. */
function expectUnderCap(journal: readonly Envelope[]): void {
  let state: RunState | null = null
  for (const envelope of journal) {
    state = fold(state, envelope)
    const { totals, run } = state
    const cap = run.limits.nanoUsd ?? Number.POSITIVE_INFINITY
    expect(totals.spentNanoUsd + totals.unsettledNanoUsd + totals.reservedNanoUsd).toBeLessThanOrEqual(cap)
    expect(totals.reservedNanoUsd).toBeGreaterThanOrEqual(0)
  }
}

const many = (count: number, options: object, directive: string) =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('question ' + at + ' ' + ${JSON.stringify(directive)}, ${JSON.stringify(options)})))`

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const hang = sim({
  text: 'words that are heard before the silence begins',
  fault: { kind: 'body-stall', afterTokens: 4 },
})

describe('a dollar cap', () => {
  test('is never passed, pauses the run, and after a raise the run finishes', async () => {
    const { launch, until, ended, journal, app } = await start({
      simulator: { faults: [{ when: { every: 5 }, fault: { kind: 'truncate', afterTokens: 200 } }] },
    })
    const runId = await launch(many(24, { maxTokens: 2000 }, sim({ tokens: 1000 })), {
      limits: { usd: 0.12 },
    })
    await until(runId, isPaused)
    await patchRun(app, runId, { limits: { usd: 5 } }, person('ann'))
    await app.engine.resume(runId, person('ann'))
    const state = await ended(runId)
    expect(state.outcomeCounts).toMatchObject({ succeeded: 24, failed: 0 })
    const events = await journal(runId)
    expectUnderCap(events)
    const [paused] = eventsOf(events, 'run.paused')
    expect(paused).toMatchObject({ reason: 'usd-cap', actor: null })
    expect(paused?.detail).toMatch(/^The run's cap of \$0\.12 leaves \$0\.0\d+, too little for the next turn/)
    expect(eventsOf(events, 'run.limits-changed')).toMatchObject([
      { limits: { nanoUsd: 5_000_000_000 }, actor: person('ann') },
    ])
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
  })
})

describe('a person', () => {
  test('who cancels cuts the streams, and every agent ends as cancelled', async () => {
    const { launch, ended, heard, app, simulator, journal } = await start()
    const runId = await launch(many(12, {}, hang), { concurrency: 8 })
    await heard(runId, 8)
    await app.engine.cancel(runId, person('ann'))
    const state = await ended(runId)
    expect(state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' })
    expect(state.outcomeCounts).toMatchObject({ cancelled: 12 })
    expect(state.totals).toMatchObject({ reservedNanoUsd: 0 })
    expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
    const events = await journal(runId)
    expect(events.at(-1)?.event.type).toBe('run.ended')
    for (const event of eventsOf(events, 'agent.ended')) expect(event.actor).toEqual(person('ann'))
    await expect
      .poll(() => simulator.log().entries.map(({ outcome }) => outcome))
      .toEqual(Array(8).fill('aborted'))
    expect(app.dispatcher.usage()).toMatchObject({
      slots: { used: 0, waiting: 0 },
      today: { reservedNanoUsd: 0 },
    })
  })
})
