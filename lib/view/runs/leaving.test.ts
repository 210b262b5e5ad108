import { expect, test } from 'vitest'
import { withLeaving } from './leaving'

const rows = (text: string) => [...text].map((id) => ({ id }))
const drawn = (before: string, next: string) =>
  withLeaving(withLeaving([], rows(before)), rows(next))
    .map(({ row, isLeaving }) => (isLeaving ? `(${row.id})` : row.id))
    .join('')

test.each([
  ['abc', 'abc', 'abc'],
  ['abc', 'ac', 'a(b)c'],
  ['abc', '', '(a)(b)(c)'],
  ['abc', 'b', '(a)b(c)'],
  ['abc', 'xcab', 'xcab'],
  ['abcd', 'ad', 'a(b)(c)d'],
  ['', 'ab', 'ab'],
])('from %s to %s is drawn as %s', (before, next, result) => {
  expect(drawn(before, next)).toBe(result)
})

test('a row that is back is no longer leaving', () => {
  const left = withLeaving(withLeaving([], rows('ab')), rows('a'))
  expect(withLeaving(left, rows('ab')).some(({ isLeaving }) => isLeaving)).toBe(false)
})
