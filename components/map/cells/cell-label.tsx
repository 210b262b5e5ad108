'use client'

import { useStore } from '@xyflow/react'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useAgent, usePulse } from '@/lib/client/run/use-run'
import { allTokens } from '@/lib/view/agent/run-spend'
import { displayStatusOf, statusLabels } from '@/lib/view/agent/status-display'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'

type Props = {
  id: string
  agentId: string
  position: number
  setSize: number
  isSelected: boolean
  /** Where the cell is; null when the label is for a screen reader only. */
  origin: { x: number; y: number } | null
  pitch: number
  /** Width of the grid: a label never leaves on the far side of its own group. */
  width: number
}

/** Names a cell. Also the option that a screen reader hears while arrow keys move. */
export function CellLabel({ id, agentId, position, setSize, isSelected, origin, pitch, width }: Props) {
  const money = useMoney()
  const agent = useAgent(agentId)
  const pulse = usePulse(agentId)
  // Readable at any zoom: as large as the page's text. Subscribes to the zoom only while it is shown.
  const zoom = useStore(({ transform }) => (origin === null ? 1 : transform[2]))
  const displayStatus = agent === undefined ? 'queued' : displayStatusOf(agent)
  const tokens = agent === undefined ? 0 : allTokens(agent.usage) + (pulse?.outputTokens ?? 0)
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={setSize}
      aria-label={
        agent === undefined
          ? 'No agent'
          : `${agent.label}, ${statusLabels[displayStatus]}, ${money(formatUsd(agent.costNanoUsd))}`
      }
      className={
        origin === null
          ? 'sr-only'
          : 'pointer-events-none absolute z-20 w-max max-w-72 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs shadow-pop'
      }
      style={origin === null ? {} : beside(origin, pitch, width, zoom)}
    >
      {agent !== undefined && (
        <>
          <p className="flex items-center gap-1.5 font-medium">
            <StatusIcon icon={displayStatus} size={12} />
            <span className="truncate">{agent.label}</span>
          </p>
          <p className="num mt-0.5 text-ink-2">
            {statusLabels[displayStatus]} · {modelName(agent.model)} · {formatTokens(tokens)} ·{' '}
            {money(formatUsd(agent.costNanoUsd))}
          </p>
          {pulse?.line && <p className="mt-0.5 truncate text-ink-3">{pulse.line}</p>}
        </>
      )}
    </div>
  )
}

/** Right of a cell in the left half, left of one in the right half. */
function beside(origin: { x: number; y: number }, pitch: number, width: number, zoom: number) {
  const style = { top: origin.y - 6 / zoom, transform: `scale(${1 / zoom})` }
  return origin.x < width / 2
    ? { ...style, left: origin.x + pitch + 6 / zoom, transformOrigin: 'left top' }
    : { ...style, right: width - origin.x + 6 / zoom, transformOrigin: 'right top' }
}
