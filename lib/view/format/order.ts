/** An order of a list as somebody asked for it by pressing the head of a column. */
export type Order<C extends string> = { column: C; descends: boolean }

/** The order after one more press on a column's head: its natural order, the other way round, none. */
export function nextOrder<C extends string>(
  order: Order<C> | null,
  column: C,
  largestFirst: ReadonlySet<C>,
): Order<C> | null {
  const first = largestFirst.has(column)
  if (order?.column !== column) return { column, descends: first }
  return order.descends === first ? { column, descends: !first } : null
}

/** An order as the address bar holds it: `cost` or `-cost`. */
export function orderText(order: Order<string> | null): string | null {
  return order === null ? null : `${order.descends ? '-' : ''}${order.column}`
}

/** The order in the address bar; null for anything else. */
export function parseOrder<C extends string>(text: string | null, columns: readonly C[]): Order<C> | null {
  const name = text?.replace(/^-/, '')
  const column = columns.find((one) => one === name)
  return column === undefined ? null : { column, descends: text?.startsWith('-') === true }
}

/** What a column's head says of the order, for screen readers. */
export function ariaSort(order: Order<string> | null, column: string): 'none' | 'ascending' | 'descending' {
  if (order?.column !== column) return 'none'
  return order.descends ? 'descending' : 'ascending'
}
