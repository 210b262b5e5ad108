'use client'

import { AgentLink } from '@/components/ui/agent-link'
import { StatusIcon } from '@/components/ui/status-icon'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { plural } from '@/lib/view/format/numbers'

/** More than these would bury the rest of the summary. */
const MOST_SHOWN = 12

/** The flagged answers an agent was given to work from, each a link. */
export function FlaggedInputs({ ids }: { ids: readonly string[] }) {
  const { id } = useLiveRun()
  const agents = useRunView((view) => view.state?.agents)
  const shown = ids.slice(0, MOST_SHOWN)
  return (
    <section className="flex items-start gap-2 rounded-md border border-flagged/50 px-3 py-2.5 text-sm">
      <StatusIcon icon="flagged" className="mt-1" />
      <p className="min-w-0 break-words">
        <strong className="font-medium">Depends on {plural(ids.length, 'flagged answer')}</strong>
        <span className="text-ink-2">: </span>
        {shown.map((agentId, index) => (
          <span key={agentId}>
            {index > 0 && ', '}
            <AgentLink runId={id} agentId={agentId} label={agents?.get(agentId)?.label ?? agentId} />
          </span>
        ))}
        {ids.length > shown.length && (
          <span className="text-ink-2"> and {ids.length - shown.length} more</span>
        )}
      </p>
    </section>
  )
}
