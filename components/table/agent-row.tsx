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
import type { PlacedColumn, TableLayout } from '@/lib/view/agent/table-columns'
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
  layout: TableLayout
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
  layout,
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
  const cells: Readonly<Record<PlacedColumn['id'], ReactNode>> = {
    state: (
      <>
        <StatusIcon icon={displayStatus} size={13} />
        {statusLabels[displayStatus]}
      </>
    ),
    agent: agent.label,
    phase: agent.phase ?? '–',
    model: modelName(agent.model),
    turns: agent.turns,
    tokens: formatTokens(allTokens(agent.usage) + (pulse?.outputTokens ?? 0)),
    cost: money(formatUsd(cost)),
    time: (
      <Elapsed run={{ startedAt: agent.startedAt, endedAt: agent.endedAt, pausedAt: null, pausedMs: 0 }} />
    ),
    last: plainLine(why),
  }
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
        rowGrid,
        'num absolute inset-x-0 cursor-pointer border-b text-sm outline-offset-[-2px] hover:bg-hover',
        isSelected && 'bg-accent-soft',
        isLeaving && 'animate-leave opacity-0',
      )}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      {layout.columns.map(({ id, from }) => (
        <Cell
          key={id}
          className={cx(narrowing[from], cellClasses[id])}
          dir={fromOthers.has(id) ? 'auto' : undefined}
        >
          {cells[id]}
        </Cell>
      ))}
    </div>
  )
})

const cellClasses: Readonly<Record<PlacedColumn['id'], string>> = {
  state: 'flex items-center gap-1.5 text-xs',
  agent: 'truncate font-medium',
  phase: 'truncate text-ink-2',
  model: 'truncate text-ink-2',
  turns: 'text-right text-ink-2',
  tokens: 'text-right',
  cost: 'text-right',
  time: 'text-right text-ink-2',
  last: 'truncate text-ink-3',
}
/** What is written by whoever wrote the script or the answer, in their direction. */
const fromOthers: ReadonlySet<PlacedColumn['id']> = new Set(['agent', 'phase', 'last'])

type CellProps = { className: string; dir: 'auto' | undefined; children: ReactNode }

function Cell({ className, dir, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual, which a table element cannot be
    <div role="cell" dir={dir} className={className}>
      {children}
    </div>
  )
}
