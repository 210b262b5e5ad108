import { describe, expect, test } from 'vitest'
import { agentCostsCsv, outliersCsv, unsettledCsv, whatIfCsv } from './cost-csv'

describe('what stands out, as a table', () => {
  test('holds every figure to the nanodollar, and no formula', () => {
    const outlier = {
      runId: 'r1',
      title: '=cmd|calc',
      workflow: '+audit',
      createdAt: '2026-11-27T00:00:00.000Z',
      spentNanoUsd: 1_234_567_891,
      medianNanoUsd: 1,
      times: 9.5,
    }
    expect(outliersCsv([outlier], false).split('\r\n')[1]).toBe(
      `r1,"'=cmd|calc","'+audit",2026-11-27T00:00:00.000Z,1.234567891,0.000000001,9.5`,
    )
    const turn = {
      runId: 'r1',
      title: '@t',
      agentId: 'a1',
      turn: 0,
      attempt: 1,
      at: 'x',
      reason: '-1',
      unsettledNanoUsd: 2,
    }
    const deleted = { runId: 'r2', title: '=gone', lastDay: '2026-11-26', unsettledNanoUsd: 3 }
    const unsettled = {
      turns: [turn],
      count: 1,
      deleted: [deleted],
      deletedCount: 1,
      unlistedNanoUsd: 4,
      totalNanoUsd: 9,
    }
    expect(unsettledCsv(unsettled, false).trim().split('\r\n').slice(1)).toEqual([
      `r1,"'@t",a1,0,1,x,"'-1",0.000000002`,
      `r2,"'=gone",,,,2026-11-26,deleted run,0.000000003`,
      `,not listed,,,,,,0.000000004`,
    ])
    const scenarios = [{ kind: 'model' as const, model: 'm', nanoUsd: null, unchangedTurns: 0 }]
    const lines = whatIfCsv({ bookedNanoUsd: 5, turns: 2, unpricedTurns: 0, scenarios }, false).split('\r\n')
    expect(lines.slice(1, 3)).toEqual(['booked,,2,2,0.000000005', 'model,m,2,0,unknown'])
    const heads = [outliersCsv([], true), unsettledCsv(unsettled, true)].map((text) => text.split('\r\n')[0])
    expect(heads.every((head) => head?.includes('(simulated USD)') && !head.includes('(USD)'))).toBe(true)
  })
})

test('agents by model come with what is in no row, so that the file adds up', () => {
  const text = agentCostsCsv({
    ...{ from: '2026-11-01', to: '2026-11-30', simulated: false },
    rows: [{ agent: '=read', model: 'm', agents: 2, turns: 5, unpricedTurns: 0, costNanoUsd: 1_000_000_000 }],
    omitted: { rows: 0, costNanoUsd: 0 },
    unread: { runs: 1, costNanoUsd: 7 },
  })
  expect(text.trim().split('\r\n').slice(1)).toEqual([
    `"'=read",m,2,5,1.000000000`,
    'runs that were not read,,,,0.000000007',
  ])
})
