'use client'

import { Handle, Position } from '@xyflow/react'
import { RunBadge } from '@/components/ui/run-badge'
import { useRunView } from '@/lib/client/use-run'
import { agentCount } from '@/lib/core/state'
import { plural } from '@/lib/view/numbers'

/** Where every agent comes from. */
export function OrchestratorNode() {
  const run = useRunView((view) => view.state?.run)
  const counts = useRunView((view) => view.state?.totals.agents)
  if (run === undefined || counts === undefined) return null
  return (
    <div className="flex h-full flex-col justify-center gap-0.5 rounded-lg border border-line-strong bg-raised px-3.5">
      <p className="eyebrow">Orchestrator</p>
      <p className="truncate text-sm font-semibold">{run.workflow?.name ?? 'Script'}</p>
      <div className="flex items-center justify-between gap-2 text-xs text-ink-2">
        <RunBadge status={run.status} className="min-w-0 text-xs font-normal [&]:truncate" />
        <span className="num whitespace-nowrap">{plural(agentCount(counts), 'agent')}</span>
      </div>
      <Handle type="source" position={Position.Right} className="invisible" />
    </div>
  )
}
