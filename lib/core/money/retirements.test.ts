import { expect, test } from 'vitest'
import { hasFastUntil, retiredSentence, retirementNote } from './retirements'

test('a retired model is refused from the day after on, with its successor, under its dated id as well', () => {
  for (const model of ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929']) {
    expect(retiredSentence(model, 'standard', '2026-11-30')).toBeNull()
    expect(retiredSentence(model, 'standard', '2026-12-01')).toBe(
      `${model} was retired on 2026-11-30: ask for claude-sonnet-5-5 instead.`,
    )
  }
})

test('a model that loses its fast mode alone stays at standard speed', () => {
  expect(retiredSentence('claude-opus-4-8', 'fast', '2026-11-30')).toBeNull()
  expect(retiredSentence('claude-opus-4-8', 'fast', '2026-12-01')).toMatch(/^Fast mode .*claude-opus-5-5/)
  expect(retiredSentence('claude-opus-4-8', 'standard', '2027-01-01')).toBeNull()
  expect(['2026-11-30', '2026-12-01'].map((day) => hasFastUntil('claude-opus-4-8', day))).toEqual([
    true,
    false,
  ])
  expect(hasFastUntil('claude-opus-5-5', '2027-01-01')).toBe(true)
})

test('its end is told two months ahead, and afterwards', () => {
  const note = (model: string, day: string) => retirementNote(model, 'standard', day)
  expect(note('claude-sonnet-4-5', '2026-09-01')).toBeNull()
  expect(note('claude-sonnet-4-5', '2026-11-28')).toMatch(/until 2026-11-30.*refused.*claude-sonnet-5-5/)
  expect(note('claude-sonnet-4-5', '2026-12-24')).toMatch(/was retired/)
  expect(note('claude-opus-4-5', '2026-11-24')).toBeNull()
  expect(note('claude-opus-4-5', '2026-11-28')).toMatch(/promised until 2026-11-24/)
  expect(note('claude-sonnet-5-5', '2027-11-28')).toBeNull()
})
