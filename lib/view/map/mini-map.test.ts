import { expect, test } from 'vitest'
import type { StatusCounts } from '@/lib/core/agent/agent-status'
import { told } from '../testing'
import { miniMap } from './mini-map'

const none = told([]).totals.agents
const phase = (counts: Partial<StatusCounts>) => ({ counts: { ...none, ...counts } })

test('few agents have a cell each, from top to bottom, and a gap stands between phases', () => {
  const map = miniMap([phase({ succeeded: 2, running: 1 }), phase({}), phase({ queued: 1 })], 2, 20)
  expect(map).toEqual({
    cells: [
      { x: 0, y: 0, displayStatus: 'succeeded' },
      { x: 0, y: 1, displayStatus: 'succeeded' },
      { x: 1, y: 0, displayStatus: 'running' },
      { x: 3, y: 0, displayStatus: 'queued' },
    ],
    columns: 4,
    rows: 2,
    perCell: 1,
  })
})

test('a thousand agents fit, and one failure among them has a cell', () => {
  const map = miniMap([phase({ succeeded: 700, failed: 1 }), phase({ running: 200, queued: 99 })], 3, 30)
  expect(map?.columns).toBeLessThanOrEqual(30)
  expect(map?.perCell).toBeGreaterThan(10)
  expect(map?.cells.filter(({ displayStatus }) => displayStatus === 'failed')).toHaveLength(1)
})

test('more phases than fit are cut, and a run without agents has no map', () => {
  const map = miniMap(
    Array.from({ length: 40 }, () => phase({ queued: 1 })),
    3,
    10,
  )
  expect(Math.max(...(map?.cells.map(({ x }) => x) ?? []))).toBeLessThan(10)
  expect(miniMap([phase({})], 3, 10)).toBeNull()
  expect(miniMap([], 3, 10)).toBeNull()
})
