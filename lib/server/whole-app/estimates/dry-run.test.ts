import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { estimateFromDryRun } from '../../runs/dry-run-estimate'
import { launch } from '../../runs/launch'
import { listRuns } from '../../runs/read-run'
import { trialRun } from '../../runs/trial-run'
import { eventsOf, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    files: Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [`src/${name}/${name}.ts`, `// TODO: finish ${name}\n`]),
    ),
  })
})
afterAll(() => app.dispose())

const fan = `
const parts = await agent('Which folders hold source files?', { schema: { type: 'object', properties: { folders: { type: 'array', items: { type: 'string' } } }, required: ['folders'] } })
const answers = await parallel(parts.folders.map((folder) => () => agent('Look at ' + folder, { phase: 'Look' })))
return { parts: parts.folders.length, answers: answers.filter(Boolean).length }`
const dryRun = async (script: string, dryRun: unknown) =>
  (
    await launch(
      app.app,
      launchSchema.parse({ script: workflow(script), dryRun, workspace: app.workspace }),
      null,
      person('tester'),
    )
  ).id

describe('a dry run', () => {
  test('runs the whole workflow on a simulator of its own, and costs nothing', async () => {
    const before = app.app.dispatcher.usage().today
    const asked = app.simulator.log().count
    const id = await dryRun(fan, true)
    const state = await app.ended(id)
    expect(state.run).toMatchObject({
      status: 'completed',
      simulated: true,
      dryRun: { faults: { refusals: 0 } },
    })
    expect(state.agents.size).toBeGreaterThan(2)
    expect(state.totals.spentNanoUsd).toBeGreaterThan(0)
    expect(app.app.dispatcher.usage().today).toEqual(before)
    const day = new Date().toISOString().slice(0, 10)
    expect(await app.app.store.spentOn(day, true)).toEqual({ spentNanoUsd: 0, unsettledNanoUsd: 0 })
    expect(app.simulator.log().count).toBe(asked)
  })

  test('foretells dollars and time of so many agents, and refuses what is none or has not ended', async () => {
    const id = await dryRun(fan, true)
    const state = await app.ended(id)
    const estimated = await estimateFromDryRun(app.app, id)
    const count = state.agents.size
    // All but the first follow from its answer, which was made up: half or twice as many may be asked.
    expect(estimated.agents).toEqual({
      low: Math.ceil(1 + (count - 1) / 2),
      likely: count,
      high: 1 + (count - 1) * 2,
    })
    expect(estimated.basis).toMatch(/^Agent count from a dry run with simulated answers/)
    // Agents with files take many turns on a model; the simulator's own took a few words.
    expect(estimated.costNanoUsd?.likely).toBeGreaterThan(state.totals.costNanoUsd ?? 0)
    expect(estimated.seconds?.likely).toBeGreaterThan(1)
    const run = await app.launch(`return await agent('Say a')`)
    await app.ended(run)
    await expect(estimateFromDryRun(app.app, run)).rejects.toThrow('not a dry run')
    await expect(estimateFromDryRun(app.app, 'nobody')).rejects.toThrow('There is no run nobody')
    const going = await dryRun(`return await checkpoint({ title: 'Go on?', detail: '' })`, true)
    await app.until(going, ({ event }) => event.type === 'checkpoint.opened')
    await expect(estimateFromDryRun(app.app, going)).rejects.toThrow('has not ended')
    await app.app.engine.cancel(going, person('tester'))
    await app.ended(going)
  })

  test('meets the faults it was given', async () => {
    const id = await dryRun(
      `return await parallel(Array.from({ length: 16 }, (_, at) => () => agent('Say ' + at)))`,
      {
        faults: { errors: 0.3 },
      },
    )
    const state = await app.ended(id)
    expect(state.totals.retries).toBeGreaterThan(0)
    expect(eventsOf(await app.journal(id), 'turn.failed')[0]?.failure.kind).toBe('overloaded')
    expect(state.outcomeCounts.succeeded).toBe(16)
  })
})

describe('a trial run', () => {
  test('says what would be started, and leaves nothing behind', async () => {
    const body = launchSchema.parse({ script: workflow(fan), workspace: app.workspace })
    const { state, isWhole } = await trialRun(app.app, body, new AbortController().signal)
    expect(isWhole).toBe(true)
    expect(state.phases.find(({ title }) => title === 'Look')?.counts.succeeded).toBeGreaterThan(1)
    expect(await app.app.store.loadState(state.run.id)).toBeNull()
    const { runs } = await listRuns(app.app, { offset: 0, limit: 200 })
    expect(runs.some(({ id }) => id === state.run.id)).toBe(false)
  })

  test('of a script that throws tells where', async () => {
    const body = launchSchema.parse({ script: workflow(`await agent('a')\nnull.x`) })
    const { status, error } = await trialRun(app.app, body, new AbortController().signal)
    expect(status).toBe('failed')
    expect(error).toMatchObject({ line: 3, message: expect.stringContaining('TypeError') })
  })

  test('is stopped when nobody waits for it any more', async () => {
    const controller = new AbortController()
    const body = launchSchema.parse({
      script: workflow(`await new Promise((done) => setTimeout(done, 3600000))`),
    })
    const trial = trialRun(app.app, body, controller.signal)
    controller.abort(new Error('gone'))
    await expect(trial).rejects.toThrow('gone')
    expect(app.app.engine.activeRuns()).toHaveLength(0)
  })
})
