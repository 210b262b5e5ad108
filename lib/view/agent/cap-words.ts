import { assertNever } from '@/lib/core/base/assert-never'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { WaitedQuota } from '@/lib/core/spec/quota-met'
import type { HeldCap, Limits } from '@/lib/core/spec/run'
import { formatCap } from '../format/money'
import { formatTokens } from '../format/numbers'

/**
 * What a cap that turns wait for is called: `the $0.12 cap`, `the daily cap of all runs`. Its amount is told
 * where `limits`, those of the run, have it; `phase` is whose cap it is, where it is that of a phase, and `quota`
 * which quota, where the run has said so.
 */
export function capName(
  cap: HeldCap,
  phase: string | null,
  limits: Limits | null,
  quota: WaitedQuota | null,
): string {
  const ofPhase = limits === null || phase === null ? null : phaseLimitsOf(limits.phases, phase)
  switch (cap) {
    case 'usd-cap':
      return `the ${inDollars(limits?.nanoUsd)}cap`
    case 'token-cap':
      return `the ${inTokens(limits?.tokens)}token cap`
    case 'day-cap':
      return 'the daily cap of all runs'
    case 'month-cap':
      return 'the monthly cap of all runs'
    case 'day-token-cap':
      return 'the daily token cap of all runs'
    case 'phase-usd-cap':
      return `the ${inDollars(ofPhase?.nanoUsd)}cap of “${phase ?? 'its phase'}”`
    case 'phase-token-cap':
      return `the ${inTokens(ofPhase?.tokens)}token cap of “${phase ?? 'its phase'}”`
    case 'quota':
      return quota?.name ?? 'a quota of who pays for it'
    default:
      return assertNever(cap)
  }
}

function inDollars(nanoUsd: number | null | undefined): string {
  return nanoUsd == null ? '' : `${formatCap(nanoUsd)} `
}

function inTokens(tokens: number | null | undefined): string {
  return tokens == null ? '' : `${formatTokens(tokens)} `
}
