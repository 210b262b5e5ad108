import { expect, it } from 'vitest'
import { cadencePresets, cadenceWords, timeIn } from './cadence'

it('says a cadence by its name where it has one, and as it was written elsewhere', () => {
  for (const { cron, label } of cadencePresets) expect(cadenceWords(cron)).toBe(label)
  expect(cadenceWords('7 7 * * 7')).toBe('7 7 * * 7')
})

it('shows a moment as the clocks of its zone do, over the day and the change of the clocks', () => {
  expect(timeIn('2026-11-30T23:30:00.000Z', 'Europe/Berlin')).toBe('Tue 1 Dec, 00:30')
  expect(timeIn('2027-03-29T07:00:00.000Z', 'Europe/Berlin')).toBe('Mon 29 Mar, 09:00')
  expect(timeIn('2026-11-30T23:30:00.000Z', 'UTC')).toBe('Mon 30 Nov, 23:30')
})
