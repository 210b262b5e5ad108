import { expect, test } from 'vitest'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { watchIdle } from './idle-watch'

test('each byte starts the silence again, and its limit aborts', () => {
  const clock = createVirtualClock()
  const watch = watchIdle(new AbortController().signal, 1000, clock.awake)
  for (let byte = 0; byte < 10; byte++) {
    clock.advance(900)
    watch.alive()
  }
  expect(watch.signal.aborted).toBe(false)
  clock.advance(1000)
  expect(watch.signal.aborted).toBe(true)
  expect(watch.reason()).toBe('stalled')
})

test('an abort by the owner is not a stall, and an ended watch leaves nothing behind', () => {
  const clock = createVirtualClock()
  const owner = new AbortController()
  const watch = watchIdle(owner.signal, 1000, clock.awake)
  owner.abort()
  clock.advance(5000)
  expect(watch.reason()).toBe('interrupted')
  const ended = watchIdle(new AbortController().signal, 1000, clock.awake)
  ended.end()
  expect(clock.pending).toBe(0)
})

test('a night in which the machine slept is not silence', () => {
  const clock = createVirtualClock()
  const watch = watchIdle(new AbortController().signal, 1000, clock.awake)
  clock.advance(900)
  clock.skip(8 * 3_600_000)
  clock.advance(50)
  expect(watch.reason()).toBeNull()
  watch.end()
})

test('a limit longer than any timer does not fire at once', () => {
  const clock = createVirtualClock()
  const watch = watchIdle(new AbortController().signal, Number.MAX_SAFE_INTEGER, clock.awake)
  clock.advance(7_200_000)
  expect(watch.reason()).toBeNull()
  watch.end()
})
