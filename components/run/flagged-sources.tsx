import { AgentLink } from '@/components/ui/agent-link'
import { StatusIcon } from '@/components/ui/status-icon'
import type { FlaggedSource } from '@/lib/core/agent/flagged-inputs'
import { plural } from '@/lib/view/format/numbers'

/** Flagged answers that went into the result, with the reason for each flag. */
export function FlaggedSources({ runId, sources }: { runId: string; sources: readonly FlaggedSource[] }) {
  return (
    <section
      aria-label="Flagged answers behind the result"
      className="rounded-md border border-flagged/50 px-4 py-3 text-sm"
    >
      <h2 className="font-medium">
        {plural(sources.length, 'answer', 'answers')} behind this result {sources.length === 1 ? 'is' : 'are'}{' '}
        incomplete or uncertain
      </h2>
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
