import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { costsSchema } from '@/lib/api/costs'
import { planSchema } from '@/lib/api/plan'
import { pricesSchema } from '@/lib/api/prices'
import { runCostsSchema } from '@/lib/api/run-costs'
import { whatIfSchema } from '@/lib/api/what-if'
import type { RunState } from '@/lib/core/run/state'
import { workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
let runs: RunState[]
beforeAll(async () => {
  api = await startTestApi()
  const ids = [
    await api.launch(`phase('=Fan')\nreturn await parallel([1, 2, 3].map((n) => () => agent('Say ' + n)))`, {
      title: 'wide',
    }),
    await api.launch(`return await agent('One', { model: 'opus', phase: 'Lone' })`, { title: 'narrow' }),
  ]
  runs = []
  for (const id of ids) runs.push(await api.ended(id))
})
afterAll(() => api.dispose())

const ask = async (query: string) => costsSchema.parse((await api.call('GET', `/api/costs?${query}`)).body)
const spent = () => runs.reduce((sum, { totals }) => sum + totals.spentNanoUsd, 0)

describe('the costs of a period', () => {
  test.each([
    'day',
    'model',
    'workflow',
    'phase',
    'user',
    'tokenKind',
    'run',
    'phase,model',
    'day,user',
    'model,tokenKind',
    'tag',
    'run,phase',
    'run,tokenKind',
    'tag,model',
    'run,tag',
  ])('grouped by %s add up to what the runs say, to the nanodollar', async (groupBy) => {
    const found = await ask(`groupBy=${groupBy}`)
    expect(found.totals.costNanoUsd).toBe(spent())
    expect(found.rows.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)).toBe(spent())
    expect(found.groupBy).toEqual(groupBy.split(','))
    for (const { key } of found.rows) expect(Object.keys(key).sort()).toEqual(groupBy.split(',').sort())
  })

  test('names the most expensive runs and models first, and what an answer cost', async () => {
    const byRun = await ask('groupBy=run')
    expect(byRun.rows.map(({ title }) => title).sort()).toEqual(['narrow', 'wide'])
    expect(byRun.rows[0]?.costNanoUsd).toBeGreaterThanOrEqual(byRun.rows[1]?.costNanoUsd ?? 0)
    expect(byRun.agents).toEqual({ succeeded: 4, perSuccessNanoUsd: Math.round(spent() / 4) })
    expect((await ask('groupBy=phase')).rows.map(({ key }) => key.phase).sort()).toEqual(['=Fan', 'Lone'])
  })

  test('is empty where nothing was spent, and simulated money is another matter', async () => {
    const before = await ask('from=2020-01-01&to=2020-01-31')
    expect(before).toMatchObject({
      rows: [],
      projection: null,
      agents: { succeeded: 0, perSuccessNanoUsd: null },
    })
    expect((await ask('simulated=1')).totals.costNanoUsd).toBe(0)
  })

  test('keeps the money of a deleted run under its name', async () => {
    const id = await api.launch(`return await agent('Gone')`, { title: 'passing' })
    const { totals } = await api.ended(id)
    const before = await ask('groupBy=run')
    await api.call('DELETE', `/api/runs/${id}`)
    const after = await ask('groupBy=run')
    expect(after.totals).toEqual(before.totals)
    expect(after.rows.find(({ key }) => key.run === id)).toMatchObject({
      title: 'passing (deleted)',
      costNanoUsd: totals.spentNanoUsd,
    })
  })

  test('follows a run to other tags, each once, and leaves nothing behind', async () => {
    const byTag = async () => {
      const { rows } = await ask('groupBy=tag,phase')
      return Object.fromEntries(
        rows.filter(({ key }) => key.phase === 'Tagged').map((row) => [row.key.tag, row]),
      )
    }
    const id = await api.launch(`return await agent('x', { phase: 'Tagged' })`, {
      tags: ['red', 'red', 'blue'],
    })
    const cost = (await api.ended(id)).totals.spentNanoUsd
    const before = await byTag()
    expect(before).toMatchObject({
      red: { turns: 1, costNanoUsd: cost },
      blue: { turns: 1, costNanoUsd: cost },
    })
    await api.call('PATCH', `/api/runs/${id}`, { tags: ['blue', 'green'] })
    const { blue, ...others } = await byTag()
    expect(blue).toEqual(before.blue)
    expect(others).toEqual({ green: { ...before.red, key: { tag: 'green', phase: 'Tagged' } } })
    await api.call('PATCH', `/api/runs/${id}`, { tags: [] })
    expect(Object.keys(await byTag())).toEqual([''])
    const byRun = (await ask('groupBy=run,tag')).rows.filter(({ key }) => key.run === id)
    expect(byRun).toMatchObject([{ key: { tag: '' }, turns: 1, costNanoUsd: cost }])
    await api.call('DELETE', `/api/runs/${id}`)
  })

  test('can be had as a table that no spreadsheet takes for formulas', async () => {
    const answer = await api.call('GET', '/api/costs.csv?groupBy=phase')
    expect(answer.type).toContain('text/csv')
    const [head, ...lines] = answer.text.trim().split('\r\n')
    expect(head).toBe(
      'phase,title,turns,unpricedTurns,inputTokens,outputTokens,cacheReadTokens,cacheWriteTokens,cost (USD),unsettled (USD)',
    )
    expect(lines.some((line) => line.startsWith(`"'=Fan",`))).toBe(true)
  })

  test.each([
    ['groupBy=colour', /groupBy/],
    ['groupBy=day,day', /twice/],
    ['groupBy=day,model,user', /groupBy/],
    ['from=yesterday', /date like/],
    ['from=2026-02-30', /no day/],
    ['from=2026-11-30&to=2026-11-01', /before/],
    ['simulated=perhaps', /simulated/],
  ])('refuses %s with a sentence', async (query, sentence) => {
    for (const path of ['/api/costs', '/api/costs.csv']) {
      const answer = await api.call('GET', `${path}?${query}`)
      expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
      expect(answer.text).toMatch(sentence)
    }
  })
})

test('a range of dollars stands beside its nanodollars, each edge of it divided', async () => {
  const { body } = await api.call('POST', '/api/estimate', { script: workflow(`return await agent('x')`) })
  const range = z.object({ low: z.number(), likely: z.number(), high: z.number() })
  const { costNanoUsd, costUsd } = z.object({ costNanoUsd: range, costUsd: range }).parse(body)
  expect(costNanoUsd.likely).toBeGreaterThan(0)
  for (const edge of ['low', 'likely', 'high'] as const) expect(costUsd[edge]).toBe(costNanoUsd[edge] / 1e9)
})

test('a model that nobody knows costs what is not known, never nothing, wherever it is told', async () => {
  const { prices } = pricesSchema.parse((await api.call('GET', '/api/prices')).body)
  const rest = prices.filter(({ model }) => model !== 'claude-opus-4-6')
  expect((await api.call('PUT', '/api/prices', { prices: rest })).status).toBe(200)
  const before = await ask('groupBy=model')
  const script = `return await agent('x', { model: 'claude-opus-4-6', phase: 'Unpriced' })`
  const capped = await api.ended(await api.launch(script))
  expect(capped.outcomeCounts).toMatchObject({ succeeded: 0, failed: 1 })
  expect(capped.totals.turns, 'nothing leaves that a cap could not hold').toBe(0)
  expect((await api.call('PUT', '/api/settings', { dayCapUsd: null })).status).toBe(200)
  const id = await api.launch(script, { limits: { usd: null } })
  const { totals, agents } = await api.ended(id)
  expect(totals).toMatchObject({ costNanoUsd: null, spentNanoUsd: 0, unpricedTurns: 1, cacheSavedNanoUsd: 0 })
  expect([...agents.values()].map(({ costNanoUsd }) => costNanoUsd)).toEqual([null])
  const after = await ask('groupBy=model')
  expect(after.totals).toMatchObject({ costNanoUsd: before.totals.costNanoUsd, unpricedTurns: 1 })
  expect(after.rows.find(({ key }) => key.model === 'claude-opus-4-6')).toMatchObject({
    turns: 1,
    unpricedTurns: 1,
  })
  const byKind = (await ask('groupBy=phase,tokenKind')).rows.filter(({ key }) => key.phase === 'Unpriced')
  expect(byKind.map(({ unpricedTurns }) => unpricedTurns)).toEqual([1, 1])
  for (const groupBy of ['model', 'model,tokenKind']) {
    const csv = (await api.call('GET', `/api/costs.csv?groupBy=${groupBy}`)).text.split('\r\n')
    const lines = csv.filter((line) => line.startsWith('claude-opus-4-6'))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line, 'no cost').not.toContain('0.000000000,')
  }
  const { lines } = runCostsSchema.parse((await api.call('GET', `/api/runs/${id}/costs`)).body)
  expect(lines).toMatchObject([{ isPriced: false, cacheSavedNanoUsd: null }])
  expect(lines[0]?.kinds.every(({ costNanoUsd }) => costNanoUsd === null)).toBe(true)
  const whatIf = whatIfSchema.parse((await api.call('GET', `/api/runs/${id}/what-if`)).body)
  expect(whatIf).toMatchObject({ bookedNanoUsd: 0, turns: 0, unpricedTurns: 1 })
  const plan = planSchema.parse((await api.call('POST', '/api/estimate', { script: workflow(script) })).body)
  expect(plan).toMatchObject({ costNanoUsd: null, rows: [{ costNanoUsd: null, reservationNanoUsd: null }] })
  expect(plan.notes.join()).toContain(
    'claude-opus-4-6 has no known price: no dollar cap can hold what it costs, and its agents do not run.',
  )
})
