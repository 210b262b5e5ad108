'use client'

import { useTable } from '@tanstack/react-table'
import { useRef } from 'react'
import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { RunSummary } from '@/lib/api/runs'
import { ticked } from '@/lib/view/format/selection'
import { features, rightAligned, runColumns } from './run-columns'

const tickCell = 'w-8 py-2 pl-4 align-middle'
const box = 'size-4 accent-accent align-middle'

type Props = { runs: RunSummary[]; chosen: readonly string[]; onChoose: (chosen: string[]) => void }

/** A page of runs. Ticking with shift chooses everything between two ticks. */
export function RunTable({ runs, chosen, onChoose }: Props) {
  const lastTicked = useRef<string | null>(null)
  const ids = runs.map((run) => run.id)
  const chosenHere = ids.filter((id) => chosen.includes(id))
  const isAll = chosenHere.length === ids.length
  const tick = (id: string, isChosen: boolean, isRange: boolean) => {
    onChoose(ticked(ids, chosen, id, isChosen, isRange ? lastTicked.current : null))
    lastTicked.current = id
  }
  const table = useTable({ features, columns: runColumns, data: runs, getRowId: (run) => run.id })
  return (
    <ScrollBox label="Runs" className="panel relative overflow-x-auto">
      <table className="w-full min-w-[860px] text-sm">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b">
              <td className={tickCell}>
                <input
                  type="checkbox"
                  className={box}
                  aria-label="Select every run of this page"
                  checked={isAll}
                  ref={(input) => {
                    if (input !== null) input.indeterminate = !isAll && chosenHere.length > 0
                  }}
                  onChange={() =>
                    onChoose(
                      isAll ? chosen.filter((id) => !ids.includes(id)) : [...new Set([...chosen, ...ids])],
                    )
                  }
                />
              </td>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  className={cx(
                    'eyebrow px-4 py-2 text-left',
                    rightAligned.has(header.column.id) && 'text-right',
                  )}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              className={cx(
                'border-b transition-colors last:border-0 hover:bg-hover',
                chosen.includes(row.id) && 'bg-sunken',
              )}
            >
              <td className={tickCell}>
                <input
                  type="checkbox"
                  className={box}
                  aria-label={`Select ${row.original.title}`}
                  checked={chosen.includes(row.id)}
                  onChange={(event) => tick(row.id, event.target.checked, isShiftHeld(event.nativeEvent))}
                />
              </td>
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

/** A tick is a click, by mouse or by key, and its event knows the keys that were held. */
function isShiftHeld(event: Event): boolean {
  return event instanceof MouseEvent && event.shiftKey
}
