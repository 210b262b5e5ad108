import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { leaveInTurns } from './leave-in-turns'

test('of many requests at once some leave in each turn of the event loop, in order, and all leave', async () => {
  const leave = leaveInTurns(8)
  const left: number[] = []
  for (let index = 0; index < 100; index += 1) void leave().then(() => left.push(index))
  let before = 0
  while (left.length < 100) {
    await turnOfLoop()
    expect(left.length - before).toBeLessThanOrEqual(16)
    before = left.length
  }
  expect(left).toEqual(Array.from({ length: 100 }, (_, index) => index))
})

test('one that comes alone leaves at once, also after many', async () => {
  const leave = leaveInTurns(2)
  await Promise.all([leave(), leave(), leave(), leave(), leave()])
  await turnOfLoop()
  await turnOfLoop()
  let hasLeft = false
  void leave().then(() => {
    hasLeft = true
  })
  await Promise.resolve()
  expect(hasLeft).toBe(true)
})
