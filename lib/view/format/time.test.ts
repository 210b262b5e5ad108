import { describe, expect, it } from 'vitest'
import { elapsedMs, formatAgo, formatDuration } from './time'

const at = (seconds: number) => new Date(1_000_000 + seconds * 1000).toISOString()
const now = (seconds: number) => 1_000_000 + seconds * 1000

describe('time', () => {
  it('says a duration in two units at most', () => {
    expect([400, 12_000, 184_000, 3_720_000, 273_600_000].map(formatDuration)).toEqual([
      '0.4s',
      '12s',
      '3m 04s',
      '1h 02m',
      '3d 04h',
    ])
  })

  it('leaves pauses out of what a run took', () => {
    const run = { startedAt: at(0), endedAt: null, pausedAt: null, pausedMs: 4000 }
    expect(elapsedMs(run, now(10))).toBe(6000)
  })

  it('stands still while a run is paused', () => {
    const run = { startedAt: at(0), endedAt: null, pausedAt: at(8), pausedMs: 1000 }
    expect(elapsedMs(run, now(60))).toBe(7000)
  })

  it('is nothing before a run has started', () => {
    expect(elapsedMs({ startedAt: null, endedAt: null, pausedAt: null, pausedMs: 0 }, now(9))).toBeNull()
  })

  it('says how long ago in the largest unit that fits', () => {
    expect([3, 40, 300, 7300].map((seconds) => formatAgo(at(0), now(seconds)))).toEqual([
      'just now',
      '40 s ago',
      '5 min ago',
      '2 h ago',
    ])
  })
})
