import { RunBadge } from '@/components/ui/run-badge'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/money-context'
import type { Census, RunStatus } from '@/lib/core/run'
import { formatCount, plural } from '@/lib/view/numbers'
import { censusSentence } from '@/lib/view/status-counts'
import { statusLabels } from '@/lib/view/status-display'

const kinds = ['succeeded', 'flagged', 'failed', 'skipped', 'cancelled', 'reused'] as const

/** How the agents ended; stands above every result. */
export function CensusCard({ census, status, reason }: { census: Census; status: RunStatus; reason: string | null }) {
  const money = useMoney()
  return (
    <section aria-label={`Census: ${censusSentence(census)}`} className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-x-3">
        <RunBadge status={status} className="text-base" />
        {reason !== null && <p className="text-sm text-ink-2">{money(reason)}</p>}
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {kinds
          .filter((kind) => census[kind] > 0 || kind === 'succeeded' || kind === 'failed')
          .map((kind) => (
            <li key={kind} className="flex items-center gap-1.5 text-sm">
              <StatusIcon icon={kind} />
              <span className="num font-semibold">{formatCount(census[kind])}</span>
              <span className="text-ink-2">{statusLabels[kind].toLowerCase()}</span>
            </li>
          ))}
      </ul>
      {(census.failed > 0 || census.flagged > 0 || census.doubtful > 0 || census.refusedCalls > 0) && (
        <p className="text-xs text-ink-3">
          The result rests on the agents that answered; {doubt(census)} and may have left gaps in it.
        </p>
      )}
    </section>
  )
}

function doubt(census: Census): string {
  const parts = [
    census.failed > 0 ? `${formatCount(census.failed)} gave no answer` : null,
    census.flagged > 0 ? `${formatCount(census.flagged)} doubted their own` : null,
    census.doubtful > 0 ? `${formatCount(census.doubtful)} worked from doubtful answers` : null,
    census.refusedCalls > 0 ? `${plural(census.refusedCalls, 'call')} never became an agent` : null,
  ]
  return parts.filter(Boolean).join(', ')
}
