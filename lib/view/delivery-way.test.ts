import { expect, test } from 'vitest'
import { goingWay, type Way, wayOf } from './delivery-way'

const ways: readonly Way[] = ['sequential', 'parallel', 'fast', 'batch']

test('going a way leads to it, from any other', () => {
  for (const from of ways) {
    const form = goingWay(from, { concurrency: '12' })
    for (const to of ways) expect(wayOf(goingWay(to, form))).toBe(to)
  }
})

test('slots that were typed stay, and one by one leaves none behind', () => {
  expect(goingWay('fast', { concurrency: '12' }).concurrency).toBe('12')
  expect(goingWay('parallel', { concurrency: ' 1 ' }).concurrency).toBe('')
})
