import { AgentLink } from '@/components/ui/agent-link'
import { StatusIcon } from '@/components/ui/status-icon'
import type { DoubtfulSource } from '@/lib/core/doubt'
import { plural } from '@/lib/view/numbers'

/** Doubtful answers that went into the result, by name and with what is in doubt. */
export function DoubtfulSources({ runId, sources }: { runId: string; sources: readonly DoubtfulSource[] }) {
  return (
    <section aria-label="Doubtful sources" className="rounded-md border border-flagged/50 px-4 py-3 text-sm">
      <h3 className="font-medium">This result was fed by {plural(sources.length, 'doubtful answer')}</h3>
      <ul className="mt-2 flex max-h-60 flex-col gap-1.5 overflow-y-auto">
        {sources.map(({ agentId, label, flags }) => (
          <li key={agentId} className="flex items-start gap-2">
            <StatusIcon icon="flagged" className="mt-1" />
            <span className="min-w-0 break-words">
              <AgentLink runId={runId} agentId={agentId} label={label} hasInspector />
              <span className="text-ink-2">
                {flags.map(({ kind, reason }) => ` · ${kind}${reason === '' ? '' : `: ${reason}`}`).join('')}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
