'use client'

import { useTable } from '@tanstack/react-table'
import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { RunSummary } from '@/lib/api/runs'
import { features, rightAligned, runColumns } from './run-columns'

export function RunTable({ runs }: { runs: RunSummary[] }) {
  const table = useTable({ features, columns: runColumns, data: runs, getRowId: (run) => run.id })
  return (
    <ScrollBox label="Runs" className="panel relative overflow-x-auto">
      <table className="w-full min-w-[860px] text-sm">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b">
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  className={cx('eyebrow px-4 py-2 text-left', rightAligned.has(header.column.id) && 'text-right')}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className="border-b transition-colors last:border-0 hover:bg-hover">
              {row.getAllCells().map((cell) => (
                <td
                  key={cell.id}
                  className={cx(
                    'px-4 py-2.5',
                    cell.column.id === 'title' && 'max-w-80',
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
