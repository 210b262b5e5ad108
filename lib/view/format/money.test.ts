import { describe, expect, it } from 'vitest'
import { formatCap, formatUsd, formatUsdRange, moneyWords, parseUsd } from './money'

describe('money', () => {
  it('shows as many digits as matter', () => {
    const shown = [
      0, 50_000, 310_000, 4_200_000, 42_000_000, 420_000_000, 4_200_000_000, 1_234_567_000_000_000,
    ]
    expect(shown.map(formatUsd)).toEqual([
      '$0',
      '<$0.0001',
      '$0.00031',
      '$0.0042',
      '$0.042',
      '$0.42',
      '$4.20',
      '$1,234,567',
    ])
  })

  it('is marked wherever it is the simulator’s, once, and real money never', () => {
    const text = 'about $0.10–$4.20, <$0.0001, −$3 of 2 agents at $HOME'
    expect(moneyWords(true)(text)).toBe(
      'about sim $0.10–sim $4.20, sim <$0.0001, sim −$3 of 2 agents at $HOME',
    )
    expect(moneyWords(true)(moneyWords(true)(text))).toBe(moneyWords(true)(text))
    expect(moneyWords(false)(text)).toBe(text)
    expect(moneyWords(true)(null)).toBeNull()
  })

  it('calls an unknown price unknown, never zero', () => {
    expect(formatUsd(null)).toBe('unknown')
  })

  it('says whole caps without cents and a missing one as none', () => {
    expect([5_000_000_000, 2_500_000_000, null].map(formatCap)).toEqual(['$5', '$2.50', 'no cap'])
  })

  it('says a range once when both ends read the same', () => {
    expect(formatUsdRange({ low: 4_200_000_000, high: 4_200_000_001 })).toBe('$4.20')
    expect(formatUsdRange({ low: 600_000_000, high: 3_400_000_000 })).toBe('$0.60–$3.40')
  })

  it('reads dollars as people type them and refuses the rest', () => {
    expect(['5', '$5.50', '1,000', '-3', 'five', '1e9', ''].map(parseUsd)).toEqual([
      5,
      5.5,
      1000,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
