import { describe, expect, it } from 'vitest'
import type { RunCosts } from '@/lib/api/run-costs'
import { agentRows, noFilter } from '../agent/agent-rows'
import { csvCell } from '../format/csv'
import { at, created, ended, told } from '../testing'
import { marginOf, scriptCalls } from '../workflows/script-calls'
import { costCsv, costTable, formula, sortedRows } from './run-cost-table'

const costs: RunCosts = {
  lines: [
    {
      phase: '=Read',
      model: 'claude-sonnet-5-5',
      delivery: 'live',
      turns: 2,
      isPriced: true,
      isMetered: true,
      cacheSavedNanoUsd: 77,
      kinds: [
        { kind: 'input', count: 12_345, costNanoUsd: 37_035_000 },
        { kind: 'output', count: 100, costNanoUsd: 1_500_000 },
      ],
    },
    {
      phase: 'Write',
      model: 'house-model',
      delivery: 'live',
      turns: 3,
      isPriced: false,
      isMetered: true,
      cacheSavedNanoUsd: null,
      kinds: [{ kind: 'input', count: 9, costNanoUsd: null }],
    },
  ],
  unsettled: [{ phase: 'Write', model: 'claude-sonnet-5-5', unsettledNanoUsd: 5 }],
  totals: {
    spentNanoUsd: 38_535_000,
    unsettledNanoUsd: 5,
    reservedNanoUsd: 0,
    turns: 5,
    unpricedTurns: 3,
    wastedTurns: 0,
    wastedNanoUsd: 0,
  },
}

describe('what the cache did for a phase', () => {
  const line = (...kinds: RunCosts['lines'][number]['kinds']): RunCosts => ({
    ...costs,
    lines: costs.lines.slice(0, 1).map((one) => ({ ...one, kinds })),
  })
  const cacheIn = (of: RunCosts) => costTable(of).rows[0]?.cache

  it('is told as it was booked, and not where there is no price', () => {
    const kinds = line(
      { kind: 'input', count: 1000, costNanoUsd: 3_000_000 },
      { kind: 'cacheWrite5m', count: 1000, costNanoUsd: 3_750_000 },
      { kind: 'cacheRead', count: 8000, costNanoUsd: 2_400_000 },
    )
    expect(cacheIn(kinds)).toEqual({ hitPercent: 80, savedNanoUsd: 77 })
    const unpriced = {
      ...kinds,
      lines: kinds.lines.map((one) => ({ ...one, isPriced: false, cacheSavedNanoUsd: null })),
    }
    expect(cacheIn(unpriced)).toEqual({ hitPercent: 80, savedNanoUsd: null })
    expect(cacheIn(line({ kind: 'output', count: 10, costNanoUsd: 3000 }))).toBeNull()
  })
})

describe('the cost of a run', () => {
  it('adds up to the nanodollar, and never takes an unknown price for zero', () => {
    const table = costTable(costs)
    expect(table).toMatchObject({
      kinds: ['input', 'output'],
      costNanoUsd: 38_535_000,
      unpricedTurns: 3,
      isSettled: true,
    })
    expect(table.rows.map(({ costNanoUsd, share }) => [costNanoUsd, share])).toEqual([
      [38_535_000, 1],
      [null, 0],
    ])
    expect(table.totals.map(({ count }) => count)).toEqual([12_354, 100])
    expect(table.rows.map(({ cache }) => cache)).toEqual([
      { hitPercent: 0, savedNanoUsd: 0 },
      { hitPercent: 0, savedNanoUsd: 0 },
    ])
    const behind = costTable({ ...costs, totals: { ...costs.totals, spentNanoUsd: 40_000_000 } })
    expect(behind.isSettled).toBe(false)
  })

  it('tells each cell as a formula', () => {
    const [input, output] = costs.lines[0]?.kinds ?? []
    if (input === undefined || output === undefined) throw new Error('no cells')
    expect(formula(input, 'live')).toBe('12,345 tokens × $3.00 / M = $0.037')
    expect(formula(output, 'live')).toBe('100 tokens × $15.00 / M = $0.0015')
    expect(formula({ ...input, costNanoUsd: null }, 'live')).toBe('12,345 tokens × unknown price')
    expect(formula({ kind: 'input', count: 3_000, costNanoUsd: 10_000 }, 'live')).toContain('on average')
  })

  it('shows the half that a batch costs', () => {
    const half = { kind: 'input' as const, count: 12_345, costNanoUsd: 18_517_500 }
    expect(formula(half, 'batch')).toBe('12,345 tokens × $3.00 / M × ½ (batch) = $0.019')
  })

  it('is sorted by any column, most expensive first', () => {
    const { rows } = costTable(costs)
    expect(sortedRows(rows, 'turns').map(({ phase }) => phase)).toEqual(['Write', '=Read'])
    expect(sortedRows(rows, 'cost').map(({ phase }) => phase)).toEqual(['=Read', 'Write'])
    expect(sortedRows(rows, 'order')).toBe(rows)
  })

  it('goes into a spreadsheet as data, never as a formula', () => {
    expect(['=1+1', '+1', '-1', '@x', '\tx', 'a,b', 'say "x"', 'plain'].map(csvCell)).toEqual([
      `"'=1+1"`,
      `"'+1"`,
      `"'-1"`,
      `"'@x"`,
      `"'\tx"`,
      '"a,b"',
      '"say ""x"""',
      'plain',
    ])
    const lines = costCsv(costs, false).split('\r\n')
    expect(lines[1]).toBe(`"'=Read",claude-sonnet-5-5,input,12345,2,booked,37035000,0.037035,live`)
    expect(costCsv(costs, true)).toMatch(/^phase,.*,simulated_cost_nano_usd,simulated_cost_usd,/)
    expect(lines[3]).toBe('Write,house-model,input,9,3,unpriced,,,live')
    expect(lines[4]).toBe('Write,claude-sonnet-5-5,unsettled turns,,,unsettled,5,5e-9,')
  })
})

describe('the calls of a script', () => {
  const state = told(['A'], created('a', 'A'), created('b', 'A'), ended('a', 'failed'))

  it('are counted by place, with the source around them', () => {
    const calls = scriptCalls(state, [''], '1\n2\n3\nfoo = agent("x")')
    expect(calls).toEqual([
      {
        site: '@4:7',
        scope: '',
        line: 4,
        column: 7,
        total: 2,
        running: 0,
        failed: 1,
        ended: 1,
        snippet: 'foo = agent("x")',
      },
    ])
    expect([...marginOf(calls)]).toEqual([[4, { text: '2 ✕1', status: 'failed' }]])
    expect(scriptCalls(state, ['other'], '')).toEqual([])
  })

  it('filter agents by line, or by one call on it', () => {
    const found = (site: string) => agentRows(state, { ...noFilter, site }).length
    expect([found('@4'), found('@4:7'), found('@4:8'), found('@40'), found('w@4')]).toEqual([2, 2, 0, 0, 0])
  })

  it('and a part of time shows who was there in it', () => {
    const within = (from: number, until: number) =>
      agentRows(state, {
        ...noFilter,
        span: { from: Date.parse(at(from)), until: Date.parse(at(until)) },
      }).map(({ id }) => id)
    expect(within(0, 1)).toEqual([])
    expect(within(0, 2)).toEqual(['a'])
    expect(within(5, 9)).toEqual(['b'])
  })
})
