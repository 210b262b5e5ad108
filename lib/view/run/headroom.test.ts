import { describe, expect, it } from 'vitest'
import { allowance, resetWords } from './headroom'

const family = {
  family: 'sonnet',
  inFlight: 3,
  window: 1_000_000,
  blockedUntil: null,
  requestsRemaining: 3980,
  requestsLimit: 4000,
  outputTokensRemaining: 390_000,
  outputTokensLimit: 400_000,
  resetAt: null,
}

describe('headroom', () => {
  it('says what is left of each limit', () => {
    expect(allowance(family, 200)).toBe('3,980 of 4,000 requests left · 390k of 400k output left')
  })

  it('mentions the window only when it is what holds back', () => {
    expect(allowance({ ...family, window: 40 }, 200)).toMatch(/^3 of 40 at once · /)
    expect(allowance({ ...family, window: 200 }, 200)).not.toMatch(/at once/)
  })

  it('says so when the provider has named no limit', () => {
    const silent = { ...family, requestsRemaining: null, outputTokensLimit: null }
    expect(allowance(silent, 200)).toBe('3 in flight, no limit known')
  })

  it('says when the limits are whole again, and nothing once that is past or was never said', () => {
    const now = Date.parse('2026-11-22T10:00:00Z')
    expect(resetWords({ ...family, resetAt: '2026-11-22T10:00:12Z' }, now)).toBe('resets in 12s')
    expect(resetWords({ ...family, resetAt: '2026-11-22T09:59:59Z' }, now)).toBeNull()
    expect(resetWords(family, now)).toBeNull()
  })
})
