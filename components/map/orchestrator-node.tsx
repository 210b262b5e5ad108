'use client'

import { StatusIcon } from '@/components/ui/status-icon'
import { useRunView } from '@/lib/client/run/use-run'
import { agentCount } from '@/lib/core/agent/agent-status'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { plural } from '@/lib/view/format/numbers'
import { Ports } from './ports'

/** Where every agent comes from. */
export function OrchestratorNode() {
  const run = useRunView((view) => view.state?.run)
  const counts = useRunView((view) => view.state?.totals.agents)
  if (run === undefined || counts === undefined) return null
  const display = runStatusDisplay(run.status)
  return (
    <div className="flex h-full flex-col justify-center gap-0.5 rounded-lg border border-line-strong bg-raised px-3.5">
      <p data-room="some" className="eyebrow map-2xs leading-[1.25]!">
        Orchestrator
      </p>
      <p className="map-sm truncate font-semibold">{run.workflow?.name ?? 'Script'}</p>
      <p className="flex items-center map-xs gap-1.5 text-ink-2">
        <StatusIcon icon={display.icon} className="size-[1em]" />
        <span className="sr-only">{display.label}</span>
        <span className="num whitespace-nowrap">{plural(agentCount(counts), 'agent')}</span>
      </p>
      <Ports hasTarget={false} />
    </div>
  )
}
