import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCostsSchema, runSourcesSchema } from '@/lib/api/run-costs'
import { launchedSchema } from '@/lib/api/runs'
import { snapshotSchema } from '@/lib/core/run/state'
import { eventsOf, sim, workflow } from '@/lib/server/testing/test-app'
import { costTable } from '@/lib/view/costs/run-cost-table'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ files: { 'a.txt': 'alpha\n' } })
})
afterAll(() => api.dispose())

async function run(script: string): Promise<string> {
  const { body } = await api.call('POST', '/api/runs', { script, workspace: api.workspace })
  const { id } = launchedSchema.parse(body)
  await api.ended(id)
  return id
}

test('the costs of a run add up to its totals to the nanodollar, kind by kind as they were booked', async () => {
  const reads = sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'done' })
  const id = await run(
    workflow(`phase('Read')
await parallel(Array.from({ length: 4 }, (_, i) => () => agent(i + ${JSON.stringify(reads)})))
phase('Write')
return agent('write', { model: 'opus' })`),
  )
  const costs = runCostsSchema.parse((await api.call('GET', `/api/runs/${id}/costs`)).body)
  const { totals } = snapshotSchema.parse((await api.call('GET', `/api/runs/${id}`)).body)
  const table = costTable(costs)
  expect(table.costNanoUsd).toBe(totals.spentNanoUsd)
  expect(table.isSettled).toBe(true)
  const committed = eventsOf(await api.journal(id), 'turn.committed')
  for (const { kind, count, costNanoUsd } of table.totals) {
    expect(costNanoUsd, kind).toBe(committed.reduce((sum, { cost }) => sum + (cost?.byKind[kind] ?? 0), 0))
    if (kind === 'output') expect(count).toBe(totals.outputTokens)
  }
  expect(table.rows.map(({ phase, turns }) => [phase, turns])).toEqual([
    ['Read', 8],
    ['Write', 1],
  ])
})

test('turns of a model without a price are told apart, and their cost is unknown', async () => {
  const id = await run(workflow(`await agent('one')\nreturn agent('two', { model: 'house-model' })`))
  const costs = runCostsSchema.parse((await api.call('GET', `/api/runs/${id}/costs`)).body)
  const unpriced = costs.lines.filter((line) => !line.isPriced)
  expect(unpriced.length).toBe(costs.totals.unpricedTurns > 0 ? 1 : 0)
  for (const line of unpriced) for (const { costNanoUsd } of line.kinds) expect(costNanoUsd).toBeNull()
  expect(costTable(costs).costNanoUsd).toBe(costs.totals.spentNanoUsd)
})

test('a run shows the script that ran and the workflows it called, each once', async () => {
  await api.call('POST', '/api/workflows', { source: workflow(`return agent('inside')`, 'inner') })
  const script = workflow(`await workflow('inner')\nreturn workflow('inner')`)
  const id = await run(script)
  const { sources } = runSourcesSchema.parse((await api.call('GET', `/api/runs/${id}/sources`)).body)
  expect(sources[0]).toMatchObject({ scopes: [''], source: script })
  expect(sources.slice(1).map(({ name, scopes }) => [name, scopes.length])).toEqual([['inner', 2]])
  expect(sources[1]?.source).toContain('inside')
})

test('what is asked of a run that is not there is refused', async () => {
  for (const part of ['costs', 'sources'])
    expect((await api.call('GET', `/api/runs/nobody/${part}`)).status, part).toBe(404)
})
