'use client'

import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Position,
} from '@xyflow/react'
import { StatusIcon } from '@/components/ui/status-icon'
import { formatDuration } from '@/lib/view/format/time'
import type { EdgeRoute } from '@/lib/view/map/arched-edges'
import { type EdgePath, edgePath, GATE } from '@/lib/view/map/edge-paths'
import type { MapEdge } from '@/lib/view/map/map-shape'

export type FlowEdgeData = Edge<{ edge: MapEdge; route: EdgeRoute }, 'flow'>

/**
 * An edge between two groups: a bar where all wait, chevrons where each goes on by itself, and how much of it
 * is flagged.
 */
export function FlowEdge(props: EdgeProps<FlowEdgeData>) {
  const { sourceX, sourceY, sourcePosition, data, style } = props
  if (data === undefined) return null
  const { edge } = data
  const [path, labelX, labelY] = pathOf(data.route, props)
  const isAcross = sourcePosition === Position.Right || sourcePosition === Position.Left
  const gate = isAcross ? { x: sourceX + 22, y: sourceY } : { x: sourceX, y: sourceY + 22 }
  const hasLabel = edge.flagged > 0 || edge.idle !== null
  return (
    <>
      <BaseEdge path={path} {...(style === undefined ? {} : { style })} />
      {edge.flow === 'barrier' && <Gate {...gate} isAcross={isAcross} />}
      {edge.flow === 'pipeline' && <Chevrons x={labelX} y={labelY} isAcross={isAcross} />}
      {hasLabel && (
        <EdgeLabelRenderer>
          <div
            className="nopan pointer-events-auto absolute flex w-max flex-col items-center gap-0.5 map-2xs"
            style={{
              transform: `translate(-50%, ${isAcross ? '10px' : '-50%'}) translate(${labelX}px,${labelY}px)`,
            }}
          >
            {edge.flagged > 0 && (
              <span
                title={`Flagged: ${edge.flaggedLabels.join(', ')}${edge.flagged > edge.flaggedLabels.length ? ' and others' : ''}`}
                className="num flex items-center gap-1 rounded-full border border-flagged/60 bg-raised px-1.5 py-px text-ink-2"
              >
                <StatusIcon icon="flagged" className="size-[1em]" />
                {edge.flagged}
                <span data-room="all"> of {edge.answers} flagged</span>
              </span>
            )}
            {edge.idle !== null && (
              <span
                title={`Agents waited for ${edge.idle.slowest}: ${formatDuration(edge.idle.sumMs)} in total, ${formatDuration(edge.idle.worstMs)} at most.`}
                data-room="all"
                className="num rounded-full border bg-raised px-1.5 py-px text-ink-3"
              >
                {formatDuration(edge.idle.sumMs)} idle
              </span>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

function pathOf(route: EdgeRoute, props: EdgeProps<FlowEdgeData>): EdgePath {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props
  return edgePath(route, { fromX: sourceX, fromY: sourceY, toX: targetX, toY: targetY }, () => {
    const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }
    const [path, x, y] = getBezierPath({ ...ends, curvature: 0.32 })
    return [path, x, y]
  })
}

function Gate({ x, y, isAcross }: { x: number; y: number; isAcross: boolean }) {
  return (
    <path
      d={isAcross ? `M${x},${y - GATE}V${y + GATE}` : `M${x - GATE},${y}H${x + GATE}`}
      className="edge-gate"
      strokeLinecap="round"
      fill="none"
    />
  )
}

function Chevrons({ x, y, isAcross }: { x: number; y: number; isAcross: boolean }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(${isAcross ? 0 : 90})`} fill="none" className="edge-chevrons">
      {[-9, 0, 9].map((at) => (
        <path
          key={at}
          d={`M${at - 3},-4.5L${at + 2},0L${at - 3},4.5`}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </g>
  )
}
