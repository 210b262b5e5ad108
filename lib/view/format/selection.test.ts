import { expect, test } from 'vitest'
import { ticked } from './selection'

const all = ['a', 'b', 'c', 'd', 'e']

test('one tick chooses one, and takes it back', () => {
  expect(ticked(all, ['a'], 'c', true, null)).toEqual(['a', 'c'])
  expect(ticked(all, ['a', 'c'], 'a', false, null)).toEqual(['c'])
})

test('a range goes in both directions, and everything in it becomes as the last tick', () => {
  expect(ticked(all, ['b'], 'd', true, 'b')).toEqual(['b', 'c', 'd'])
  expect(ticked(all, ['d'], 'b', true, 'd')).toEqual(['b', 'c', 'd'])
  expect(ticked(all, all, 'c', false, 'a')).toEqual(['d', 'e'])
})

test('a range from a run that left the page is one run', () => {
  expect(ticked(all, [], 'c', true, 'gone')).toEqual(['c'])
})
