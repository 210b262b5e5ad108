import { afterEach, beforeEach, expect, vi } from 'vitest'

// A stray console.error is a failure nobody reads. Tests that expect one restore the spy and assert on it
// themselves.
beforeEach(() => {
  vi.spyOn(console, 'error')
})

afterEach(() => {
  const spy = vi.mocked(console.error)
  if (vi.isMockFunction(spy)) expect(spy.mock.calls, 'stray console.error').toEqual([])
  vi.restoreAllMocks()
})
