import { expect, test } from 'vitest'
import { changedPhases, emptyPhase, readPhases } from './phase-form'

test('what is left empty is not asked for', () => {
  expect(readPhases({})).toEqual({ ok: true, phases: undefined, limits: undefined })
  expect(readPhases({ Read: emptyPhase })).toEqual({ ok: true, phases: undefined, limits: undefined })
  expect(changedPhases({ Read: emptyPhase, Write: { ...emptyPhase, usd: '1' } })).toBe(1)
})

test('settings and caps of a phase go where the launch takes them', () => {
  const form = {
    ...emptyPhase,
    model: ' haiku ',
    effort: 'low',
    speed: 'fast',
    maxTokens: '2,000',
    usd: '$1.50',
    agents: '12',
    minutes: '90',
  }
  expect(readPhases({ Read: form })).toEqual({
    ok: true,
    phases: { Read: { model: 'haiku', effort: 'low', speed: 'fast', maxTokens: 2000 } },
    limits: { Read: { usd: 1.5, agents: 12, wallClockSeconds: 5400 } },
  })
})

test.each([
  ['maxTokens', '0'],
  ['maxTokens', '200000'],
  ['maxTokens', 'many'],
  ['usd', '-1'],
  ['usd', '0'],
  ['usd', 'NaN'],
  ['usd', '1e9'],
  ['tokens', '1.5'],
  ['tokens', '∞'],
  ['agents', '<script>'],
  ['minutes', '0'],
  ['minutes', '0.5'],
  ['minutes', '-3'],
  ['minutes', '43201'],
  ['minutes', '0x10'],
] as const)('rubbish in %s (%s) is refused with the name of its phase', (field, text) => {
  expect(readPhases({ 'Read it': { ...emptyPhase, [field]: text } })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^Read it: enter /),
  })
})
