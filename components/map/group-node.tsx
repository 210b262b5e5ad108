'use client'

import { type NodeProps, useStore } from '@xyflow/react'
import { useContext, useMemo } from 'react'
import { useRunView } from '@/lib/client/run/use-run'
import { groupCounter } from '@/lib/view/map/group-counts'
import { mostCards, railY } from '@/lib/view/map/map-layout'
import { zoomLevel } from '@/lib/view/map/zoom-level'
import { phaseProgress } from '@/lib/view/timeline/phase-progress'
import { AgentCards } from './agent-cards'
import { CellCanvas } from './cells/cell-canvas'
import { FarGroup } from './far-group'
import { GroupAlerts } from './group-alerts'
import { GroupHead } from './group-head'
import { MapContext, usePlacedGroup } from './map-context'
import { Ports } from './ports'

/** One group on the canvas: a thin shell round its head, its agents, and what went wrong in it. */
export function GroupNode({ id }: NodeProps) {
  const group = usePlacedGroup(id)
  const { onToggle, filter } = useContext(MapContext)
  const agentIds = group?.agentIds
  const counter = useMemo(() => groupCounter(agentIds ?? []), [agentIds])
  const sum = useRunView((view) => counter(view.state?.agents))
  const hasEnded = useRunView((view) => view.state?.run.endedAt != null)
  const isFar = useStore(({ transform }) => zoomLevel(transform[2], 1) === 'far')
  if (group === undefined) return null
  const count = group.agentIds.length
  const key = group.id.replace(/^group:/, '')
  const isFaint = filter.phase !== null && filter.phase !== group.title
  const progress = phaseProgress({ title: group.title, ...sum })
  return (
    <section
      aria-label={`${group.title}, ${count} agents`}
      className={`relative flex h-full flex-col rounded-lg border bg-raised ${isFaint ? 'grayscale' : ''} ${
        count === 0 || isFaint ? 'border-dashed border-line-strong' : 'border-line-strong shadow-group'
      }`}
    >
      <GroupHead
        progress={progress}
        detail={group.detail}
        toggle={
          count === 0 || count > mostCards
            ? null
            : { isOpen: group.body.kind === 'cards', onToggle: () => onToggle(key) }
        }
      />
      <div className="flex flex-1 justify-center px-3.5">
        {count === 0 ? (
          <p className="map-xs self-center text-ink-3">{hasEnded ? 'no agents' : 'Not started'}</p>
        ) : group.body.kind === 'cells' ? (
          <CellCanvas group={group} grid={group.body.grid} />
        ) : (
          <AgentCards group={group} grid={group.body.grid} />
        )}
      </div>
      {count > 0 && <GroupAlerts agentIds={group.agentIds} counts={sum.counts} />}
      {isFar && count > 0 && (
        <FarGroup title={group.title} box={group.box} counts={sum.counts} progress={progress} />
      )}
      <Ports rail={railY} />
    </section>
  )
}
