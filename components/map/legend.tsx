'use client'

import type { ReactNode } from 'react'
import { StatusIcon } from '@/components/ui/status-icon'
import { useRunView } from '@/lib/client/run/use-run'
import type { RunState } from '@/lib/core/run/state'
import { statusCounts } from '@/lib/view/agent/status-counts'
import { displayStatuses, statusLabels, statusMeanings } from '@/lib/view/agent/status-display'
import type { MapEdge } from '@/lib/view/map/map-shape'

/** Statuses that some agent has, as one text: the same while none comes or goes. */
function presentIn({ totals, outcomeCounts }: Pick<RunState, 'totals' | 'outcomeCounts'>): string {
  return statusCounts(totals.agents, outcomeCounts)
    .map(({ displayStatus }) => displayStatus)
    .join(' ')
}

/** What the icons and lines of this map mean; on a phone also by what its agents are coloured. */
export function Legend({ edges, children }: { edges: readonly MapEdge[]; children?: ReactNode }) {
  const present = useRunView((view) => (view.state === null ? '' : presentIn(view.state)))
  const shown = displayStatuses.filter((status) => present.split(' ').includes(status))
  return (
    <details className="rounded-md border bg-raised px-2.5 py-1.5 text-xs text-ink-2">
      <summary className="select-none font-medium">Legend</summary>
      {children}
      <ul className="mt-2 grid grid-cols-1 gap-1 sm:grid-cols-2 sm:gap-x-5">
        {shown.map((displayStatus) => (
          <li key={displayStatus} className="flex items-center gap-1.5">
            <StatusIcon icon={displayStatus} size={12} />
            <span className="text-ink">{statusLabels[displayStatus]}</span>
            <span className="text-ink-3 max-md:hidden">{statusMeanings[displayStatus]}</span>
          </li>
        ))}
        {edges.some(({ kind }) => kind !== 'order') && (
          <LineItem label="Started by the script, or built from answers" className="stroke-control" />
        )}
        {edges.some(({ kind }) => kind === 'order') && (
          <LineItem label="Order of the phases" className="stroke-control [stroke-dasharray:4_4]" />
        )}
        {edges.some(({ flagged }) => flagged > 0) && (
          <LineItem label="Flagged answer passed on" className="stroke-flagged [stroke-dasharray:7_4]" />
        )}
        {edges.some(({ flow }) => flow === 'barrier') && (
          <LineItem label="parallel(): waits for all items" className="stroke-control">
            <path d="M6 0v8" strokeWidth="2.5" />
          </LineItem>
        )}
        {edges.some(({ flow }) => flow === 'pipeline') && (
          <LineItem label="pipeline(): items move on independently" className="stroke-control">
            <path d="m7 1 3 3-3 3m3-6 3 3-3 3" />
          </LineItem>
        )}
        <LineItem label="Output of the selected agent" className="stroke-reused" />
        <LineItem label="Input of the selected agent" className="stroke-accent" />
      </ul>
    </details>
  )
}

function LineItem({
  label,
  className,
  children,
}: {
  label: string
  className: string
  children?: ReactNode
}) {
  return (
    <li className="flex items-center gap-1.5">
      <svg aria-hidden="true" width="20" height="8" fill="none" className={className} strokeWidth="1.5">
        <path d="M0 4h20" />
        {children}
      </svg>
      {label}
    </li>
  )
}
