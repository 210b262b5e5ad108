import { expect, test } from 'vitest'
import type { Costs } from '@/lib/api/costs'
import { noSums } from '@/lib/core/money/sums'
import { costsCsv } from './csv'

const sums = { ...noSums, turns: 3, costNanoUsd: 5, unsettledNanoUsd: 7 }
const costs: Costs = {
  from: '2026-11-01',
  to: '2026-11-27',
  simulated: false,
  imported: false,
  importedNanoUsd: 0,
  groupBy: ['phase', 'tokenKind'],
  rows: [
    { ...sums, key: { phase: 'Read', tokenKind: 'output' }, title: null, turns: 0, unsettledNanoUsd: 0 },
  ],
  omitted: { rows: 0, costNanoUsd: 0 },
  totals: sums,
  savedByCacheNanoUsd: 0,
  agents: { succeeded: 1, perSuccessNanoUsd: 5 },
  projection: null,
  dayCapNanoUsd: null,
  monthCapNanoUsd: null,
}

test('a table by token kind claims no responses, and says what is unsettled in a line of its own', () => {
  expect(costsCsv(costs).trim().split('\r\n').slice(1)).toEqual([
    'Read,output,,,0,0,0,0,0,0.000000005,',
    'interrupted turns,,,,,,,,,,0.000000007',
  ])
})
