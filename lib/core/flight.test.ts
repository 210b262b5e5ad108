import { expect, test } from 'vitest'
import { flights, tightest } from './flight'

const usd = (dollars: number) => Math.round(dollars * 1e9)

test('a cap lets as many fly together as it has room for worst cases, and says what lets all', () => {
  const [audit] = flights([{ phase: 'Audit', agents: 100, holdNanoUsd: usd(0.16) }], () => usd(5))
  expect(audit).toEqual({ phase: 'Audit', agents: 100, together: 31, capNanoUsd: usd(5), allNanoUsd: usd(16) })
  const [enough] = flights([{ phase: 'Audit', agents: 100, holdNanoUsd: usd(0.16) }], () => usd(16))
  expect(enough?.together).toBe(100)
})

test('a smaller hold lets more fly', () => {
  const together = (hold: number) =>
    flights([{ phase: 'A', agents: 100, holdNanoUsd: usd(hold) }], () => usd(1))[0]?.together
  expect([together(0.2), together(0.1), together(0.001)]).toEqual([5, 10, 100])
})

test('phases follow one another, so each has the whole cap, or its own where that is less', () => {
  const flocks = [
    { phase: 'A', agents: 10, holdNanoUsd: usd(0.1) },
    { phase: 'B', agents: 10, holdNanoUsd: usd(0.1) },
  ]
  const all = flights(flocks, (phase) => (phase === 'B' ? usd(0.5) : usd(1)))
  expect(all.map(({ together }) => together)).toEqual([10, 5])
  expect(tightest(all)?.phase).toBe('B')
})

test('agents of one phase that hold differently share its cap in their order', () => {
  const flocks = [
    { phase: 'A', agents: 2, holdNanoUsd: usd(0.4) },
    { phase: 'A', agents: 5, holdNanoUsd: usd(0.1) },
  ]
  expect(flights(flocks, () => usd(1))[0]).toMatchObject({ agents: 7, together: 4, allNanoUsd: usd(1.3) })
  expect(flights(flocks, () => usd(0.5))[0]).toMatchObject({ together: 1 })
})

test('a cap below one turn lets none, a free turn all, and no cap is no flight', () => {
  const flock = [{ phase: 'A', agents: 3, holdNanoUsd: usd(1) }]
  expect(flights(flock, () => usd(0.5))[0]?.together).toBe(0)
  expect(flights(flock, () => 0)[0]?.together).toBe(0)
  expect(flights([{ phase: 'A', agents: 3, holdNanoUsd: 0 }], () => usd(1))[0]?.together).toBe(3)
  expect(flights(flock, () => null)).toEqual([])
  expect(tightest([])).toBeNull()
})
