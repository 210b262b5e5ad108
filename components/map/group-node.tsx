'use client'

import type { NodeProps } from '@xyflow/react'
import { useContext } from 'react'
import { useRunView } from '@/lib/client/use-run'
import { mostCards } from '@/lib/view/map-layout'
import { phaseProgress } from '@/lib/view/phase-progress'
import { AgentCards } from './agent-cards'
import { CellCanvas } from './cell-canvas'
import { GroupAlerts } from './group-alerts'
import { GroupHead } from './group-head'
import { MapContext, usePlacedGroup } from './map-context'
import { Ports } from './ports'

/** One phase on the canvas: a thin shell round its head, its agents, and what went wrong in it. */
export function GroupNode({ id }: NodeProps) {
  const group = usePlacedGroup(id)
  const { onToggle, filter } = useContext(MapContext)
  const phase = useRunView((view) => view.state?.phases.find(({ title }) => title === group?.title))
  const hasEnded = useRunView((view) => view.state?.run.endedAt != null)
  if (group === undefined || phase === undefined) return null
  const count = group.agentIds.length
  const isFaint = filter.phase !== null && filter.phase !== group.title
  return (
    <section
      aria-label={`${group.title}, ${count} agents`}
      className={`flex h-full flex-col rounded-lg border bg-raised transition-opacity ${isFaint ? 'opacity-45' : ''} ${
        count === 0 ? 'border-dashed border-line-strong' : 'border-line-strong'
      }`}
    >
      <GroupHead
        progress={phaseProgress(phase)}
        detail={group.detail}
        toggle={
          count === 0 || count > mostCards
            ? null
            : { isOpen: group.body.kind === 'cards', onToggle: () => onToggle(group.title) }
        }
      />
      <div className="flex flex-1 justify-center px-3.5">
        {count === 0 ? (
          <p className="self-center text-xs text-ink-3">{hasEnded ? 'no agents' : 'to come'}</p>
        ) : group.body.kind === 'cells' ? (
          <CellCanvas group={group} grid={group.body.grid} />
        ) : (
          <AgentCards group={group} grid={group.body.grid} />
        )}
      </div>
      {count > 0 && <GroupAlerts agentIds={group.agentIds} counts={phase.counts} />}
      <Ports />
    </section>
  )
}
