import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RollupColumn, RollupRow } from '@/lib/core/money/cost-store'
import { type Connection, connectToRead, openDatabase } from '../open'
import { migrationsDir } from '../testing'
import { databasePath, fillCosts } from '../testing/fill-costs'
import { agentModels } from './agent-costs'
import { costReport } from './costs'

let dir: string
let connection: Connection
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'skein-costs-'))
  fillCosts(dir, { turns: 2000, runs: 60, days: 20, until: '2026-11-27' })
  connection = connectToRead(databasePath(dir))
})
afterAll(() => {
  connection.close()
  rmSync(dir, { recursive: true, force: true })
})

const period = { from: '2026-11-12', to: '2026-11-25', simulated: false }
const ask = (by: RollupColumn[], limit: number, withKinds = false) =>
  costReport(connection, { period, by, limit, withKinds, month: period }, null)
const costOf = (rows: readonly RollupRow[]) => rows.reduce((sum, { sums }) => sum + sums.costNanoUsd, 0)

describe('a report of the most expensive', () => {
  test.each<RollupColumn[]>([
    ['run'],
    ['run', 'phase'],
    ['run', 'model'],
    ['run', 'day'],
    ['run', 'workflow'],
    ['run', 'user'],
    ['run', 'tag'],
    ['tag', 'phase'],
    ['day', 'tag'],
    ['day', 'phase'],
  ])('by %s and %s says of each what a report of all says, and exactly what it leaves out', (...by) => {
    for (const withKinds of [false, true]) {
      const all = ask(by, 1_000_000, withKinds)
      const some = ask(by, 5, withKinds)
      expect(all.omitted).toEqual({ rows: 0, costNanoUsd: 0 })
      expect(some.rows).toHaveLength(5)
      for (const row of some.rows) expect(all.rows).toContainEqual(row)
      const mostExpensive = all.rows.map(({ sums }) => sums.costNanoUsd).slice(0, 5)
      expect(some.rows.map(({ sums }) => sums.costNanoUsd)).toEqual(mostExpensive)
      expect(some.omitted).toEqual({
        rows: all.rows.length - 5,
        costNanoUsd: costOf(all.rows) - costOf(some.rows),
      })
      expect(some.whole).toEqual(all.whole)
      if (!by.includes('tag')) expect(costOf(all.rows)).toBe(all.whole.costNanoUsd)
      expect(all.byDayOnly).toBeNull()
    }
  })
})

const everyAgent = { period, limit: 10_000, mostTurns: 1_000_000 }
const sum = (rows: readonly { costNanoUsd: number }[]) =>
  rows.reduce((total, { costNanoUsd }) => total + costNanoUsd, 0)

test('agents by model come to what the sums of the period say of each model, agent by agent', () => {
  const { rows, omitted, unread } = agentModels(connection, everyAgent, null)
  const { rows: byModel } = costReport(
    connection,
    { period, by: ['model'], limit: 100, withKinds: false, month: period },
    null,
  )
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
  const all = agentModels(connection, everyAgent, null).rows
  const { rows, omitted } = agentModels(connection, { ...everyAgent, limit: 3 }, null)
  expect(rows).toEqual(all.slice(0, 3))
  expect(omitted).toEqual({ rows: all.length - 3, costNanoUsd: sum(all) - sum(rows) })
})

test('no more turns are read than allowed, those of the most expensive runs, and one run always', () => {
  const all = agentModels(connection, everyAgent, null).rows
  for (const mostTurns of [0, 200]) {
    const { rows, unread } = agentModels(connection, { ...everyAgent, mostTurns }, null)
    expect(unread.runs).toBeGreaterThan(0)
    expect(sum(rows) + unread.costNanoUsd).toBe(sum(all))
    const turns = rows.reduce((total, one) => total + one.turns, 0)
    expect(turns).toBeGreaterThan(0)
    expect(turns).toBeLessThanOrEqual(Math.max(50, mostTurns))
  }
})

test('simulated money is not real money', () => {
  const { rows } = agentModels(connection, { ...everyAgent, period: { ...period, simulated: true } }, null)
  expect(rows).toEqual([])
})

test('a deleted run has no agents any more, and what it cost is told', () => {
  const all = agentModels(connection, everyAgent, null).rows
  const { runId } = z
    .object({ runId: z.string() })
    .parse(connection.prepare("SELECT run_id AS runId FROM run_costs WHERE day = '2026-11-22' LIMIT 1").get())
  const changed = openDatabase(dir, migrationsDir)
  changed.connection.prepare('DELETE FROM turns WHERE run_id = ?').run(runId)
  changed.release()
  const { rows, unread } = agentModels(connection, everyAgent, null)
  expect(unread.runs).toBe(1)
  expect(sum(rows) + unread.costNanoUsd).toBe(sum(all))
})
