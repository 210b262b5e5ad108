import { expect, onTestFinished, test } from 'vitest'
import { createSystemClock } from './system-clock'

test('awake time never goes back, though a step that took too long counts for little', () => {
  let steadyMs = 0
  const clock = createSystemClock({ wallMs: () => steadyMs, steadyMs: () => steadyMs })
  onTestFinished(() => clock.close())
  const told: number[] = []
  for (let at = 0; at < 1000; at += 10) {
    steadyMs = at
    told.push(clock.awake.now())
  }
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(told.at(-1)).toBe(250)
})
