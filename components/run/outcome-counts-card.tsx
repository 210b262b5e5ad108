import { RunBadge } from '@/components/ui/run-badge'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { OutcomeCounts } from '@/lib/core/spec/run'
import type { RunStatus } from '@/lib/core/spec/run-status'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'
import { statusLabels } from '@/lib/view/agent/status-display'
import { formatCount, plural } from '@/lib/view/format/numbers'

const kinds = ['succeeded', 'flagged', 'failed', 'skipped', 'cancelled', 'reused'] as const

/** How the agents ended; shown above every result. */
export function OutcomeCountsCard({
  outcomeCounts,
  status,
  reason,
}: {
  outcomeCounts: OutcomeCounts
  status: RunStatus
  reason: string | null
}) {
  const money = useMoney()
  return (
    <section
      aria-label={`Outcome counts: ${outcomeCountsSentence(outcomeCounts)}`}
      className="panel flex flex-col gap-3 p-4"
    >
      <div className="flex flex-wrap items-center gap-x-3">
        <RunBadge status={status} className="text-base" />
        {reason !== null && <p className="text-sm text-ink-2">{money(reason)}</p>}
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {kinds
          .filter((kind) => outcomeCounts[kind] > 0 || kind === 'succeeded' || kind === 'failed')
          .map((kind) => (
            <li key={kind} className="flex items-center gap-1.5 text-sm">
              <StatusIcon icon={kind} />
              <span className="num font-semibold">{formatCount(outcomeCounts[kind])}</span>
              <span className="text-ink-2">{statusLabels[kind].toLowerCase()}</span>
            </li>
          ))}
      </ul>
      {(outcomeCounts.failed > 0 ||
        outcomeCounts.flagged > 0 ||
        outcomeCounts.withFlaggedInputs > 0 ||
        outcomeCounts.refusedCalls > 0) && (
        <p className="text-xs text-ink-3">
          The result uses only the agents that answered; {gapsSentence(outcomeCounts)}. There may be gaps.
        </p>
      )}
    </section>
  )
}

function gapsSentence(outcomeCounts: OutcomeCounts): string {
  const parts = [
    outcomeCounts.failed > 0 ? `${formatCount(outcomeCounts.failed)} gave no answer` : null,
    outcomeCounts.flagged > 0 ? `${formatCount(outcomeCounts.flagged)} flagged their own answer` : null,
    outcomeCounts.refused > 0
      ? `${formatCount(outcomeCounts.refused)} of these because a model declined`
      : null,
    outcomeCounts.withFlaggedInputs > 0
      ? `${formatCount(outcomeCounts.withFlaggedInputs)} depend on flagged answers`
      : null,
    outcomeCounts.refusedCalls > 0 ? `${plural(outcomeCounts.refusedCalls, 'call')} refused` : null,
  ]
  return parts.filter(Boolean).join(', ')
}
