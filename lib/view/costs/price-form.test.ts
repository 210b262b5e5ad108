import { describe, expect, test } from 'vitest'
import { priceTable } from '@/lib/core/money/price-table'
import { emptyPrice, formOf, priceChanges, priceGroups, readPriceForm, withPrice } from './price-form'

const [first] = priceTable
if (first === undefined) throw new Error('No price ships.')

describe('a price being typed', () => {
  test('is the row it was made from, for every row that ships', () => {
    for (const price of priceTable) expect(readPriceForm(formOf(price))).toEqual({ price })
  })

  test.each(['', '-1', 'NaN', '1e3', '1,5', '0.0000001', 'two'])(
    'refuses %j as dollars, and says at which field',
    (text) => {
      const form = {
        ...emptyPrice('2026-12-01'),
        model: 'm',
        rates: { ...formOf(first).rates, output: text },
      }
      expect(readPriceForm(form)).toEqual({
        errors: { 'rates.output': expect.stringMatching(/dollars per million/) },
      })
    },
  )

  test('names every field that is missing', () => {
    const read = readPriceForm({ ...emptyPrice('soon'), longAbove: 'many', fast: 'x' })
    expect('errors' in read && Object.keys(read.errors)).toEqual([
      'model',
      'effectiveFrom',
      ...['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output'].map((kind) => `rates.${kind}`),
      ...['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output'].map(
        (kind) => `longPrompt.rates.${kind}`,
      ),
      'longPrompt.aboveTokens',
      'fastMultiplier',
    ])
  })

  test('takes the place of the row it replaces, and tells what changed', () => {
    const dearer = {
      ...first,
      effectiveFrom: '2027-01-01',
      rates: { ...first.rates, output: first.rates.output * 2 },
    }
    const { prices, at } = withPrice(priceTable, dearer, first)
    expect(prices).toHaveLength(priceTable.length)
    expect(prices[at]).toBe(dearer)
    expect(priceChanges(first, dearer)).toBe('output $40.00 → $80.00')
    expect(priceChanges(null, first)).toBe('$8.00 in, $40.00 out')
    const [group] = priceGroups([first, dearer], '2026-11-27')
    expect(group?.rows.map(({ state }) => state)).toEqual(['coming', 'in force'])
  })
})
