import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '@/components/ui/class-names'
import { type AgentSort, type SortColumn, sortColumns } from '@/lib/view/agent/agent-rows'
import { rightAligned } from './columns'

type Props = {
  id: string
  /** What leaves it out of a table that is too narrow. */
  className: string
  sort: AgentSort | null
  onSort: (column: SortColumn) => void
  children: ReactNode
}

/** A column's head; pressing it sorts by the column, a second press reverses the order, a third ends it. */
export function ColumnHead({ id, className, sort, onSort, children }: Props) {
  const column = sortColumns.find((one) => one === id)
  const own = sort !== null && sort.column === column ? sort : null
  const Arrow = own?.descends ? ArrowDown : ArrowUp
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are virtual, which a table element cannot be
    // biome-ignore lint/a11y/useFocusableInteractive: the button inside takes the focus
    <div
      role="columnheader"
      aria-sort={own === null ? 'none' : own.descends ? 'descending' : 'ascending'}
      className={cx(className, 'flex min-w-0', rightAligned.has(id) && 'justify-end')}
    >
      {column === undefined ? (
        children
      ) : (
        <button
          type="button"
          onClick={() => onSort(column)}
          className={cx(
            '-mx-1 flex h-6 items-center gap-1 rounded-sm px-1 hover:bg-hover hover:text-ink',
            own !== null && 'text-ink',
          )}
        >
          {own !== null && rightAligned.has(id) && <Arrow aria-hidden="true" className="size-3" />}
          {children}
          {own !== null && !rightAligned.has(id) && <Arrow aria-hidden="true" className="size-3" />}
        </button>
      )}
    </div>
  )
}
