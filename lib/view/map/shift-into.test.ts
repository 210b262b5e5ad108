import { expect, test } from 'vitest'
import { shiftInto } from './shift-into'

const room = { top: 10, right: 20, bottom: 30, left: 40 }

test.each([
  ['inside, not at all', { x: 50, y: 50 }, { x: 0, y: 0 }],
  ['left of it, to its left edge', { x: -100, y: 50 }, { x: 140, y: 0 }],
  ['behind the right edge, to that', { x: 300, y: 50 }, { x: -120, y: 0 }],
  ['above and below, to the nearer edge', { x: 50, y: 500 }, { x: 0, y: -430 }],
])('a point that is %s', (_, point, shift) => {
  expect(shiftInto(point, { width: 200, height: 100 }, room)).toEqual(shift)
})

test('a frame without room centres the point', () => {
  expect(shiftInto({ x: 0, y: 0 }, { width: 40, height: 20 }, room)).toEqual({ x: 30, y: 0 })
})
