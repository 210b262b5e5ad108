import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { plan } from './runs/plan'
import { startTestApp, type TestApp, workflow } from './testing'

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
const estimate = (width: number, rehearse: boolean) =>
  plan(app.app, launchSchema.parse({ script, args: { width } }), 'tester', {
    rehearse,
    signal: new AbortController().signal,
  })

test('an estimate rests on the source, then on a rehearsal with these arguments, then on earlier runs, and says so', async () => {
  const first = await estimate(7, false)
  expect(
    first.rows.map(({ phase, agents, countBasis, tokenBasis }) => [phase, agents.likely, countBasis, tokenBasis]),
  ).toEqual([
    ['Fan', 9, 'source', 'prior'],
    ['Fold', 1, 'source', 'prior'],
  ])
  expect(first.basis).toMatch(/^Agents from the source.*stated prior/)
  expect(first.historyRuns).toBe(0)

  const played = await estimate(7, true)
  expect(played.rehearsal).toEqual({ agents: 8, retries: 0, isWhole: true, error: null })
  expect(played.agents).toEqual({ low: 8, likely: 8, high: 8 })
  expect(played.basis).toMatch(
    /^Agents as a rehearsal with these arguments started them; tokens from prompts measured in it, with a stated prior of 200 to 5,000 tokens/,
  )

  const real = await app.ended(await app.launch(script, { args: { width: 5 } }))
  const later = await estimate(5, false)
  expect(later.basis).toMatch(/^Agents as in 1 earlier run; tokens, dollars and time from 1 earlier run/)
  expect(later.agents?.likely).toBe(6)
  expect(later.costNanoUsd?.low).toBeLessThanOrEqual(real.totals.spentNanoUsd)
  expect(later.costNanoUsd?.high).toBeGreaterThanOrEqual(real.totals.spentNanoUsd)
  const sum = later.rows.reduce((total, { costNanoUsd }) => total + (costNanoUsd?.likely ?? 0), 0)
  expect(later.costNanoUsd?.likely).toBe(sum)
  expect(later.deliveries.map(({ kind }) => kind)).toEqual(['sequential', 'parallel', 'fast', 'batch'])
  expect(later.deliveries[0]?.costNanoUsd).toBe(sum)
})

test('a rehearsal that shows a fault of the script says so beside the plan', async () => {
  const body = launchSchema.parse({ script: workflow(`await agent('one')\nthrow new Error('mine')`) })
  const { rehearsal, agents } = await plan(app.app, body, 'tester', {
    rehearse: true,
    signal: new AbortController().signal,
  })
  expect(rehearsal?.error).toMatchObject({ message: expect.stringContaining('mine'), line: 3 })
  expect(agents?.likely).toBe(1)
})
