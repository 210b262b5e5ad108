import { ArrowDown, ArrowUp } from 'lucide-react'
import { ariaSort, type Order } from '@/lib/view/format/order'
import { cx } from './class-names'

type Props<C extends string> = {
  column: C
  label: string
  order: Order<C> | null
  isRight?: boolean
  onSort: (column: C) => void
}

/** The head of a column that sorts: one press in its natural order, a second reverses it, a third ends it. */
export function SortHead<C extends string>({ column, label, order, isRight = false, onSort }: Props<C>) {
  const own = order?.column === column ? order : null
  const Arrow = own?.descends ? ArrowDown : ArrowUp
  const arrow = own !== null && <Arrow aria-hidden="true" className="size-3" />
  return (
    <th
      scope="col"
      aria-sort={ariaSort(order, column)}
      className={cx('eyebrow px-4 py-1.5', isRight ? 'text-right' : 'text-left')}
    >
      <button
        type="button"
        onClick={() => onSort(column)}
        className={cx(
          '-mx-1 inline-flex h-6 items-center gap-1 whitespace-nowrap rounded-sm px-1 hover:bg-hover hover:text-ink',
          own !== null && 'text-ink',
        )}
      >
        {isRight && arrow}
        {label}
        {!isRight && arrow}
      </button>
    </th>
  )
}
