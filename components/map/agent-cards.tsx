'use client'

import { memo, useContext } from 'react'
import { cx } from '@/components/ui/class-names'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useSelection } from '@/lib/client/run/select-agent'
import { useAgent, usePulse } from '@/lib/client/run/use-run'
import { passes } from '@/lib/view/agent/agent-rows'
import { allTokens } from '@/lib/view/agent/run-spend'
import { displayStatusOf, statusLabels } from '@/lib/view/agent/status-display'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'
import { plainLine } from '@/lib/view/format/plain-line'
import { card } from '@/lib/view/map/map-layout'
import type { CardGrid, PlacedGroup } from '@/lib/view/map/placed-map'
import { MapContext } from './map-context'

/** A small group as cards. Each card hears of its own agent only. */
export function AgentCards({ group, grid }: { group: PlacedGroup; grid: CardGrid }) {
  const { agentId, select } = useSelection()
  return (
    <ul
      className="grid content-start"
      style={{ gridTemplateColumns: `repeat(${grid.columns}, ${card.width}px)`, gap: card.gap }}
    >
      {group.agentIds.map((id) => (
        <li key={id} style={{ height: card.height }}>
          <AgentCard agentId={id} isSelected={id === agentId} onSelect={select} />
        </li>
      ))}
    </ul>
  )
}

type CardProps = { agentId: string; isSelected: boolean; onSelect: (agentId: string) => void }

const AgentCard = memo(function AgentCard({ agentId, isSelected, onSelect }: CardProps) {
  const money = useMoney()
  const agent = useAgent(agentId)
  const pulse = usePulse(agentId)
  const { filter, hover } = useContext(MapContext)
  if (agent === undefined) return null
  const displayStatus = displayStatusOf(agent)
  const tokens = allTokens(agent.usage) + (pulse?.outputTokens ?? 0)
  const cost = agent.costNanoUsd === null ? null : agent.costNanoUsd + (pulse?.costNanoUsd ?? 0)
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      aria-label={`${agent.label}, ${statusLabels[displayStatus]}`}
      onClick={() => onSelect(agentId)}
      onMouseEnter={() => hover(agentId)}
      onMouseLeave={() => hover(null)}
      className={cx(
        'nopan flex h-full w-full flex-col justify-between rounded-md border bg-surface px-2.5 py-1.5 text-left transition-colors hover:border-control',
        isSelected && 'border-accent ring-1 ring-accent',
        // Stands back without becoming unreadable.
        !passes(agent, filter) &&
          'border-dashed bg-transparent saturate-0 [&_span]:font-normal [&_span]:text-ink-3',
      )}
    >
      <span className="flex w-full items-center gap-1.5 map-sm font-medium">
        <StatusIcon icon={displayStatus} className="size-[1em]" />
        <span dir="auto" className="truncate">
          {agent.label}
        </span>
      </span>
      <span dir="auto" data-room="all" className="map-xs w-full truncate text-ink-3">
        {pulse?.line || plainLine(agent.preview) || statusLabels[displayStatus]}
      </span>
      <span data-room="some" className="map-xs num flex w-full items-center justify-between gap-1 text-ink-2">
        <span data-room="all" className="truncate">
          {modelName(agent.model)}
        </span>
        <span className="whitespace-nowrap">
          {formatTokens(tokens)} · {money(formatUsd(cost))}
        </span>
      </span>
    </button>
  )
})
