/** A row of a list; one that leaves is drawn a moment longer, as it was when it still belonged there. */
export type Shown<T> = { row: T; isLeaving: boolean }

/** The next rows, with those that were there and are no longer, each behind the one it stood behind. */
export function withLeaving<T extends { id: string }>(
  before: readonly Shown<T>[],
  next: readonly T[],
): Shown<T>[] {
  const shown = next.map((row): Shown<T> => ({ row, isLeaving: false }))
  const staying = new Set(next.map(({ id }) => id))
  for (const [at, { row }] of before.entries()) {
    if (staying.has(row.id)) continue
    const above = before[at - 1]?.row.id
    const place = above === undefined ? 0 : shown.findIndex((one) => one.row.id === above) + 1
    shown.splice(place, 0, { row, isLeaving: true })
  }
  return shown
}
