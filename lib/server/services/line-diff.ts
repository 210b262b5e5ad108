import { structuredPatch } from 'diff'
import type { DiffLine } from '@/lib/api/workflows'
import { cutWithCount } from '@/lib/core/base/cut-text'

/** Changed lines with three around them, in groups. */
export type LineDiff = {
  /** How many lines there are in all, of which the groups show as many as anybody reads. */
  added: number
  removed: number
  hunks: DiffLine[][]
  isCut: boolean
}

/** Most changes searched for; two texts with more are shown as one replaced by the other. */
const MOST_EDITS = 2_000
const MOST_SHOWN = 5_000
const LONGEST_LINE = 2_000

/** What changed between two texts. Takes the square of what changed: only for a thread that can be killed. */
export function diffLines(before: string, after: string): LineDiff {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_EDITS,
  })
  if (patch === undefined) return replaced(before, after)
  const hunks = patch.hunks.map((hunk) => numbered(hunk.lines, hunk.oldStart, hunk.newStart))
  const count = (kind: DiffLine['kind']) =>
    hunks.reduce((sum, hunk) => sum + hunk.filter((line) => line.kind === kind).length, 0)
  return { added: count('added'), removed: count('removed'), ...shown(hunks) }
}

/** Two texts as one replaced by the other. */
export function replaced(before: string, after: string): LineDiff {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const hunk = [
    ...old.first.map((text, at): DiffLine => ({ kind: 'removed', from: at + 1, to: null, text: cut(text) })),
    ...fresh.first.map((text, at): DiffLine => ({ kind: 'added', from: null, to: at + 1, text: cut(text) })),
  ]
  const isCut = old.count > old.first.length || fresh.count > fresh.first.length
  return { added: fresh.count, removed: old.count, hunks: [hunk], isCut }
}

/** The first lines of a text, and how many it has. */
function linesOf(text: string): { first: string[]; count: number } {
  const first: string[] = []
  let count = 0
  for (let from = 0; from <= text.length; count++) {
    const newline = text.indexOf('\n', from)
    const end = newline === -1 ? text.length : newline
    if (first.length < MOST_SHOWN / 2) first.push(text.slice(from, end))
    from = end + 1
  }
  return { first, count }
}

function shown(all: readonly DiffLine[][]): Pick<LineDiff, 'hunks' | 'isCut'> {
  const hunks: DiffLine[][] = []
  let left = MOST_SHOWN
  for (const hunk of all) {
    if (left === 0) break
    hunks.push(hunk.slice(0, left))
    left -= Math.min(left, hunk.length)
  }
  return { hunks, isCut: all.reduce((sum, hunk) => sum + hunk.length, 0) > MOST_SHOWN }
}

function numbered(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  let [from, to] = [oldStart, newStart]
  return lines.flatMap((line): DiffLine[] => {
    const text = cut(line.slice(1))
    switch (line[0]) {
      case '+':
        return [{ kind: 'added', from: null, to: to++, text }]
      case '-':
        return [{ kind: 'removed', from: from++, to: null, text }]
      case ' ':
        return [{ kind: 'same', from: from++, to: to++, text }]
      default:
        // "\ No newline at end of file" is about the line before, and no line itself.
        return []
    }
  })
}

function cut(line: string): string {
  return cutWithCount(line, LONGEST_LINE)
}
