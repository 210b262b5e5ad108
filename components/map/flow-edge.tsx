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
import { assertNever } from '@/lib/core/base/assert-never'
import { formatDuration } from '@/lib/view/format/time'
import { arcHeight, type EdgeRoute, gapReach } from '@/lib/view/map/arched-edges'
import type { MapEdge } from '@/lib/view/map/map-shape'

export type FlowEdgeData = Edge<{ edge: MapEdge; route: EdgeRoute }, 'flow'>

/** Half the height of the bar at which all of a group arrive before the next begins. */
const GATE = 15

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

function pathOf(route: EdgeRoute, props: EdgeProps<FlowEdgeData>): [string, number, number] {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props
  switch (route.kind) {
    case 'arched':
      return arcPath(sourceX, sourceY, targetX, targetY)
    case 'gap':
      return gapPath(sourceX, sourceY, targetX, targetY, route.y)
    case 'straight': {
      const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }
      const [path, x, y] = getBezierPath({ ...ends, curvature: 0.32 })
      return [path, x, y]
    }
    default:
      return assertNever(route)
  }
}

/** Radius of the corners of an edge that passes between two rows. */
const CORNER = 18

/** Out to the right, into the gap above the row of the target, along it, and in from the left. */
function gapPath(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  gapY: number,
): [string, number, number] {
  const [out, back] = [fromX + gapReach, toX - gapReach]
  const first = gapY > fromY ? CORNER : -CORNER
  const last = toY > gapY ? CORNER : -CORNER
  const along = back < out ? -CORNER : CORNER
  const path = [
    `M${fromX},${fromY}H${out - CORNER}Q${out},${fromY} ${out},${fromY + first}`,
    `V${gapY - first}Q${out},${gapY} ${out + along},${gapY}`,
    `H${back - along}Q${back},${gapY} ${back},${gapY + last}`,
    `V${toY - last}Q${back},${toY} ${back + CORNER},${toY}H${toX}`,
  ].join('')
  return [path, (out + back) / 2, gapY]
}

function arcPath(fromX: number, fromY: number, toX: number, toY: number): [string, number, number] {
  const top = Math.min(fromY, toY) - arcHeight(fromX, toX)
  const path = `M${fromX},${fromY} C${fromX + 90},${top} ${toX - 90},${top} ${toX},${toY}`
  return [path, (fromX + toX) / 2, (fromY + toY) / 8 + top * 0.75]
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
