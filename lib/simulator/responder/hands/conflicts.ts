import { toolOf } from '../situation'
import { type Edit, editCall, lastCall, wholeFiles } from './acting'
import { filesNamed } from './rename'
import type { Worker } from './worker'

/**
 * Makes one of two sides that stand between conflict markers: keeps both, in their order, and what is the same in
 * both once. It does not know what either means, and says so.
 */
export const resolveConflicts: Worker = (situation) => {
  const { task } = situation
  if (!/<{7}/.test(task) || !/>{7}/.test(task) || toolOf(situation, 'edit') === undefined) return null
  const named = filesNamed(task.split(/\n\s*\n/)[0] ?? task)
  const { calls, files, gone } = wholeFiles(situation, named)
  if (calls.length > 0) return { kind: 'calls', plan: { thought: 'I will read both sides.', calls } }
  const edits = [...files].flatMap(([path, lines]) => {
    const call =
      lastCall(situation, 'edit', path) === undefined ? editCall(situation, path, settled(lines)) : null
    return call === null ? [] : [call]
  })
  if (edits.length > 0) return { kind: 'calls', plan: { thought: 'I will keep both sides.', calls: edits } }
  const sentences = [...files.keys()].map(
    (path) =>
      `\`${path}\`: both sides are kept, what was merged before first; what they mean together was not judged.`,
  )
  const gaps = gone.map(({ path, why }) => `${path}: ${why}`)
  return {
    kind: 'done',
    text: [...sentences, ...gaps].join('\n'),
    told: { summary: sentences.join(' '), files: [...files.keys()], open: gaps },
    gaps,
  }
}

/** One edit for each pair of sides. */
function settled(lines: readonly string[]): Edit[] {
  const edits: Edit[] = []
  for (let at = 0; at < lines.length; at += 1) {
    if (!/^<{7}/.test(lines[at] ?? '')) continue
    const end = lines.findIndex((line, index) => index > at && /^>{7}/.test(line))
    if (end === -1) break
    const part = lines.slice(at, end + 1)
    edits.push({ oldText: part.join('\n'), newText: bothSides(part).join('\n') })
    at = end
  }
  return edits
}

function bothSides(part: readonly string[]): string[] {
  const middle = part.findIndex((line) => /^={7}/.test(line))
  const base = part.findIndex((line) => /^\|{7}/.test(line))
  const ours = part.slice(1, base === -1 ? middle : base)
  const theirs = part.slice(middle + 1, -1)
  return ours.join('\n') === theirs.join('\n')
    ? ours
    : [...ours, ...theirs.filter((line) => !ours.includes(line) || line.trim() === '')]
}
