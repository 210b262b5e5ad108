'use client'

import { useTable } from '@tanstack/react-table'
import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import { SortHead } from '@/components/ui/sort-head'
import type { RunSummary } from '@/lib/api/first/run-list'
import type { RunOrder } from '@/lib/core/ports/run-store'
import type { Order } from '@/lib/view/format/order'
import type { Shown } from '@/lib/view/runs/leaving'
import { type RunColumn, runColumnNames, runOrderLabels } from '@/lib/view/runs/run-columns'
import { features, rightAligned, runColumns } from './run-columns'
import { TickAll, TickRun } from './tick-run'
import type { Ticks } from './use-ticks'

const tickCell = 'w-8 py-2 pl-4 align-middle'

type Props = {
  shown: readonly Shown<RunSummary>[]
  ticks: Ticks
  columns: readonly RunColumn[]
  order: Order<RunOrder> | null
  onSort: (column: RunOrder) => void
}

/** A page of runs. Ticking with shift chooses everything between two ticks. */
export function RunTable({ shown, ticks, columns, order, onSort }: Props) {
  const visible: readonly string[] = ['title', ...columns, 'actions']
  const table = useTable({
    features,
    columns: runColumns,
    data: shown.map(({ row }) => row),
    getRowId: (run) => run.id,
  })
  const leaving = new Set(shown.flatMap(({ row, isLeaving }) => (isLeaving ? [row.id] : [])))
  return (
    <ScrollBox label="Runs" className="panel relative overflow-x-auto">
      <table className="w-full text-sm" style={{ minWidth: `${360 + columns.length * 84}px` }}>
        <thead>
          <tr className="border-b">
            <td className={tickCell}>
              <TickAll ticks={ticks} />
            </td>
            {(['title', ...runColumnNames] as const).map((column) =>
              visible.includes(column) ? (
                <SortHead
                  key={column}
                  column={column}
                  label={runOrderLabels[column]}
                  order={order}
                  isRight={rightAligned.has(column)}
                  onSort={onSort}
                />
              ) : null,
            )}
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              // What leaves is only seen leaving: nothing in it is to be pressed any more.
              inert={leaving.has(row.id)}
              className={cx(
                'border-b transition-colors last:border-0 hover:bg-hover',
                ticks.chosen.includes(row.id) && 'bg-sunken',
                leaving.has(row.id) && 'animate-leave opacity-0',
              )}
            >
              <td className={tickCell}>
                <TickRun ticks={ticks} run={row.original} />
              </td>
              {row
                .getAllCells()
                .filter((cell) => visible.includes(cell.column.id))
                .map((cell) => (
                  <td
                    key={cell.id}
                    className={cx(
                      'px-4 py-2.5',
                      cell.column.id === 'title' && 'max-w-80 align-top',
                      rightAligned.has(cell.column.id) && 'text-right',
                    )}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}
