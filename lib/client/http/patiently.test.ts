import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { patiently } from './patiently'

const missing = Object.assign(new Error('Failed to load chunk'), { name: 'ChunkLoadError' })

describe('a part of a page that comes late', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  test('comes once the server is back', async () => {
    let tries = 0
    const isUp = () => tries > 3
    vi.stubGlobal('fetch', async () => {
      if (!isUp()) throw new TypeError('fetch failed')
      return new Response('{}')
    })
    const part = patiently(async () => {
      tries++
      if (!isUp()) throw missing
      return 'the part'
    })()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await part).toBe('the part')
    expect(tries).toBe(4)
  })

  test('is asked for once more where the server came back meanwhile, and then given up', async () => {
    vi.stubGlobal('fetch', async () => new Response('{}'))
    let tries = 0
    const part = patiently(async () => {
      tries++
      throw missing
    })()
    await expect(part).rejects.toBe(missing)
    expect(tries).toBe(2)
  })

  test('that throws by itself is not asked for again', async () => {
    const own = new TypeError('x is not a function')
    let tries = 0
    const part = patiently(async () => {
      tries++
      throw own
    })()
    await expect(part).rejects.toBe(own)
    expect(tries).toBe(1)
  })
})
