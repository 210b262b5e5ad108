import type { OutcomeCounts } from '../spec/run'

/**
 * Why a finished run counts as failed: fewer agents gave an answer than were requested. Agents that were cut
 * or passed over are not counted, since a script may race them on purpose. Null when enough did, or when
 * there were none.
 */
export function successShortfall(outcomeCounts: OutcomeCounts, minSuccess: number): string | null {
  const answered = outcomeCounts.succeeded + outcomeCounts.flagged
  const all = answered + outcomeCounts.failed
  if (all === 0 || answered >= all * minSuccess) return null
  const share = Math.round(minSuccess * 1000) / 10
  return `${answered} of ${all} agents succeeded; at least ${share} % were requested`
}
