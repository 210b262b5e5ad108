import { type Failure, failure } from '../agent/failure'
import { assertNever } from '../base/assert-never'
import type { capReasons } from '../spec/run'

/** A cap that holds a run back. */
export type CapReason = (typeof capReasons)[number]

/** What to do about a run that paused at a cap, as a sentence. */
export function adviceOnPause(reason: CapReason): string {
  switch (reason) {
    case 'usd-cap':
    case 'token-cap':
      return 'Raise the cap to continue.'
    case 'phase-usd-cap':
    case 'phase-token-cap':
      return 'Raise it to continue.'
    case 'wall-clock-cap':
    case 'phase-wall-clock-cap':
      return 'Raise the limit to continue.'
    case 'day-cap':
    case 'day-token-cap':
    case 'day-agent-cap':
      return 'Raise it under Costs > Budgets, or resume tomorrow (UTC).'
    case 'month-cap':
      return 'Raise it under Costs > Budgets, or resume next month (UTC).'
    case 'quota':
      return 'An admin can raise it under Settings > Quotas; it begins anew with the next period (UTC).'
    default:
      return assertNever(reason)
  }
}

/** What to do about a run that ended at a cap: its limits can no longer be changed. */
export const adviceOnEnd = 'A fork with higher limits continues from here and reuses these answers.'

/**
 * What an agent fails with whose model has no price where dollars are capped; `cap` as a sentence goes on from
 * it. A request whose cost nobody knows cannot be reserved, and would pass every cap unseen.
 */
export function notHeld(model: string, cap: string): Failure {
  return failure(
    'no-price',
    `${model} was not asked: its price is unknown, so ${cap} could not hold what it costs. Set its price under Costs > Prices, 0 if it costs nothing; without one it runs only where no cap in dollars applies.`,
  )
}
