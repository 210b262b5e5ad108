import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Connection, connectToRead, openDatabase } from '../open'
import { migrationsDir } from '../testing'
import { databasePath, fillCosts } from '../testing/fill-costs'
import { agentModels } from './agent-costs'
import { costReport } from './costs'

let dir: string
let connection: Connection
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'skein-agent-costs-'))
  fillCosts(dir, { turns: 2000, runs: 40, days: 10, until: '2026-11-27' })
  connection = connectToRead(databasePath(dir))
})
afterAll(() => {
  connection.close()
  rmSync(dir, { recursive: true, force: true })
})

const period = { from: '2026-11-20', to: '2026-11-25', simulated: false }
const everything = { period, limit: 10_000, mostTurns: 1_000_000 }
const sum = (rows: readonly { costNanoUsd: number }[]) =>
  rows.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0)

test('agents by model come to what the sums of the period say of each model, agent by agent', () => {
  const { rows, omitted, unread } = agentModels(connection, everything)
  const { rows: byModel } = costReport(connection, {
    ...{ period, by: ['model'], limit: 100, withKinds: false },
    month: period,
  })
  expect(byModel.length).toBeGreaterThan(2)
  for (const { key, sums } of byModel) {
    const own = rows.filter(({ model }) => model === key.model)
    expect(sum(own)).toBe(sums.costNanoUsd)
    expect(own.reduce((total, { turns }) => total + turns, 0)).toBe(sums.turns)
  }
  expect(rows.map(({ agent }) => agent)).toContain('audit Read')
  expect(omitted).toEqual({ rows: 0, costNanoUsd: 0 })
  expect(unread).toEqual({ runs: 0, costNanoUsd: 0 })
})

test('the most expensive pairs come first, and what is beyond the limit is told as one sum', () => {
  const all = agentModels(connection, everything).rows
  const { rows, omitted } = agentModels(connection, { ...everything, limit: 3 })
  expect(rows).toEqual(all.slice(0, 3))
  expect(omitted).toEqual({ rows: all.length - 3, costNanoUsd: sum(all) - sum(rows) })
})

test('no more turns are read than allowed, those of the most expensive runs, and one run always', () => {
  const all = agentModels(connection, everything).rows
  for (const mostTurns of [0, 200]) {
    const { rows, unread } = agentModels(connection, { ...everything, mostTurns })
    expect(unread.runs).toBeGreaterThan(0)
    expect(sum(rows) + unread.costNanoUsd).toBe(sum(all))
    const turns = rows.reduce((total, one) => total + one.turns, 0)
    expect(turns).toBeGreaterThan(0)
    expect(turns).toBeLessThanOrEqual(Math.max(50, mostTurns))
  }
})

test('a deleted run has no agents any more, and what it cost is told', () => {
  const all = agentModels(connection, everything).rows
  const { runId } = z
    .object({ runId: z.string() })
    .parse(connection.prepare("SELECT run_id AS runId FROM run_costs WHERE day = '2026-11-22' LIMIT 1").get())
  const changed = openDatabase(dir, migrationsDir)
  changed.connection.prepare('DELETE FROM turns WHERE run_id = ?').run(runId)
  changed.release()
  const { rows, unread } = agentModels(connection, everything)
  expect(unread.runs).toBe(1)
  expect(sum(rows) + unread.costNanoUsd).toBe(sum(all))
})

test('simulated money is not real money', () => {
  const { rows } = agentModels(connection, { ...everything, period: { ...period, simulated: true } })
  expect(rows).toEqual([])
})
