import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkpointListSchema } from '@/lib/api/checkpoints'
import { runListSchema } from '@/lib/api/first/run-list'
import { launchedSchema, runDiffSchema } from '@/lib/api/runs'
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

describe('GET /api/runs in an order', () => {
  const listed = async (query: string) =>
    runListSchema.parse((await api.call('GET', `/api/runs?${query}`)).body)
  const inOrder = async (query: string) => (await listed(query)).runs.map(({ title }) => title)

  test.each([
    ['sort=title', ['broken', 'double', 'dry-run', 'single']],
    ['sort=title&order=desc', ['single', 'dry-run', 'double', 'broken']],
    ['sort=launched', ['broken', 'dry-run', 'double', 'single']],
    ['sort=launched&order=asc', ['single', 'double', 'dry-run', 'broken']],
    ['sort=agents', ['double', 'dry-run', 'single', 'broken']],
    ['sort=status&order=desc', ['broken', 'dry-run', 'double', 'single']],
  ])('?%s puts runs in its order, and the newer first where that is equal', async (query, found) => {
    expect(await inOrder(query)).toEqual(found)
  })

  test.each(['tokens', 'cost', 'time'])('?sort=%s begins with the largest', async (sort) => {
    const { runs } = await listed(`sort=${sort}`)
    const amounts = runs.map(({ totals, startedAt, endedAt }) => {
      if (sort === 'tokens') return totals.inputTokens + totals.outputTokens
      if (sort === 'cost') return totals.spentNanoUsd
      return startedAt === null || endedAt === null ? -1 : Date.parse(endedAt) - Date.parse(startedAt)
    })
    expect(amounts).toEqual([...amounts].sort((a, b) => b - a))
    const reversed = await listed(`sort=${sort}&order=asc`)
    expect(reversed.runs[0]?.id).not.toBe(runs[0]?.id)
  })

  test.each(['launched', 'title', 'status', 'agents', 'tokens', 'cost', 'time'])(
    'pages by cursor tell every run once, ordered by %s',
    async (sort) => {
      const all = (await listed(`sort=${sort}`)).runs.map(({ id }) => id)
      const walked: string[] = []
      for (let after = ''; ; ) {
        const { runs, nextCursor } = await listed(`sort=${sort}&limit=1${after}`)
        walked.push(...runs.map(({ id }) => id))
        if (nextCursor === null) break
        after = `&after=${nextCursor}`
      }
      expect(walked).toEqual(all)
    },
  )

  test('a run that is launched between two pages changes nothing behind the cursor', async () => {
    const first = await listed('limit=2')
    const late = await launched({ script: workflow('return 1', 'late'), title: 'late' })
    const second = await listed(`limit=2&after=${first.nextCursor}`)
    expect([...first.runs, ...second.runs].map(({ title }) => title)).toEqual([
      'broken',
      'dry-run',
      'double',
      'single',
    ])
    expect((await api.call('DELETE', `/api/runs/${late}`)).status).toBe(204)
  })

  test('a cursor that is none, or of another order, is refused', async () => {
    const { nextCursor } = await listed('limit=1')
    for (const query of [`after=${nextCursor}&sort=cost`, `after=${nextCursor}&order=asc`, 'after=rubbish'])
      expect((await api.call('GET', `/api/runs?${query}`)).text).toContain('nextCursor')
  })

  test('a run that waits for an answer says so until it has one', async () => {
    const script = workflow("return checkpoint({ title: 'Go on?' })", 'asks')
    const { id } = launchedSchema.parse((await api.call('POST', '/api/runs', { script, title: 'asks' })).body)
    await expect.poll(async () => (await listed('q=asks')).runs[0]?.isAsking).toBe(true)
    const { checkpoints } = checkpointListSchema.parse(
      (await api.call('GET', `/api/runs/${id}/checkpoints`)).body,
    )
    const question = checkpoints[0]?.checkpointId ?? ''
    await api.call('POST', `/api/runs/${id}/checkpoints/${question}`, { answer: true })
    await api.ended(id)
    expect((await listed('q=asks')).runs[0]?.isAsking).toBe(false)
    expect((await api.call('DELETE', `/api/runs/${id}`)).status).toBe(204)
  })

  test('names to filter by are those that runs have, without trial runs', async () => {
    const { body } = await api.call('GET', '/api/runs/filters')
    expect(body).toEqual({
      tags: ["'; DROP TABLE runs;--", 'Nightly', 'two words'],
      users: ['local'],
      workflows: ['single', 'breaks', 'double'],
    })
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
