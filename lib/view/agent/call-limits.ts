import type { CallOptions } from '@/lib/api/runs'
import { formatUsd } from '../format/money'
import { formatTokens } from '../format/numbers'
import { formatDuration } from '../format/time'

/** What a call bounded its agent by, as lines of a summary; only what it set. */
export function callLimitLines(options: CallOptions): { label: string; text: string }[] {
  const own = [
    ...(options.nanoUsd === null ? [] : [formatUsd(options.nanoUsd)]),
    ...(options.tokens === null ? [] : [`${formatTokens(options.tokens)} tokens`]),
  ]
  return [
    ...(options.agentType === null ? [] : [{ label: 'Agent type', text: options.agentType }]),
    ...(own.length === 0 ? [] : [{ label: 'Own limits', text: own.join(', ') }]),
    ...(options.timeoutMs === null ? [] : [{ label: 'Time limit', text: formatDuration(options.timeoutMs) }]),
  ]
}
