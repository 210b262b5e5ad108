import { type Failure, failureRules } from './failure'

/** How often a turn is sent again and how long the waits grow. */
export type RetryPolicy = { retries: number; baseDelayMs: number; maxDelayMs: number }

/** Eight tries in all; the SDK's own two are off, since only we know about the other agents. */
export const defaultRetryPolicy: RetryPolicy = { retries: 7, baseDelayMs: 500, maxDelayMs: 60_000 }

export type RetryDecision = { do: 'retry'; delayMs: number } | { do: 'pause' } | { do: 'end' }

/**
 * What follows a failed turn. `failedBefore` counts the failures of this same turn so far, this one not included.
 * The delay is full jitter (a uniform draw below the exponential bound, after AWS' "Exponential Backoff And Jitter"),
 * never less than what the server asked for. `random` is a draw in [0, 1).
 */
export function decideRetry(failed: Failure, failedBefore: number, policy: RetryPolicy, random: number): RetryDecision {
  const rule = failureRules[failed.kind]
  if (rule !== 'retry') return { do: rule }
  // Nobody listens there: every agent would fail alike, so a person is asked instead of losing them one by one.
  if (failed.kind === 'unreachable' && failedBefore >= 2) return { do: 'pause' }
  if (failedBefore >= policy.retries) return { do: 'end' }
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** failedBefore)
  const jittered = Math.round(random * bound)
  return {
    do: 'retry',
    delayMs: failed.retryAfterMs === null ? jittered : failed.retryAfterMs + Math.round(random * policy.baseDelayMs),
  }
}
