import type { DiffLine } from '@/lib/api/workflows'

/**
 * Above this many pairs of lines the texts are shown as one replaced by the other: computing the table would
 * take too long.
 */
const MOST_PAIRS = 1_000_000

/** Two texts line by line: what stayed, what went and what came, by their longest common part. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [from, to] = [before.split('\n'), after.split('\n')]
  const lengths = from.length * to.length > MOST_PAIRS ? null : commonLengths(from, to)
  const lines: DiffLine[] = []
  let [a, b] = [0, 0]
  while (a < from.length || b < to.length) {
    const [left, right] = [from[a], to[b]]
    const length = (row: number, column: number) => lengths?.[row]?.[column] ?? 0
    if (lengths !== null && left !== undefined && left === right) {
      a += 1
      b += 1
      lines.push({ kind: 'same', from: a, to: b, text: left })
    } else if (left !== undefined && (right === undefined || length(a + 1, b) >= length(a, b + 1))) {
      a += 1
      lines.push({ kind: 'removed', from: a, to: null, text: left })
    } else if (right !== undefined) {
      b += 1
      lines.push({ kind: 'added', from: null, to: b, text: right })
    }
  }
  return lines
}

/** Length of the longest common part of what follows each pair of places. */
function commonLengths(from: readonly string[], to: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1))
  for (let a = from.length - 1; a >= 0; a -= 1)
    for (let b = to.length - 1; b >= 0; b -= 1) {
      const [row, below] = [rows[a], rows[a + 1]]
      if (row === undefined || below === undefined) continue
      row[b] = from[a] === to[b] ? (below[b + 1] ?? 0) + 1 : Math.max(below[b] ?? 0, row[b + 1] ?? 0)
    }
  return rows
}
