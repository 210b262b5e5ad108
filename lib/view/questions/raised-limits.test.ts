import { expect, test } from 'vitest'
import { readRaised } from './raised-limits'

const limits = { nanoUsd: 2_000_000_000, agents: 20 }

test('empty fields leave the caps', () => {
  expect(readRaised({ usd: ' ', agents: '' }, limits)).toEqual({ ok: true, body: {} })
})

test('both caps can be raised at once', () => {
  expect(readRaised({ usd: '$3', agents: '1,000' }, limits)).toEqual({
    ok: true,
    body: { limits: { usd: 3, agents: 1000 } },
  })
})

test.each(['1', 'much', '-3'])('a dollar cap of %s is none to raise to', (usd) => {
  expect(readRaised({ usd, agents: '' }, limits)).toEqual({ ok: false, usd: 'Enter 2 or more.' })
})

test.each(['19', '20.5', 'many', '-1'])('an agent cap of %s is none to raise to', (agents) => {
  expect(readRaised({ usd: '', agents }, limits)).toEqual({
    ok: false,
    agents: 'Enter a whole number, 20 or more.',
  })
})
