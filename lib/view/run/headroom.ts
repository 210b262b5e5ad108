import type { OverviewFrame } from '@/lib/api/first/overview'
import { formatCount, formatTokens } from '../format/numbers'
import { formatDuration } from '../format/time'

type Family = OverviewFrame['headroom'][number]

/**
 * What a model family's rate limits still allow, as the provider last said; the window only where it is
 * tighter than the slots.
 */
export function allowance(family: Family, slots: number): string {
  const { requestsRemaining, requestsLimit, outputTokensRemaining, outputTokensLimit } = family
  const parts = [
    family.window < slots ? `${formatCount(family.inFlight)} of ${formatCount(family.window)} at once` : null,
    requestsRemaining === null || requestsLimit === null
      ? null
      : `${formatCount(requestsRemaining)} of ${formatCount(requestsLimit)} requests left`,
    outputTokensRemaining === null || outputTokensLimit === null
      ? null
      : `${formatTokens(outputTokensRemaining)} of ${formatTokens(outputTokensLimit)} output left`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? `${formatCount(family.inFlight)} in flight, no limit known` : parts.join(' · ')
}

/** `resets in 12s`; null where the provider named no reset, or it is past. */
export function resetWords({ resetAt }: Family, nowMs: number): string | null {
  if (resetAt === null || nowMs === 0) return null
  const left = Date.parse(resetAt) - nowMs
  return left > 0 ? `resets in ${formatDuration(left)}` : null
}
