'use client'

import { memo, type ReactNode } from 'react'
import { cx } from '@/components/ui/class-names'
import { Elapsed } from '@/components/ui/elapsed'
import { StatusIcon } from '@/components/ui/status-icon'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useAgent, usePulse } from '@/lib/client/run/use-run'
import type { AgentState } from '@/lib/core/agent/agent'
import { type AgentFilter, passes } from '@/lib/view/agent/agent-rows'
import { allTokens } from '@/lib/view/agent/run-spend'
import { displayStatusOf, statusLabels } from '@/lib/view/agent/status-display'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'
import { plainLine } from '@/lib/view/format/plain-line'
import { narrowing, rowGrid } from './columns'

type Props = {
  /** The agent as it was when the table was last put in order. */
  row: AgentState
  filter: AgentFilter
  index: number
  isSelected: boolean
  /** The heads of phases say what the column would repeat. */
  isGrouped: boolean
  top: number
  height: number
  onSelect: (agentId: string) => void
}

/**
 * One agent, live. As soon as it no longer passes the filter it fades as it was when it did: no row says
 * anything that contradicts what was filtered by.
 */
export const AgentRow = memo(function AgentRow({
  row,
  filter,
  index,
  isSelected,
  isGrouped,
  top,
  height,
  onSelect,
}: Props) {
  const money = useMoney()
  const agentId = row.id
  const live = useAgent(agentId)
  const pulse = usePulse(agentId)
  if (live === undefined) return null
  const isLeaving = !passes(live, filter)
  const agent = isLeaving ? row : live
  const displayStatus = displayStatusOf(agent)
  const cost = agent.costNanoUsd === null ? null : agent.costNanoUsd + (pulse?.costNanoUsd ?? 0)
  const failed = agent.failure === null ? null : money(agent.failure.message)
  const why = failed ?? agent.flags[0]?.reason ?? pulse?.line ?? agent.preview
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual, which a table element cannot be
    <div
      role="row"
      tabIndex={isLeaving ? -1 : 0}
      inert={isLeaving}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      onClick={() => onSelect(agentId)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onSelect(agentId)
      }}
      className={cx(
        rowGrid(isGrouped),
        'num absolute inset-x-0 cursor-pointer border-b text-sm outline-offset-[-2px] hover:bg-hover',
        isSelected && 'bg-accent-soft',
        isLeaving && 'animate-leave opacity-0',
      )}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <Cell className="flex items-center gap-1.5 text-xs">
        <StatusIcon icon={displayStatus} size={13} />
        {statusLabels[displayStatus]}
      </Cell>
      <Cell className="truncate font-medium" dir="auto">
        {agent.label}
      </Cell>
      {!isGrouped && <Cell className={cx(narrowing.phase, 'truncate text-ink-2')}>{agent.phase ?? '–'}</Cell>}
      <Cell className={cx(narrowing.model, 'truncate text-ink-2')}>{modelName(agent.model)}</Cell>
      <Cell className={cx(narrowing.turns, 'text-right text-ink-2')}>{agent.turns}</Cell>
      <Cell className={cx(narrowing.tokens, 'text-right')}>
        {formatTokens(allTokens(agent.usage) + (pulse?.outputTokens ?? 0))}
      </Cell>
      <Cell className="text-right">{money(formatUsd(cost))}</Cell>
      <Cell className={cx(narrowing.time, 'text-right text-ink-2')}>
        <Elapsed run={{ startedAt: agent.startedAt, endedAt: agent.endedAt, pausedAt: null, pausedMs: 0 }} />
      </Cell>
      <Cell className={cx(narrowing.last, 'truncate text-ink-3')} dir="auto">
        {plainLine(why)}
      </Cell>
    </div>
  )
})

type CellProps = { className: string; dir?: 'auto'; children: ReactNode }

function Cell({ className, dir, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual, which a table element cannot be
    <div role="cell" dir={dir} className={className}>
      {children}
    </div>
  )
}
