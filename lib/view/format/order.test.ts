import { expect, test } from 'vitest'
import { ariaSort, nextOrder, orderText, parseOrder } from './order'

const columns = ['title', 'cost'] as const
const largestFirst = new Set<(typeof columns)[number]>(['cost'])

test('a column is sorted as one looks for it, then the other way round, then not', () => {
  for (const [column, first] of [
    ['title', 'title'],
    ['cost', '-cost'],
  ] as const) {
    const once = nextOrder(null, column, largestFirst)
    expect(orderText(once)).toBe(first)
    const twice = nextOrder(once, column, largestFirst)
    expect(twice).toEqual({ column, descends: once?.descends !== true })
    expect(nextOrder(twice, column, largestFirst)).toBeNull()
  }
})

test('the address holds an order, and anything else in it is none', () => {
  expect(parseOrder('-cost', columns)).toEqual({ column: 'cost', descends: true })
  expect(parseOrder('title', columns)).toEqual({ column: 'title', descends: false })
  for (const text of [null, '', '-', 'colour', '--cost']) expect(parseOrder(text, columns)).toBeNull()
})

test('only the head of the sorted column says so', () => {
  expect(ariaSort(parseOrder('-cost', columns), 'cost')).toBe('descending')
  expect(ariaSort(parseOrder('cost', columns), 'cost')).toBe('ascending')
  expect(ariaSort(parseOrder('cost', columns), 'title')).toBe('none')
})
