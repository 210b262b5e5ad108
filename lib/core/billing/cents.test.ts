import { expect, test } from 'vitest'
import { readCents } from './cents'

test.each([
  ['0', 0, 5_000_000],
  ['100', 1_000_000_000, 5_000_000],
  ['123.45', 1_234_500_000, 50_000],
  ['0.0000001', 1, 1],
  ['-12.5', -125_000_000, 500_000],
  ['0.00000005', 1, 1],
  ['0.00000004', 0, 1],
  ['-0.00000004', 0, 1],
  ['1.999999999999', 20_000_000, 1],
  ['90071992.5474099', 900_719_925_474_099, 1],
  // What a floating point would make 29 cents of is 28.999999999999996.
  ['0.29', 2_900_000, 50_000],
])('%s cents are %d nanodollars, rounded by no more than %d', (text, nanoUsd, roundedByNanoUsd) => {
  expect(readCents(text)).toEqual({ nanoUsd, roundedByNanoUsd })
})

test.each([
  '',
  ' ',
  '1e3',
  '1,5',
  '+1',
  '.5',
  '5.',
  '--1',
  'NaN',
  'Infinity',
  '0x10',
  '1 2',
  '９',
  '1\n',
  '$1',
])('is no amount: %j', (text) => {
  expect(readCents(text)).toBeNull()
})

test('an amount that a number cannot hold exactly is none', () => {
  expect(readCents('900719925.4740991')).toEqual({ nanoUsd: Number.MAX_SAFE_INTEGER, roundedByNanoUsd: 1 })
  expect(readCents('900719925.4740992')).toBeNull()
  expect(readCents('9'.repeat(16))).toBeNull()
  expect(readCents('9'.repeat(400))).toBeNull()
})
