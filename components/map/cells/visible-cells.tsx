'use client'

import { useStore } from '@xyflow/react'
import { memo } from 'react'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useAgent, usePulse } from '@/lib/client/run/use-run'
import { allTokens } from '@/lib/view/agent/run-spend'
import { displayStatusOf } from '@/lib/view/agent/status-display'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'
import { plainLine } from '@/lib/view/format/plain-line'
import { type CellGrid, cellOrigin } from '@/lib/view/map/cell-grid'
import { groupHeader } from '@/lib/view/map/map-layout'
import type { PlacedGroup } from '@/lib/view/map/placed-map'
import { type ZoomLevel, zoomLevel } from '@/lib/view/map/zoom-level'

/** Cells named at once; the zoom at which names appear shows no more of them on a large screen. */
const MOST_NAMED = 400

/** Zoomed in, the cells in view have names; zoomed in further, they are cards. */
export function VisibleCells({ group, grid }: { group: PlacedGroup; grid: CellGrid }) {
  // One text, so panning inside the same cells repaints nothing.
  const seen = useStore(({ transform: [x, y, zoom], width, height }) => {
    const level = zoomLevel(zoom, grid.pitch)
    if (level === 'far' || level === 'middle') return ''
    const left = -x / zoom - group.box.x - (group.box.width - grid.width) / 2
    const top = -y / zoom - group.box.y - groupHeader
    const range = [left, left + width / zoom, top, top + height / zoom].map((edge) =>
      Math.floor(edge / grid.pitch),
    )
    return `${level} ${range.join(' ')}`
  })
  if (seen === '') return null
  const [level, ...edges] = seen.split(' ')
  const [left = 0, right = 0, top = 0, bottom = 0] = edges.map((edge) => Number(edge) * grid.pitch)
  const visible = group.agentIds.flatMap((agentId, index) => {
    const at = cellOrigin(grid, index)
    const isIn = at.x >= left - grid.pitch && at.x <= right && at.y >= top - grid.pitch && at.y <= bottom
    return isIn ? [{ agentId, ...at }] : []
  })
  return visible
    .slice(0, MOST_NAMED)
    .map(({ agentId, x, y }) => (
      <CellName
        key={agentId}
        agentId={agentId}
        x={x}
        y={y}
        pitch={grid.pitch}
        level={level === 'close' ? 'close' : 'near'}
      />
    ))
}

type NameProps = {
  agentId: string
  x: number
  y: number
  pitch: number
  level: Extract<ZoomLevel, 'near' | 'close'>
}

const CellName = memo(function CellName({ agentId, x, y, pitch, level }: NameProps) {
  const money = useMoney()
  const agent = useAgent(agentId)
  if (agent === undefined) return null
  const inset = pitch * 0.07
  const style = { left: x + inset, top: y + inset, width: pitch - 2 * inset, height: pitch - 2 * inset }
  if (level === 'near')
    return (
      <span
        aria-hidden="true"
        className="pointer-events-none absolute flex items-end overflow-hidden rounded-[15%] leading-[1.1] text-ink"
        style={{ ...style, fontSize: `max(${pitch * 0.13}px, var(--map-text))`, padding: pitch * 0.04 }}
      >
        <span className="line-clamp-2 w-full break-words rounded-[2px] bg-raised/80">{agent.label}</span>
      </span>
    )
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute flex flex-col justify-between overflow-hidden rounded-[12%] border-[0.4px] border-line-strong bg-raised leading-[1.2]"
      style={{ ...style, fontSize: `max(${pitch * 0.085}px, var(--map-text))`, padding: pitch * 0.06 }}
    >
      <span className="flex items-start gap-[0.4em] font-medium">
        <StatusIcon icon={displayStatusOf(agent)} className="size-[1.1em]" />
        <span className="line-clamp-2 break-words">{agent.label}</span>
      </span>
      <SaidLast agentId={agentId} preview={agent.preview} />
      <span className="num flex justify-between text-ink-2">
        <span className="truncate">{modelName(agent.model)}</span>
        <span className="whitespace-nowrap">
          {formatTokens(allTokens(agent.usage))} · {money(formatUsd(agent.costNanoUsd))}
        </span>
      </span>
    </span>
  )
})

function SaidLast({ agentId, preview }: { agentId: string; preview: string }) {
  const pulse = usePulse(agentId)
  return <span className="line-clamp-2 break-words text-ink-3">{pulse?.line || plainLine(preview)}</span>
}
