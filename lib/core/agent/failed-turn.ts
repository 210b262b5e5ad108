import { type Failure, failureRules } from './failure'

/** How often a turn is sent again and how long the waits grow. */
export type RetryPolicy = { retries: number; baseDelayMs: number; maxDelayMs: number }

/** Eight tries in all; the SDK's own two are off, since only we know about the other agents. */
export const defaultRetryPolicy: RetryPolicy = { retries: 7, baseDelayMs: 500, maxDelayMs: 60_000 }

/** `forMs`: how long the server asked to be left alone, when it said so. */
export type RetryDecision =
  | { do: 'retry'; delayMs: number }
  | { do: 'pause'; forMs: number | null }
  | { do: 'end' }

/**
 * A longer wait asked for by the server is no back-off: it becomes a pause with a date, and turns leave after
 * it.
 */
export const LONGEST_BACK_OFF_MS = 10 * 60_000

/**
 * What follows a failed turn. `failedBefore` counts the failures of this same turn so far, this one not
 * included. The delay is full jitter (a uniform draw below the exponential bound, after AWS' "Exponential
 * Backoff And Jitter"), never less than what the server asked for. `random` is a draw in [0, 1).
 */
export function afterFailedTurn(
  failed: Failure,
  failedBefore: number,
  policy: RetryPolicy,
  random: number,
): RetryDecision {
  const rule = failureRules[failed.kind]
  if (rule === 'end') return { do: 'end' }
  const forMs = failed.retryAfterMs
  if (rule === 'pause' || (forMs ?? 0) > LONGEST_BACK_OFF_MS) return { do: 'pause', forMs }
  // Nothing answers at that address, so every agent would fail the same way: a person is asked instead.
  if (failed.kind === 'unreachable' && failedBefore >= 2) return { do: 'pause', forMs: null }
  if (failedBefore >= policy.retries) return { do: 'end' }
  const bound = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** failedBefore)
  const jittered = Math.round(random * bound)
  return {
    do: 'retry',
    delayMs:
      failed.retryAfterMs === null ? jittered : failed.retryAfterMs + Math.round(random * policy.baseDelayMs),
  }
}
