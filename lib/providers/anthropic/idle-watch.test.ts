import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchIdle } from './idle-watch'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('each byte starts the silence again, and its limit aborts', () => {
  const watch = watchIdle(new AbortController().signal, 1000)
  for (let byte = 0; byte < 10; byte++) {
    vi.advanceTimersByTime(900)
    watch.alive()
  }
  expect(watch.signal.aborted).toBe(false)
  vi.advanceTimersByTime(1000)
  expect(watch.signal.aborted).toBe(true)
  expect(watch.reason()).toBe('stalled')
})

test('an abort by the owner is not a stall, and an ended watch leaves nothing behind', () => {
  const owner = new AbortController()
  const watch = watchIdle(owner.signal, 1000)
  owner.abort()
  vi.advanceTimersByTime(5000)
  expect(watch.reason()).toBe('interrupted')
  const ended = watchIdle(new AbortController().signal, 1000)
  ended.end()
  expect(vi.getTimerCount()).toBe(0)
})

test('a limit longer than any timer does not fire at once', () => {
  const watch = watchIdle(new AbortController().signal, Number.MAX_SAFE_INTEGER)
  vi.advanceTimersByTime(7_200_000)
  expect(watch.reason()).toBeNull()
  watch.end()
})
