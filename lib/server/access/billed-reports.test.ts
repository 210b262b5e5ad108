import { expect, test } from 'vitest'
import { daysBetween } from '@/lib/core/base/utc-day'
import { daysToRead, spansOf } from './billed-reports'

const HOUR_MS = 3_600_000
const nowMs = Date.parse('2026-11-20T12:00:00Z')

test('a finished day is read once; the last two are read again, and a day that was read too early once more', () => {
  const days = daysBetween('2026-11-16', '2026-11-20')
  const kept = [
    { day: '2026-11-16', readAt: '2026-11-17T23:00:00Z' },
    { day: '2026-11-17', readAt: '2026-11-19T00:00:00Z' },
    { day: '2026-11-19', readAt: '2026-11-20T11:30:00Z' },
    { day: '2026-11-20', readAt: '2026-11-20T10:00:00Z' },
  ]
  expect(daysToRead(days, kept, { nowMs, waitMs: HOUR_MS })).toEqual([
    '2026-11-16',
    '2026-11-18',
    '2026-11-20',
  ])
  expect(daysToRead(days, kept, { nowMs, waitMs: 10_000 })).toEqual([
    ...['2026-11-16', '2026-11-18', '2026-11-19', '2026-11-20'],
  ])
})

test('days become spans of those that follow one another, none longer than a report', () => {
  expect(spansOf([])).toEqual([])
  expect(spansOf(['2026-11-01', '2026-11-02', '2026-11-04'])).toEqual([
    ['2026-11-01', '2026-11-02'],
    ['2026-11-04', '2026-11-04'],
  ])
  expect(spansOf(daysBetween('2026-10-01', '2026-12-01'))).toEqual([
    ['2026-10-01', '2026-10-31'],
    ['2026-11-01', '2026-12-01'],
  ])
})
