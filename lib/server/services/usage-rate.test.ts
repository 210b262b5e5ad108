import { expect, test } from 'vitest'
import { committed, created, told } from '@/lib/view/testing'
import { UsageRates } from './usage-rate'

const after = (turns: number) =>
  told(['A'], created('a', 'A'), ...Array.from({ length: turns }, (_, at) => committed('a', at)))
const seen = (turns: number, id = 'r') => ({ id, journal: { state: after(turns) }, inFlightTurns: new Map() })

test('a usage rate is known once there is enough to say: tokens of ten seconds, money of a minute', () => {
  let nowMs = 0
  const usageRates = new UsageRates(() => nowMs)
  expect(usageRates.read(seen(0))).toEqual({ tokensPerSecond: null, nanoUsdPerMinute: null, left: null })
  nowMs = 30_000
  usageRates.read(seen(10))
  nowMs = 35_000
  // Five turns of 50 tokens in the last five seconds; fifteen of 700,000 nanodollars in 35.
  expect(usageRates.read(seen(15))).toMatchObject({ tokensPerSecond: 50, nanoUsdPerMinute: 18_000_000 })
})

test('a run that rests has a usage rate of nothing, and one that was forgotten has none', () => {
  let nowMs = 0
  const usageRates = new UsageRates(() => nowMs)
  usageRates.read(seen(3))
  nowMs = 8_000
  expect(usageRates.read(seen(3))).toMatchObject({ tokensPerSecond: 0, nanoUsdPerMinute: 0 })
  usageRates.keep(new Set(['other']))
  expect(usageRates.read(seen(3))).toMatchObject({ tokensPerSecond: null, nanoUsdPerMinute: null })
})

test('a run that has fewer tokens than were guessed has no negative usage rate', () => {
  let nowMs = 0
  const usageRates = new UsageRates(() => nowMs)
  usageRates.read(seen(9))
  nowMs = 5_000
  expect(usageRates.read(seen(2)).tokensPerSecond).toBe(0)
})
