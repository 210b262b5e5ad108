import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { plan } from '../../runs/plan'
import { startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const script = workflow(
  `phase('Fan')
const said = await parallel(Array.from({ length: args.width }, (_, at) => () => agent('Tell about ' + at)))
phase('Fold')
return await agent('Fold ' + said.length, { model: 'haiku' })`,
  'fan-and-fold',
)
const estimate = (width: number, dryRun: boolean) =>
  plan(app.app, launchSchema.parse({ script, args: { width } }), person('tester'), {
    dryRun,
    signal: new AbortController().signal,
  })

test('an estimate rests on the source, then on a dry run with these arguments, then on earlier runs, and says so', async () => {
  const first = await estimate(7, false)
  expect(
    first.rows.map(({ phase, agents, countBasis, tokenBasis }) => [
      phase,
      agents.likely,
      countBasis,
      tokenBasis,
    ]),
  ).toEqual([
    ['Fan', 9, 'source', 'prior'],
    ['Fold', 1, 'source', 'prior'],
  ])
  expect(first.basis).toMatch(/^Agent count from the source.*a guess/)
  expect(first.historyRuns).toBe(0)

  const trial = await estimate(7, true)
  expect(trial.dryRun).toEqual({ agents: 8, retries: 0, isWhole: true, error: null })
  expect(trial.agents).toEqual({ low: 8, likely: 8, high: 8 })
  expect(trial.basis).toMatch(
    /^Agent count from a dry run with simulated answers; .*; tokens from prompts measured in it, with 200 to 5,000 tokens assumed/,
  )

  const real = await app.ended(await app.launch(script, { args: { width: 5 } }))
  const later = await estimate(5, false)
  expect(later.basis).toMatch(
    /^Agent count from 1 earlier run of the same script, .*; tokens, dollars and time from 1 earlier run/,
  )
  expect(later.agents?.likely).toBe(6)
  expect(later.costNanoUsd?.low).toBeLessThanOrEqual(real.totals.spentNanoUsd)
  expect(later.costNanoUsd?.high).toBeGreaterThanOrEqual(real.totals.spentNanoUsd)
  const sum = later.rows.reduce((total, { costNanoUsd }) => total + (costNanoUsd?.likely ?? 0), 0)
  expect(later.costNanoUsd?.likely).toBe(sum)
  expect(later.deliveries.map(({ kind }) => kind)).toEqual(['sequential', 'parallel', 'fast', 'batch'])
  expect(later.deliveries[0]?.costNanoUsd).toBe(sum)
})

test('a dry run that shows a fault of the script says so beside the plan', async () => {
  const body = launchSchema.parse({ script: workflow(`await agent('one')\nthrow new Error('mine')`) })
  const { dryRun, agents } = await plan(app.app, body, person('tester'), {
    dryRun: true,
    signal: new AbortController().signal,
  })
  expect(dryRun?.error).toMatchObject({ message: expect.stringContaining('mine'), line: 3 })
  expect(agents?.likely).toBe(1)
})

const { signal } = new AbortController()
const dry = (body: object) =>
  plan(app.app, launchSchema.parse(body), person('tester'), { dryRun: false, briefDryRun: true, signal })

test('other arguments, another folder and another script are no history: each is counted by itself', async () => {
  const counts = workflow(
    `return (await parallel(Array.from({ length: args.width }, (_, at) => () => agent('Read ' + at)))).length`,
    'counts',
  )
  await app.ended(await app.launch(counts, { args: { width: 2 } }))
  const alike = await dry({ script: counts, args: { width: 2 } })
  expect([alike.historyRuns, alike.agents?.likely]).toEqual([1, 2])
  for (const other of [
    { script: counts, args: { width: 41 } },
    { script: `${counts}\n// another`, args: { width: 41 } },
    { script: counts, args: { width: 41 }, workspace: app.workspace },
  ]) {
    const { historyRuns, agents, basis } = await dry(other)
    expect([historyRuns, agents]).toEqual([0, { low: 41, likely: 41, high: 41 }])
    expect(basis).toMatch(/^Agent count from a dry run with simulated answers/)
  }
})

test('where answers decide how many follow, the range says so', async () => {
  const follows = workflow(
    `const list = await agent('Name ten things', { schema: { type: 'array', items: { type: 'string' }, minItems: 10, maxItems: 10 } })
     return (await parallel(list.map((one) => () => agent('Judge ' + one)))).length`,
  )
  expect((await dry({ script: follows })).agents).toEqual({ low: 6, likely: 11, high: 21 })
})

test('a dry run is cut at so many agents, and says that there are more', async () => {
  const wide = workflow(
    `return (await parallel(Array.from({ length: 900 }, (_, at) => () => agent('r' + at)))).length`,
  )
  const { agents, basis, dryRun } = await dry({ script: wide })
  expect(dryRun).toMatchObject({ isWhole: false })
  expect(agents?.low).toBeLessThanOrEqual(300)
  expect(agents?.high).toBe(1000)
  expect(basis).toMatch(/stopped early: a lower bound/)
})

test('phases together are foreseen no more agents than the launch may start', async () => {
  const phases = workflow(
    `return (await pipeline(Array.from({ length: 400 }, (_, at) => 'f' + at),
  (f) => agent('review ' + f, { phase: 'Review ' + f }), (x, f) => agent('verify ' + f, { phase: 'Verify ' + f }))).length`,
  )
  for (const limits of [{}, { agents: 700 }]) {
    const { agents, rows, dryRun } = await dry({ script: phases, limits })
    expect(dryRun?.isWhole).toBe(false)
    expect(rows.length).toBeGreaterThan(100)
    expect(agents?.high).toBeLessThanOrEqual(limits.agents ?? 1000)
    expect(agents?.high).toBeGreaterThan(agents?.likely ?? 0)
  }
})

test('an edit ends the dry run of what was there before, and leaves nothing behind', async () => {
  const edit = new AbortController()
  const asked = plan(
    app.app,
    launchSchema.parse({ script: workflow('while (true) await agent("on and on")') }),
    person('ann'),
    {
      ...{ dryRun: false, briefDryRun: true, signal: edit.signal },
    },
  )
  edit.abort(new Error('edited'))
  await expect(asked).rejects.toThrow('edited')
  expect(app.app.engine.activeRuns()).toEqual([])
})
