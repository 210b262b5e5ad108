import { describe, expect, it } from 'vitest'
import { daysWithData, dayTurns, periodDays } from './periods'

describe('periods of costs', () => {
  it('counts a period in UTC days and ends it today', () => {
    const now = Date.parse('2026-03-01T00:30:00Z')
    expect(periodDays('7d', now)).toEqual({ from: '2026-02-23', to: '2026-03-01' })
    expect(periodDays('month', now)).toEqual({ from: '2026-03-01', to: '2026-03-01' })
  })

  it('shows a whole month before this one, over the end of a year', () => {
    const now = Date.parse('2027-01-31T23:59:59Z')
    expect(periodDays('last-month', now)).toEqual({ from: '2026-12-01', to: '2026-12-31' })
    expect(periodDays('month', now + 1000)).toEqual({ from: '2027-02-01', to: '2027-02-01' })
    expect(periodDays('last-month', Date.parse('2028-03-01T00:00:00Z'))).toEqual({
      from: '2028-02-01',
      to: '2028-02-29',
    })
  })

  it.each([
    [0, /same as your time zone/],
    [-60, /start at 01:00/],
    [-330, /start at 05:30/],
    [300, /start at 19:00/],
    [-840, /start at 14:00/],
  ])('says when its days turn, %i minutes from UTC', (offset, sentence) => {
    expect(dayTurns(offset)).toMatch(sentence)
  })

  it.each([
    ['0000000000', '0000000'],
    ['0100000000', '100000000'],
    ['0000000001', '0000001'],
    ['1000', '1000'],
    ['', ''],
  ])('of the days %s those from the first with data are drawn, and at least a week', (days, drawn) => {
    expect(daysWithData([...days], (day) => day === '1').join('')).toBe(drawn)
  })
})
