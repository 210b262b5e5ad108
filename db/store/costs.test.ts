import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RollupColumn, RollupRow } from '@/lib/core/money/cost-store'
import { type Connection, connectToRead } from '../open'
import { databasePath, fillCosts } from '../testing/fill-costs'
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
  costReport(connection, { period, by, limit, withKinds, month: period })
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
