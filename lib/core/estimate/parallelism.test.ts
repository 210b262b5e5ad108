import { expect, test } from 'vitest'
import { type AgentGroup, parallelismUnderCaps, tightest } from './parallelism'

const usd = (dollars: number) => Math.round(dollars * 1e9)
const uncapped = () => null

/** Parallelism under caps in dollars alone. */
const inDollars = (
  groups: Omit<AgentGroup, 'reservationTokens'>[],
  nanoUsd: (phase: string) => number | null,
) =>
  parallelismUnderCaps(
    groups.map((group) => ({ ...group, reservationTokens: 20_000 })),
    { nanoUsd, tokens: uncapped },
  )

test('a cap lets as many run in parallel as it has room for worst cases, and says what lets all', () => {
  const [audit] = inDollars([{ phase: 'Audit', agents: 100, reservationNanoUsd: usd(0.16) }], () => usd(5))
  expect(audit).toEqual({
    phase: 'Audit',
    agents: 100,
    maxParallel: 31,
    unit: 'usd',
    capNanoUsd: usd(5),
    allNanoUsd: usd(16),
  })
  const [enough] = inDollars([{ phase: 'Audit', agents: 100, reservationNanoUsd: usd(0.16) }], () => usd(16))
  expect(enough?.maxParallel).toBe(100)
})

test('a smaller reservation lets more run in parallel', () => {
  const maxParallel = (reservation: number) =>
    inDollars([{ phase: 'A', agents: 100, reservationNanoUsd: usd(reservation) }], () => usd(1))[0]
      ?.maxParallel
  expect([maxParallel(0.2), maxParallel(0.1), maxParallel(0.001)]).toEqual([5, 10, 100])
})

test('phases follow one another, so each has the whole cap, or its own where that is less', () => {
  const groups = [
    { phase: 'A', agents: 10, reservationNanoUsd: usd(0.1) },
    { phase: 'B', agents: 10, reservationNanoUsd: usd(0.1) },
  ]
  const all = inDollars(groups, (phase) => (phase === 'B' ? usd(0.5) : usd(1)))
  expect(all.map(({ maxParallel }) => maxParallel)).toEqual([10, 5])
  expect(tightest(all)?.phase).toBe('B')
})

test('agents of one phase that reserve differently share its cap in their order', () => {
  const groups = [
    { phase: 'A', agents: 2, reservationNanoUsd: usd(0.4) },
    { phase: 'A', agents: 5, reservationNanoUsd: usd(0.1) },
  ]
  expect(inDollars(groups, () => usd(1))[0]).toMatchObject({
    agents: 7,
    maxParallel: 4,
    allNanoUsd: usd(1.3),
  })
  expect(inDollars(groups, () => usd(0.5))[0]).toMatchObject({ maxParallel: 1 })
})

test('a cap below one turn lets none, a free turn all, and no cap is no limit', () => {
  const group = [{ phase: 'A', agents: 3, reservationNanoUsd: usd(1) }]
  expect(inDollars(group, () => usd(0.5))[0]?.maxParallel).toBe(0)
  expect(inDollars(group, () => 0)[0]?.maxParallel).toBe(0)
  expect(inDollars([{ phase: 'A', agents: 3, reservationNanoUsd: 0 }], () => usd(1))[0]?.maxParallel).toBe(3)
  expect(inDollars(group, () => null)).toEqual([])
  expect(tightest([])).toBeNull()
})

test('a cap in tokens holds back too, and the tighter of both is told', () => {
  const group = [{ phase: 'A', agents: 12, reservationNanoUsd: usd(0.17), reservationTokens: 20_000 }]
  const both = parallelismUnderCaps(group, { nanoUsd: () => usd(5), tokens: () => 60_000 })
  expect(both.map(({ unit, maxParallel }) => [unit, maxParallel])).toEqual([
    ['usd', 12],
    ['tokens', 3],
  ])
  expect(tightest(both)).toMatchObject({ unit: 'tokens', capTokens: 60_000, allTokens: 240_000 })
  const unpriced = group.map((one) => ({ ...one, reservationNanoUsd: null }))
  expect(parallelismUnderCaps(unpriced, { nanoUsd: () => usd(5), tokens: () => 60_000 })).toHaveLength(1)
})
