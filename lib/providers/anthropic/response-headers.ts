import type { RateLimits } from '@/lib/core/ports/ports'

/** Reads one header by its lower-case name. */
export type HeaderReader = { get(name: string): string | null }

/**
 * The provider's word about its limits. Fast requests have token buckets of their own, named in headers of
 * their own; where those are present they are the ones that bind.
 */
export function readRateLimits(headers: HeaderReader): RateLimits {
  const hasFast = headers.get('anthropic-fast-input-tokens-limit') !== null
  const tokens = hasFast ? 'anthropic-fast' : 'anthropic-ratelimit'
  return {
    requestsRemaining: count(headers, 'anthropic-ratelimit-requests-remaining'),
    requestsLimit: count(headers, 'anthropic-ratelimit-requests-limit'),
    requestsResetAt: headers.get('anthropic-ratelimit-requests-reset'),
    inputTokensRemaining: count(headers, `${tokens}-input-tokens-remaining`),
    inputTokensLimit: count(headers, `${tokens}-input-tokens-limit`),
    inputTokensResetAt: headers.get(`${tokens}-input-tokens-reset`),
    outputTokensRemaining: count(headers, `${tokens}-output-tokens-remaining`),
    outputTokensLimit: count(headers, `${tokens}-output-tokens-limit`),
    outputTokensResetAt: headers.get(`${tokens}-output-tokens-reset`),
  }
}

/**
 * What the server asked us to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as a
 * date.
 */
export function readRetryAfterMs(headers: HeaderReader, now: number): number | null {
  const exact = number(headers.get('retry-after-ms'))
  if (exact !== null) return Math.min(exact, LONGEST_MS)
  const text = headers.get('retry-after')
  const seconds = number(text)
  if (seconds !== null) return Math.min(Math.round(seconds * 1000), LONGEST_MS)
  const at = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/** Three thousand years: with any longer wait the resulting time could not be represented as a date. */
const LONGEST_MS = 1e14

function count(headers: HeaderReader, name: string): number | null {
  return number(headers.get(name))
}

function number(text: string | null): number | null {
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}
