import { expect, test } from 'vitest'
import type { Plan } from '@/lib/api/plan'
import { planRows } from './plan-rows'

const option = { speed: 'standard', delivery: 'live', costNanoUsd: 300_000_000 } as const
const row: Plan['rows'][number] = {
  phase: 'Audit',
  model: 'claude-sonnet-5-5',
  speed: 'standard',
  delivery: 'batch',
  agents: { low: 12, likely: 12, high: 12 },
  tokens: { low: 20_000, likely: 40_000, high: 90_000 },
  costNanoUsd: { low: 200_000_000, likely: 300_000_000, high: 500_000_000 },
  secondsEach: { low: 5, likely: 20, high: 60 },
  turnsEach: { low: 1, likely: 1, high: 1 },
  chain: 1,
  reservationNanoUsd: 160_000_000,
  reservationTokens: 16_000,
  deliveryOptions: {
    live: option,
    fast: option,
    batch: { ...option, delivery: 'batch', costNanoUsd: 150_000_000 },
  },
  countBasis: 'dry-run',
  tokenBasis: 'measured',
}
const rowsOf = (...rows: Plan['rows']) => planRows({ rows, historyRuns: 3 }, 'Audit')

test('a row says what each of its numbers is and where it comes from', () => {
  const [shown] = rowsOf(row)
  expect(shown).toMatchObject({ name: 'Sonnet 5.5, in batches', cost: '$0.20–$0.50' })
  expect(Object.fromEntries(shown?.facts.map(({ label, value }) => [label, value]) ?? [])).toEqual({
    Agents: '12 agents, counted in a dry run',
    Tokens: '20k–90k, 40k likely; prompts measured',
    Dollars: '$0.20–$0.50, $0.30 likely',
    'Each takes': '5s–1m 00s, 1 turn',
    'Reserved for the first turn': '$0.16 at most',
    'Delivery options, likely': 'live $0.30, fast $0.30, batch $0.15',
  })
  expect(
    rowsOf({ ...row, tokenBasis: 'history', countBasis: 'history' })[0]?.facts.map(({ value }) => value),
  ).toEqual(
    expect.arrayContaining(['12 agents, as in 3 earlier runs', '20k–90k, 40k likely; 3 earlier runs']),
  )
})

test('agents that take turns, or wait for one another, say how many', () => {
  const facts = rowsOf({ ...row, turnsEach: { low: 3, likely: 6, high: 8 }, chain: 4 })[0]?.facts
  expect(facts).toContainEqual({ label: 'Each takes', value: '5s–1m 00s, 3–8 turns' })
  expect(facts).toContainEqual({ label: 'Sequential', value: '4 agents' })
})

test('a model without a price has none, and no dollars', () => {
  const none = { ...option, costNanoUsd: null }
  const [shown] = rowsOf({
    ...row,
    costNanoUsd: null,
    reservationNanoUsd: null,
    deliveryOptions: { live: none, fast: none, batch: none },
  })
  expect(shown?.cost).toBe('no price')
  expect(shown?.facts.map(({ label }) => label)).toEqual(['Agents', 'Tokens', 'Each takes'])
})

test('rows of other phases are not shown, and two of one model have names of their own', () => {
  const rows = rowsOf(row, { ...row, phase: 'Other' }, { ...row, delivery: 'live', speed: 'fast' })
  expect(rows.map(({ name }) => name)).toEqual(['Sonnet 5.5, in batches', 'Sonnet 5.5, fast'])
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2)
})
