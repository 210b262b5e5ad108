import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchedSchema, runDiffSchema, runListSchema } from '@/lib/api/runs'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
const ids: Record<string, string> = {}

beforeAll(async () => {
  api = await startTestApi()
  const one = workflow(`return { b: 1, a: [await agent('x ${sim({ text: 'one' })}')] }`, 'single')
  const two = workflow(
    `return { a: await parallel([1, 2].map((n) => () => agent('y' + n + ' ${sim({ text: 'two' })}'))), b: 1 }`,
    'double',
  )
  const none = workflow("throw new Error('no')", 'breaks')
  ids.single = await launched({ script: one, title: 'single', tags: ['Nightly', 'two words'] })
  ids.double = await launched({ script: two, title: 'double', tags: ["'; DROP TABLE runs;--"] })
  ids.dryRun = await launched({ script: one, title: 'dry-run', dryRun: true })
  ids.broken = await launched({ script: none, title: 'broken' })
})
afterAll(() => api.dispose())

async function launched(body: object): Promise<string> {
  const { id } = launchedSchema.parse((await api.call('POST', '/api/runs', body)).body)
  await api.ended(id)
  return id
}

async function titles(query: Record<string, string>): Promise<string[]> {
  const { body } = await api.call('GET', `/api/runs?${new URLSearchParams(query)}`)
  const { runs, total } = runListSchema.parse(body)
  expect(total).toBe(runs.length)
  return runs.map(({ title }) => title).sort()
}

describe('GET /api/runs', () => {
  test.each([
    [{ tag: 'nightly' }, ['single']],
    [{ tag: 'two words' }, ['single']],
    [{ tag: 'night' }, []],
    [{ tag: "'; DROP TABLE runs;--" }, ['double']],
    [{ user: 'LOCAL', workflow: 'double' }, ['double']],
    [{ user: "x' OR 1=1 --" }, []],
    [{ kind: 'dry-run' }, ['dry-run']],
    [{ kind: 'real' }, ['broken', 'double', 'single']],
    [{ kind: 'simulated' }, []],
    [{ minAgents: '2' }, ['double']],
    [{ maxAgents: '0' }, ['broken']],
    [{ minAgents: '1', maxAgents: '1', kind: 'real' }, ['single']],
    [{ maxCostUsd: '0' }, ['broken']],
    [{ minCostUsd: '0.000000001' }, ['double', 'dry-run', 'single']],
    [{ minCostUsd: '999999' }, []],
  ])('%j finds %j', async (query, found) => {
    expect(await titles(query)).toEqual(found)
  })

  test('a bound is what the run has cost, to the nanodollar', async () => {
    const { runs } = runListSchema.parse((await api.call('GET', '/api/runs?q=double')).body)
    const spent = runs[0]?.totals.spentNanoUsd ?? 0
    expect(
      await titles({ q: 'double', minCostUsd: String(spent / 1e9), maxCostUsd: String(spent / 1e9) }),
    ).toEqual(['double'])
    expect(await titles({ q: 'double', minCostUsd: String((spent + 1) / 1e9) })).toEqual([])
  })

  test.each([
    ['minCostUsd=much', 'minCostUsd'],
    ['maxCostUsd=', 'maxCostUsd'],
    ['minCostUsd=-1', 'minCostUsd'],
    ['minAgents=1.5', 'minAgents'],
    ['minAgents=Infinity', 'minAgents'],
    ['kind=blue', 'kind'],
    ['tag=', 'tag'],
  ])('?%s is refused, and the refusal names %s', async (query, name) => {
    const { status, text } = await api.call('GET', `/api/runs?${query}`)
    expect(status).toBe(400)
    expect(text).toContain(name)
  })
})

describe('GET /api/runs/{id}/diff', () => {
  const diff = async (a?: string, b?: string) =>
    runDiffSchema.parse((await api.call('GET', `/api/runs/${a}/diff?with=${b}`)).body)

  test('tells the results of two runs line by line, whatever order their keys are in', async () => {
    const { from, to, hunks, added, removed } = await diff(ids.single, ids.double)
    expect([from.title, to.title]).toEqual(['single', 'double'])
    expect([added, removed]).toEqual([2, 1])
    expect(hunks.flat().find(({ kind }) => kind === 'removed')?.text).toContain('one')
    expect(hunks.flat().some(({ kind, text }) => kind === 'same' && text.includes('"b": 1'))).toBe(true)
  })

  test('a run is the same as itself, and one without a result has no lines', async () => {
    expect(await diff(ids.single, ids.single)).toMatchObject({ hunks: [], added: 0, removed: 0 })
    expect(await diff(ids.single, ids.broken)).toMatchObject({ hunks: [], to: { hasResult: false } })
  })

  test('a run that is not there is named', async () => {
    const { status, text } = await api.call('GET', `/api/runs/${ids.single}/diff?with=gone`)
    expect([status, text]).toEqual([404, expect.stringContaining('There is no run gone.')])
    expect((await api.call('GET', `/api/runs/${ids.single}/diff`)).status).toBe(400)
  })
})
