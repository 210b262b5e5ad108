import { stringOf } from '../../wire/json'
import { findJson } from '../claims'
import { tidyPath } from '../paths'
import { toolOf } from '../situation'
import { editCall, editsBetween, lastCall, wholeFile } from './acting'
import { objectsWith } from './told-answer'
import type { Work, Worker } from './worker'

/** Repairs that are the same wherever the line stands; null takes the line out. */
const REPAIRS: readonly { holds: RegExp; from: RegExp; to: string | null; said: string }[] = [
  {
    holds: /createHash\((['"])(?:md5|sha1)\1\)/,
    from: /createHash\((['"])(?:md5|sha1)\1\)/,
    to: "createHash('sha256')",
    said: 'SHA-256 takes the place of the weak hash',
  },
  {
    holds: /\.innerHTML\s*=(?!=)/,
    from: /\.innerHTML(\s*=)/,
    to: '.textContent$1',
    said: 'the text is set as text',
  },
  {
    holds: /^\s*console\.(?:log|debug)\([^()]*(?:\([^()]*\)[^()]*)*\);?\s*$/,
    from: /.*/,
    to: null,
    said: 'the debugging output is gone',
  },
  {
    holds: /shell\s*=\s*True/,
    from: /shell\s*=\s*True/,
    to: 'shell=False',
    said: 'no shell reads the command',
  },
]

/** Fixes one finding where a repair of its line is known; anything else it leaves alone, and says so. */
export const fixFinding: Worker = (situation) => {
  if (!/\bfix\b[^\n]*\b(?:defect|finding)/i.test(situation.task) || toolOf(situation, 'edit') === undefined)
    return null
  const [finding] = objectsWith(findJson(situation.task), 'file', 'line')
  if (finding === undefined) return null
  const path = tidyPath(stringOf(finding.file))
  const file = wholeFile(situation, path)
  if (file === null || file.kind === 'gone') return left(`${path} cannot be read.`)
  if (file.kind === 'read')
    return { kind: 'calls', plan: { thought: 'I will read the place.', calls: [file.call] } }
  const at = Number(finding.line) - 1
  const line = file.lines[at] ?? ''
  const repair = REPAIRS.find(({ holds }) => holds.test(line))
  if (repair === undefined)
    return left(`No repair of ${path}:${at + 1} is known that would be right without understanding more.`)
  const edit = lastCall(situation, 'edit', path)
  if (edit !== undefined)
    return edit.isError
      ? left(`${path} could not be edited.`)
      : {
          kind: 'done',
          text: `Fixed ${path}:${at + 1}: ${repair.said}.`,
          told: { summary: repair.said },
          gaps: [],
        }
  const after = file.lines.map((text, index) =>
    index === at ? text.replace(repair.from, repair.to ?? '') : text,
  )
  const [change] = editsBetween(file.lines, after)
  const taken = change !== undefined && repair.to === null ? { oldText: `${line}\n`, newText: '' } : change
  const call = taken === undefined ? null : editCall(situation, path, [taken])
  return call === null
    ? left('Nothing here edits files.')
    : { kind: 'calls', plan: { thought: 'I will repair the line.', calls: [call] } }
}

function left(why: string): Work {
  const text = `Not fixed. ${why}`
  return { kind: 'done', text, told: { summary: text }, gaps: [text] }
}
