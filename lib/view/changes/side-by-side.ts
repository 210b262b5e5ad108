import type { DiffLine } from '@/lib/api/workflows'

/** A line before and what stands in its place after; null where there is none. */
export type LinePair = { before: DiffLine | null; after: DiffLine | null }

/** Lines of a hunk as two columns: what was removed stands beside what was added in its place. */
export function sideBySide(hunk: readonly DiffLine[]): LinePair[] {
  const pairs: LinePair[] = []
  let removed: DiffLine[] = []
  let added: DiffLine[] = []
  const settle = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1)
      pairs.push({ before: removed[at] ?? null, after: added[at] ?? null })
    removed = []
    added = []
  }
  for (const line of hunk) {
    if (line.kind === 'removed') {
      // A removal after additions begins another place.
      if (added.length > 0) settle()
      removed.push(line)
    } else if (line.kind === 'added') added.push(line)
    else {
      settle()
      pairs.push({ before: line, after: line })
    }
  }
  settle()
  return pairs
}
