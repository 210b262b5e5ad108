import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Plan, planSchema } from '@/lib/api/plan'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { sumOf } from '@/lib/core/estimate/estimate'
import { ANSWER_TOKENS } from '@/lib/core/estimate/single-call'
import { findPrice, promptTokens } from '@/lib/core/money/pricing'
import { type PlanOptions, plan } from '../../runs/plan'
import { sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

/** What the count endpoint answers; null lets the simulator answer. */
const counting: { answer: { status: number; body: string } | null; asked: string[] } = {
  answer: null,
  asked: [],
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    files: { 'a.ts': 'export const a = 1\n', 'b.ts': 'export const b = 2\n' },
    intercept: ({ route, body }) => {
      if (route !== 'POST /v1/messages/count_tokens') return { do: 'forward' }
      counting.asked.push(body)
      return counting.answer === null ? { do: 'forward' } : { do: 'refuse', ...counting.answer }
    },
  })
})
beforeEach(() => {
  counting.answer = null
  counting.asked = []
})
afterAll(() => app.dispose())

const script = workflow(
  `phase('Fan')
const said = await parallel(Array.from({ length: 6 }, (_, at) => () => agent('Tell about ' + 'matter '.repeat(40 * at))))
phase('Fold')
return await agent('Fold ' + said.length, { model: 'haiku' })`,
  'measured-fan',
)

/** A plan as it comes out of the API. */
async function planned(more: Partial<LaunchInput>, options: Partial<PlanOptions> = {}): Promise<Plan> {
  const body = launchSchema.parse({ script, ...more })
  const signal = new AbortController().signal
  const answer = await plan(app.app, body, person('tester'), { dryRun: false, signal, ...options })
  return planSchema.parse(JSON.parse(JSON.stringify(answer)))
}
const rowOf = ({ rows }: Plan, phase: string) => {
  const row = rows.find((one) => one.phase === phase)
  if (row === undefined) throw new Error(`The plan has no row of ${phase}`)
  return row
}
const every = { dryRun: true }

describe('prompts of agents without tools', () => {
  test('are those a real run sends, and an answer is added to each', async () => {
    const trial = await planned({}, every)
    expect(trial.rows.map(({ tokenBasis, agents }) => [tokenBasis, agents.likely])).toEqual([
      ['measured', 6],
      ['measured', 1],
    ])
    // Under another name, so it becomes no history of this one.
    const id = await app.launch(script.replace('measured-fan', 'measured-real'))
    await app.ended(id)
    const agents = [...(await app.state(id)).agents.values()].filter(({ phase }) => phase === 'Fan')
    const turns = await Promise.all(agents.map((agent) => app.app.store.loadTurns(id, agent.id)))
    const sent = turns.flat().reduce((sum, { usage }) => sum + promptTokens(usage), 0)
    expect(rowOf(trial, 'Fan').tokens).toEqual({
      low: sent + 6 * ANSWER_TOKENS.low,
      likely: sent + 6 * ANSWER_TOKENS.likely,
      high: sent + 6 * ANSWER_TOKENS.high,
    })
    const rates = findPrice(app.app.prices.list(), 'claude-sonnet-5-5', '2026-11-27T00:00:00Z')?.rates
    const likely = (sent * (rates?.input ?? 0) + 6 * ANSWER_TOKENS.likely * (rates?.output ?? 0)) / 1000
    // Each agent is rounded to a nanodollar.
    expect(Math.abs((rowOf(trial, 'Fan').costNanoUsd?.likely ?? 0) - likely)).toBeLessThanOrEqual(3)
  })

  test('are counted by the provider when that is asked for, one of each phase', async () => {
    const own = await planned({}, every)
    expect(counting.asked).toEqual([])
    counting.answer = { status: 200, body: JSON.stringify({ input_tokens: 3 * 100 }) }
    const counted = await planned({}, { dryRun: true, count: true })
    expect(counting.asked).toHaveLength(2)
    expect(counted.basis).toContain('counted by the provider')
    expect(rowOf(counted, 'Fan').tokens.low).not.toBe(rowOf(own, 'Fan').tokens.low)
  })

  test.each([
    ['a failure', 400, '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}'],
    ['no JSON', 200, 'count? no'],
    ['no count', 200, '{}'],
    ['a negative count', 200, '{"input_tokens":-5}'],
    ['text', 200, '{"input_tokens":"many"}'],
    ['an absurd count', 200, '{"input_tokens":1e15}'],
  ])('stay as we counted them where the provider answers %s', async (_, status, body) => {
    const own = await planned({}, every)
    counting.answer = { status, body }
    const counted = await planned({}, { dryRun: true, count: true })
    expect(counting.asked.length).toBeGreaterThan(0)
    expect(counted.rows).toEqual(own.rows)
    expect(counted.basis).toBe(own.basis)
  })
})

test('agents with tools have the prior, and more where their first prompt is longer than usual', async () => {
  const files = { workspace: app.workspace }
  const short = await planned(
    { ...files, script: workflow(`await agent('read a.ts')`, 'tools-short') },
    every,
  )
  const long = await planned(
    { ...files, script: workflow(`await agent('read a.ts ' + 'and more '.repeat(4000))`, 'tools-long') },
    every,
  )
  expect(short.rows[0]).toMatchObject({
    tokenBasis: 'prior',
    tokens: { low: 20_000, likely: 70_000, high: 120_000 },
  })
  expect(long.rows[0]?.tokens.likely).toBeGreaterThan(75_000)
})

describe('rounds of batches', () => {
  const batchOf = ({ deliveries }: Plan) => deliveries.find(({ kind }) => kind === 'batch')

  test('are counted for agents that wait for one another, through other phases too', async () => {
    const chained = workflow(
      `let said = ''
for (const at of [1, 2, 3]) {
  said = await agent('What is matter ' + at + ' about, after all that was said before? ' + said, { phase: 'Ask' })
  said = await agent('Is this what matter ' + at + ' is about, or something else? ' + said, { phase: 'Check' })
}
return await agent('sum up ' + said, { phase: 'Sum' })`,
      'chained',
    )
    const plain = await planned({ script: chained })
    expect(plain.rows.map(({ chain }) => chain)).toEqual([1, 1, 1])
    const trial = await planned({ script: chained }, every)
    expect(trial.rows.map(({ phase, chain }) => [phase, chain])).toEqual([
      ['Ask', 3],
      ['Check', 3],
      ['Sum', 1],
    ])
    expect(batchOf(trial)).toMatchObject({
      seconds: 7 * 3600,
      note: expect.stringContaining('7 rounds are counted'),
    })
  })

  test('are one a turn: as a prior says of agents with files, and as earlier runs took', async () => {
    const reads = sim(
      { toolCalls: [{ name: 'read_file', input: { path: 'a.ts' } }] },
      { toolCalls: [{ name: 'read_file', input: { path: 'b.ts' } }] },
      { text: 'done' },
    )
    const body = {
      workspace: app.workspace,
      script: workflow(`return await agent('read' + ${JSON.stringify(reads)})`, 'turns'),
    }
    const before = await planned(body)
    expect(before.rows[0]?.turnsEach).toEqual({ low: 3, likely: 6, high: 8 })
    expect(batchOf(before)?.seconds).toBe(6 * 3600)
    await app.ended(await app.launch(body.script, { workspace: app.workspace }))
    const after = await planned(body)
    expect(after.rows[0]?.turnsEach).toEqual({ low: 3, likely: 3, high: 3 })
    expect(batchOf(after)?.seconds).toBe(3 * 3600)
  })
})

describe('every number of a plan is the sum of its rows', () => {
  test.each<[string, Partial<LaunchInput>, Partial<PlanOptions>, Plan['deliveries'][number]['kind'][]]>([
    ['from the source', {}, {}, ['sequential', 'parallel']],
    ['ready', {}, every, ['sequential', 'parallel']],
    ['in batches', { delivery: 'batch' }, every, ['batch']],
    ['fast', { speed: 'fast', model: 'opus' }, every, ['fast']],
    [
      'with phases set otherwise',
      {
        model: 'opus',
        phases: { Fan: { delivery: 'batch', model: 'sonnet' }, Fold: { speed: 'fast', model: 'opus' } },
      },
      every,
      ['sequential', 'parallel', 'fast', 'batch'],
    ],
  ])('%s', async (_, more, options, same) => {
    const { rows, agents, tokens, costNanoUsd, deliveries } = await planned(more, options)
    const costs = rows.flatMap((row) => (row.costNanoUsd === null ? [] : [row.costNanoUsd]))
    expect(agents).toEqual(sumOf(rows.map((row) => row.agents)))
    expect(tokens).toEqual(sumOf(rows.map((row) => row.tokens)))
    expect(costs).toHaveLength(rows.length)
    expect(costNanoUsd).toEqual(sumOf(costs))
    for (const { kind, costNanoUsd: cost } of deliveries) {
      const option = kind === 'sequential' || kind === 'parallel' ? 'live' : kind
      expect(cost, kind).toBe(
        rows.reduce(
          (sum, { deliveryOptions }) => sum + (deliveryOptions[option].costNanoUsd ?? Number.NaN),
          0,
        ),
      )
    }
    // The delivery that this launch asks for costs what the plan says.
    for (const kind of same)
      if (kind !== 'batch' || more.phases === undefined)
        expect(deliveries.find((one) => one.kind === kind)?.costNanoUsd, kind).toBe(costNanoUsd?.likely)
  })
})

test('kinds of delivery do not change with the one that is chosen: one by one leaves the others what they were', async () => {
  const [open, single] = [await planned({}, every), await planned({ concurrency: 1 }, every)]
  expect(single.deliveries).toEqual(open.deliveries)
  expect(single.recommendation).toBe(open.recommendation)
  expect(single.seconds?.likely).toBe(single.deliveries.find(({ kind }) => kind === 'sequential')?.seconds)
})

describe('what is set for a phase', () => {
  test.each([
    ['read from the source', {}],
    ['ready', every],
  ])('decides its rows, %s', async (_, options) => {
    const plain = await planned({ model: 'opus' }, options)
    const set = await planned(
      {
        model: 'opus',
        phases: {
          Fan: { delivery: 'batch', model: 'sonnet' },
          Fold: { speed: 'fast', model: 'opus', maxTokens: 1000 },
        },
      },
      options,
    )
    expect(rowOf(set, 'Fan')).toMatchObject({
      model: 'claude-sonnet-5-5',
      delivery: 'batch',
      speed: 'standard',
    })
    expect(rowOf(set, 'Fold')).toMatchObject({ model: 'claude-opus-5-5', delivery: 'live', speed: 'fast' })
    expect(rowOf(plain, 'Fan')).toMatchObject({ model: 'claude-opus-5-5', delivery: 'live' })
    expect(rowOf(set, 'Fan').deliveryOptions.live).toEqual({
      speed: 'standard',
      delivery: 'batch',
      costNanoUsd: rowOf(set, 'Fan').costNanoUsd?.likely,
    })
    expect(rowOf(set, 'Fan').reservationNanoUsd).toBeLessThan(rowOf(plain, 'Fan').reservationNanoUsd ?? 0)
  })

  test('is told to hold for nobody where the plan has no such phase', async () => {
    const notesOn = async (phases: NonNullable<LaunchInput['limits']>['phases']) =>
      (await planned({ limits: { phases }, phases: { Fold: { maxTokens: 500 } } })).notes.join()
    expect(await notesOn({ Fan: { usd: 1 } })).not.toContain('is expected')
    expect(await notesOn({ fan: { usd: 1 } })).toContain('No agent of “fan” is expected')
  })

  test('bounds how many run in parallel: a cap of its own, and fewer tokens a turn', async () => {
    const parallelism = async (more: Partial<LaunchInput>) => (await planned(more, every)).parallelism
    const tight = await parallelism({ limits: { usd: 0.5 } })
    expect(tight).toMatchObject({ phase: 'Fan', agents: 6, capNanoUsd: 500_000_000 })
    expect(tight?.maxParallel).toBeLessThan(6)
    expect(tight?.maxParallel).toBeGreaterThan(0)
    const enough = { usd: (tight?.unit === 'usd' ? tight.allNanoUsd : 0) / 1e9 }
    expect(await parallelism({ limits: enough })).toMatchObject({ maxParallel: 6 })
    const lower = { phases: { Fan: { maxTokens: 500 } } }
    expect(await parallelism({ limits: { usd: 0.5 }, ...lower })).toMatchObject({ maxParallel: 6 })
    expect(await parallelism({ limits: { usd: 5, phases: { Fan: { usd: 0.5 } } } })).toMatchObject({
      capNanoUsd: 500_000_000,
      maxParallel: tight?.maxParallel,
    })
    expect(await parallelism({ limits: { usd: null } })).toBeNull()
    expect(await parallelism({ limits: { usd: 0.5, perAgent: { usd: 0.05 } } })).toMatchObject({
      maxParallel: 6,
    })
    expect(await parallelism({ limits: { usd: 0.5, perAgent: { tokens: 2000 } } })).toMatchObject({
      maxParallel: 6,
    })
    const inTokens = await parallelism({ limits: { usd: 5, tokens: 30_000 } })
    expect(inTokens).toMatchObject({ unit: 'tokens', capTokens: 30_000, slots: app.app.env.maxConcurrency })
    expect(inTokens?.maxParallel).toBe(3)
    expect(await parallelism({ delivery: 'batch', concurrency: 2 })).toMatchObject({
      maxParallel: 6,
      slots: null,
    })
    expect(await parallelism({ concurrency: 2 })).toMatchObject({ maxParallel: 6, slots: 2 })
  })

  test('caps its agents where the source lets more start', async () => {
    const { rows } = await planned({ limits: { phases: { Fan: { agents: 4 } } } })
    expect(rows[0]?.agents).toEqual({ low: 1, likely: 4, high: 4 })
  })
})
