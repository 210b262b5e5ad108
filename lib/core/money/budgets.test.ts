import { describe, expect, test } from 'vitest'
import { monthDays } from '../base/utc-day'
import { alertId, budgetAlert, isOfRealMoney, outlierTimes, usualCost } from './alerts'
import { type Budget, daysOf, periodAt, projected } from './budgets'

const budget: Budget = { project: 'default', scope: 'all', name: '', period: 'month', nanoUsd: 1000 }
const at = (text: string) => Date.parse(text)

describe('days and months', () => {
  test.each([
    ['2026-11-30T23:59:59.999Z', '2026-11-30', '2026-11'],
    ['2026-12-01T00:00:00.000Z', '2026-12-01', '2026-12'],
    ['2026-11-30T23:30:00-05:00', '2026-12-01', '2026-12'],
    ['2027-01-01T05:00:00+09:00', '2026-12-31', '2026-12'],
  ])('of %s are those of UTC, wherever the clock hangs', (time, day, month) => {
    expect(periodAt('day', at(time))).toBe(day)
    expect(periodAt('month', at(time))).toBe(month)
  })

  test('of a month are all of them, in leap years too', () => {
    expect(daysOf('2026-11')).toEqual({ from: '2026-11-01', to: '2026-11-30' })
    expect(daysOf('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' })
    expect(monthDays('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29', count: 29 })
    expect(daysOf('2026-11-27')).toEqual({ from: '2026-11-27', to: '2026-11-27' })
  })
})

describe('a projection', () => {
  test('is what is spent, and the rest of the period at that pace', () => {
    expect(projected('month', 1000, at('2026-11-11T00:00:00Z'))).toEqual({ nanoUsd: 3000, basedOnDays: 10 })
    expect(projected('day', 1000, at('2026-11-11T06:00:00Z'))).toEqual({ nanoUsd: 4000, basedOnDays: 0 })
    expect(projected('month', 1000, at('2026-11-21T00:00:00Z'), '2026-11-11')).toEqual({
      nanoUsd: 2000,
      basedOnDays: 10,
    })
    expect(projected('month', 1000, at('2026-11-21T00:00:00Z'), '2026-10-01')).toEqual({
      nanoUsd: 1500,
      basedOnDays: 20,
    })
  })

  test('is none when too little has passed, and the sum itself at the very end', () => {
    expect(projected('month', 1000, at('2026-12-01T00:00:00Z'))).toBeNull()
    expect(projected('month', 1000, at('2026-12-01T23:59:59Z'))).toBeNull()
    expect(projected('day', 1000, at('2026-12-01T00:59:00Z'))).toBeNull()
    expect(projected('month', 1000, at('2026-11-30T23:59:59.999Z'))?.nanoUsd).toBe(1000)
  })
})

describe('an alert', () => {
  test.each([
    [499, null],
    [500, 50],
    [799, 50],
    [800, 80],
    [999, 80],
    [1000, 100],
    [5000, 100],
  ])('of a budget at %i of 1000 is of the highest threshold reached: %j', (spent, threshold) => {
    const alert = budgetAlert(budget, '2026-11', spent)
    expect(alert?.kind === 'budget' ? alert.threshold : null).toBe(threshold)
  })

  test('is the same one for the same budget, period and threshold, and another for anything else', () => {
    const id = (of: Budget, period: string, spent: number) => {
      const alert = budgetAlert(of, period, spent)
      return alert === null ? null : alertId(alert)
    }
    expect(id(budget, '2026-11', 800)).toBe(id(budget, '2026-11', 900))
    const others = [
      id(budget, '2026-12', 800),
      id(budget, '2026-11', 1000),
      id({ ...budget, nanoUsd: 900 }, '2026-11', 800),
      id({ ...budget, scope: 'tag', name: 'a' }, '2026-11', 800),
    ]
    expect(new Set([...others, id(budget, '2026-11', 800)]).size).toBe(5)
    expect(isOfRealMoney(id(budget, '2026-11', 800) ?? '')).toBe(true)
    expect(isOfRealMoney(JSON.stringify(['budget', 'simulated', 'all']))).toBe(false)
  })

  test('of a run needs three runs to compare with, and three times their median', () => {
    expect(usualCost([1, 2])).toBeNull()
    expect(usualCost([5, 1, 3])).toBe(3)
    expect(usualCost([4, 1, 3, 2])).toBe(3)
    expect(outlierTimes(8, 3)).toBeNull()
    expect(outlierTimes(9, 3)).toBe(3)
    expect(outlierTimes(9, null)).toBeNull()
    expect(outlierTimes(9, 0)).toBeNull()
  })
})
