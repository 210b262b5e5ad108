'use client'

import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { ColumnMenu } from '@/components/ui/actions/column-menu'
import { cx } from '@/components/ui/class-names'
import { EmptyState } from '@/components/ui/states/empty-state'
import { useSelection } from '@/lib/client/run/select-agent'
import { useAgentColumns } from '@/lib/client/run/use-agent-columns'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import { useThrottledRows } from '@/lib/client/run/use-throttled-rows'
import type { AgentState } from '@/lib/core/agent/agent'
import {
  type AgentFilter,
  isFiltering,
  nextSort,
  parseSort,
  passingCount,
  stillPassing,
  type TableLine,
  tableLines,
} from '@/lib/view/agent/agent-rows'
import { agentColumnLabels, agentColumnNames, tableLayout } from '@/lib/view/agent/table-columns'
import { formatCount } from '@/lib/view/format/numbers'
import { orderText } from '@/lib/view/format/order'
import { AgentRow } from './agent-row'
import { ColumnHead } from './column-head'
import { columns, features, narrowing, rowGrid, tableTracks } from './columns'

const rowHeight = 34
const headHeight = 28

/**
 * Every agent by phase, failures first, unless another order is asked for. Rows change in place; their order
 * is renewed once a second, never under the pointer.
 */
export function AgentTable({ filter }: { filter: AgentFilter }) {
  const { agentId, select } = useSelection()
  const [url, setUrl] = useRunUrl()
  const sort = parseSort(url.sort)
  const scroller = useRef<HTMLDivElement>(null)
  const { rows: data, total, hold, release } = useThrottledRows(filter, url.sort)
  const table = useTable({ features, columns, data, getRowId: (agent) => agent.id })
  const rows = table.getRowModel().rows
  const titleOf = filter.groups?.titleOf
  const lines = useMemo(() => tableLines(data, sort === null, titleOf), [data, sort === null, titleOf])
  const isGrouped = lines.some(({ kind }) => kind === 'phase')
  const { chosen, setChosen } = useAgentColumns()
  const layout = useMemo(
    // The heads of phases say what the column would repeat.
    () => tableLayout(chosen.filter((name) => !isGrouped || name !== 'phase')),
    [chosen, isGrouped],
  )
  const byId = useMemo(() => new Map(data.map((agent) => [agent.id, agent])), [data])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'phase' ? headHeight : rowHeight),
    overscan: 12,
    getItemKey: (index) => keyOf(lines[index]) ?? index,
  })
  // Lines of two heights: what was measured for one order is wrong for the next.
  useEffect(() => virtual.measure(), [lines])
  const selectedIndex = lines.findIndex((line) => line.kind === 'agent' && line.agentId === agentId)
  const scrollTo = virtual.scrollToIndex
  // Follows the selection only, never a new order of rows.
  useEffect(() => {
    if (selectedIndex >= 0) scrollTo(selectedIndex, { align: 'auto' })
  }, [agentId])
  return (
    <div className="@container flex h-[62dvh] flex-col bg-surface lg:h-full" style={tableTracks(layout)}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are virtual, which a table element cannot be */}
      <div
        role="table"
        aria-label="Agents"
        aria-rowcount={rows.length + 1}
        className="flex min-h-0 flex-1 flex-col"
      >
        {table.getHeaderGroups().map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: see the table above
          // biome-ignore lint/a11y/useFocusableInteractive: see the table above
          <div key={group.id} role="row" className={cx(rowGrid, 'eyebrow h-8 shrink-0 border-b bg-surface')}>
            {layout.columns.map(({ id, from }) => {
              const header = group.headers.find(({ column }) => column.id === id)
              if (header === undefined) return null
              return (
                <ColumnHead
                  key={id}
                  id={id}
                  className={narrowing[from]}
                  sort={sort}
                  onSort={(column) => void setUrl({ sort: orderText(nextSort(sort, column)) })}
                >
                  <table.FlexRender header={header} />
                </ColumnHead>
              )
            })}
          </div>
        ))}
        {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
        <div
          ref={scroller}
          role="rowgroup"
          className="min-h-0 flex-1 overflow-y-auto"
          onPointerEnter={hold}
          onPointerLeave={release}
        >
          <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index]
              if (line === undefined) return null
              // The label of a row says the agent; the heads help the eye through a thousand rows.
              if (line.kind === 'phase')
                return (
                  <div
                    key={item.key}
                    aria-hidden="true"
                    className="absolute inset-x-0 flex items-center gap-2 border-b bg-sunken px-4 text-xs font-medium sm:px-5"
                    style={{ transform: `translateY(${item.start}px)`, height: headHeight }}
                  >
                    {line.title}
                    <span className="num font-normal text-ink-3">{formatCount(line.count)}</span>
                  </div>
                )
              const row = byId.get(line.agentId)
              if (row === undefined) return null
              return (
                <AgentRow
                  key={item.key}
                  row={row}
                  filter={filter}
                  layout={layout}
                  index={line.index}
                  isSelected={line.agentId === agentId}
                  top={item.start}
                  height={rowHeight}
                  onSelect={select}
                />
              )
            })}
          </div>
        </div>
      </div>
      {rows.length === 0 && (
        <EmptyState title={isFiltering(filter) ? 'No agent matches this filter' : 'No agents yet'}>
          {isFiltering(filter)
            ? 'Clear the filter, or press Escape.'
            : 'Rows appear when the script calls agent().'}
        </EmptyState>
      )}
      <div className="flex shrink-0 items-center justify-between gap-3 border-t bg-surface px-4 py-1 sm:px-5">
        <TableFoot rows={data} filter={filter} total={total} isSorted={sort !== null} />
        <ColumnMenu
          names={agentColumnNames}
          labels={agentColumnLabels}
          shown={chosen}
          onShown={setChosen}
          size="sm"
        />
      </div>
    </div>
  )
}

function keyOf(line: TableLine | undefined): string | null {
  if (line === undefined) return null
  return line.kind === 'phase' ? `phase ${line.title}` : line.agentId
}

type FootProps = { rows: readonly AgentState[]; filter: AgentFilter; total: number; isSorted: boolean }

/** Counts what is seen: rows that fade are no longer in it, those that have still to join are told of. */
function TableFoot({ rows, filter, total, isSorted }: FootProps) {
  const shown = useRunView(({ state }) => (state === null ? 0 : stillPassing(state.agents, rows, filter)))
  const passing = useRunView(({ state }) => (state === null ? 0 : passingCount(state.agents, filter)))
  return (
    <p className="num min-w-0 text-xs text-ink-3">
      {formatCount(shown)} of {formatCount(total)} agents
      {!isSorted && ', by phase, failures first'}
      {passing > shown && `, ${formatCount(passing - shown)} more in a moment`}
    </p>
  )
}
