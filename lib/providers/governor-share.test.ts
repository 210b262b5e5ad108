import { describe, expect, test } from 'vitest'
import { failure } from '@/lib/core/agent/failure'
import type { RateLimits } from '@/lib/core/ports/ports'
import { createVirtualClock, type VirtualClock } from '@/lib/core/testing/virtual-clock'
import { createGovernor } from './governor'

const noLimits: RateLimits = {
  requestsRemaining: null,
  requestsLimit: null,
  requestsResetAt: null,
  inputTokensRemaining: null,
  inputTokensLimit: null,
  inputTokensResetAt: null,
  outputTokensRemaining: null,
  outputTokensLimit: null,
  outputTokensResetAt: null,
}

const MINUTES = 6
const TURN_MS = 2_000
const TOKENS = 2_000

/** A limit as Anthropic keeps it: a bucket that refills all the time, up to what one minute allows. */
function bucketOf(clock: VirtualClock, perMinute: number) {
  let left = perMinute
  let at = clock.now()
  const refill = () => {
    left = Math.min(perMinute, left + ((clock.now() - at) / 60_000) * perMinute)
    at = clock.now()
  }
  return {
    take(amount: number): boolean {
      refill()
      if (left < amount) return false
      left -= amount
      return true
    },
    spend(amount: number): void {
      refill()
      left -= amount
    },
    get left() {
      refill()
      return Math.floor(left)
    },
    resetAt: () => new Date(clock.now() + ((perMinute - left) / perMinute) * 60_000).toISOString(),
    retryAfterMs: (amount: number) => Math.ceil(((amount - left) / perMinute) * 60_000),
  }
}

/**
 * Agents that would send more than the limit allows, for some minutes; how much of it they used, and what was
 * refused.
 */
async function crowd(agents: number, what: 'requests' | 'inputTokens' | 'outputTokens', perMinute: number) {
  const clock = createVirtualClock()
  const governor = createGovernor({ clock })
  const cost = what === 'requests' ? 1 : TOKENS
  const bucket = bucketOf(clock, perMinute)
  const untilMs = clock.now() + MINUTES * 60_000
  let taken = 0
  let refused = 0
  const headers = (): RateLimits => ({
    ...noLimits,
    [`${what}Remaining`]: Math.max(0, bucket.left),
    [`${what}Limit`]: perMinute,
    [`${what}ResetAt`]: bucket.resetAt(),
  })
  const never = new AbortController().signal
  const work = async () => {
    while (clock.now() < untilMs) {
      const permit = await governor.admit('opus', never, () => {})
      if (clock.now() >= untilMs) return permit.settle(null)
      await clock.sleep(120, never)
      // Output is counted as it comes, and a turn that was begun is not cut for it.
      const isTaken = what === 'outputTokens' ? bucket.left > 0 : bucket.take(cost)
      permit.headers(headers())
      if (isTaken) {
        taken += cost
        for (let part = 0; part < 10; part++) {
          await clock.sleep(TURN_MS / 10, never)
          if (what === 'outputTokens') bucket.spend(cost / 10)
        }
        permit.settle(null)
      } else {
        refused += 1
        const retryAfterMs = bucket.retryAfterMs(cost)
        permit.settle(failure('rate-limit', 'no', { retryAfterMs }))
        await clock.sleep(retryAfterMs, never)
      }
    }
  }
  let isOver = false
  const all = Promise.all(Array.from({ length: agents }, work)).then(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve))
    if (!isOver) clock.step()
  }
  await all
  // A full bucket at the start is a minute's worth on top.
  const allowed = perMinute * (MINUTES + 1)
  return { used: taken / allowed, refused: refused / (taken / cost + refused) }
}

describe('where a limit allows 60 % of what agents want, they use it and are hardly refused', () => {
  const agents = 60
  const wantedPerMinute = (agents * 60_000) / (TURN_MS + 120)
  test.each([
    ['requests', wantedPerMinute],
    ['inputTokens', wantedPerMinute * TOKENS],
    ['outputTokens', wantedPerMinute * TOKENS],
  ] as const)('of %s a minute', async (what, wanted) => {
    const { used, refused } = await crowd(agents, what, Math.round(wanted * 0.6))
    expect(used).toBeGreaterThanOrEqual(0.95)
    expect(refused).toBeLessThan(0.01)
  })
})
