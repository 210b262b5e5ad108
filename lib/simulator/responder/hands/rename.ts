import { findMentions, folderOf, looksLikeFile, tidyPath } from '../paths'
import { parseHits } from '../results'
import { type Situation, toolOf } from '../situation'
import { editCall, editsBetween, lastCall, wholeFiles, wholeWord } from './acting'
import type { Work, Worker } from './worker'

/** A rename that a request asks for. */
export type Rename = { from: string; to: string }

const NAME = '[`"\'«“]?([A-Za-z_$][\\w$]*)[`"\'»”]?'
const ASKED = [
  new RegExp(
    `\\brenam(?:e|es|ing)\\s+(?:the\\s+)?(?:symbol|function|class|method|variable|constant|type|export)?\\s*${NAME}\\s+(?:to|into|as)\\s+${NAME}`,
    'i',
  ),
  new RegExp(
    `\\bbenenne\\s+(?:das\\s+|die\\s+|den\\s+)?(?:Symbol|Funktion|Klasse)?\\s*${NAME}\\s+in\\s+${NAME}`,
    'i',
  ),
]

/** The rename that a text asks for; null where it asks for none. */
export function renameIn(text: string): Rename | null {
  for (const asked of ASKED) {
    const [, from, to] = asked.exec(text) ?? []
    if (from !== undefined && to !== undefined && from !== to) return { from, to }
  }
  return null
}

/**
 * Renames a symbol: reads the files that are named (or, where none is, those that a search shows), replaces every
 * place where it stands as a whole word, and says how many there were.
 */
export const renameSymbol: Worker = (situation) => {
  const rename = renameIn(situation.task)
  if (rename === null || toolOf(situation, 'edit') === undefined) return null
  const named = ownFiles(situation.task)
  const everywhere = named.length > 0 ? named : searched(situation, rename.from)
  if ('kind' in everywhere) return everywhere
  const folder = ownFolder(situation.task)
  const found = everywhere.filter((path) => folder === null || folderOf(path) === folder)
  const { calls, files, gone } = wholeFiles(situation, found)
  if (calls.length > 0) return { kind: 'calls', plan: { thought: 'I will read the files first.', calls } }
  return edited(situation, rename, files) ?? renamed(situation, rename, files, gone)
}

/** Edits that are still to be made; null when all are. */
function edited(situation: Situation, { from, to }: Rename, files: Map<string, string[]>): Work | null {
  const calls = [...files].flatMap(([path, lines]) => {
    const after = lines.map((line) => line.replace(wholeWord(from), () => to))
    const edits = editsBetween(lines, after)
    const call = lastCall(situation, 'edit', path) === undefined ? editCall(situation, path, edits) : null
    return call === null ? [] : [call]
  })
  return calls.length === 0
    ? null
    : { kind: 'calls', plan: { thought: `I will rename ${from} in ${calls.length} files.`, calls } }
}

function renamed(
  situation: Situation,
  { from, to }: Rename,
  files: Map<string, string[]>,
  gone: readonly { path: string; why: string }[],
): Work {
  const places = [...files].map(([path, lines]) => ({
    path,
    places: lines.reduce((sum, line) => sum + [...line.matchAll(wholeWord(from))].length, 0),
    failed: lastCall(situation, 'edit', path)?.isError === true,
  }))
  const done = places.filter((one) => one.places > 0 && !one.failed)
  const gaps = [
    ...gone.map(({ path, why }) => `${path}: ${why}`),
    ...places.filter(({ failed }) => failed).map(({ path }) => `${path} could not be edited.`),
    ...[...files].flatMap(([path, lines]) =>
      lines.some((line) => wholeWord(to).test(line)) ? [`${path} knew the name ${to} before.`] : [],
    ),
  ]
  const list = done.map(
    ({ path, places: count }) => `- \`${path}\`: ${count} ${count === 1 ? 'place' : 'places'}`,
  )
  const head =
    done.length === 0 ? `\`${from}\` stands in none of these files.` : `Renamed \`${from}\` to \`${to}\`:`
  const text = [
    head,
    ...list,
    ...(gaps.length === 0 ? [] : ['', 'Open:', ...gaps.map((gap) => `- ${gap}`)]),
  ].join('\n')
  return {
    kind: 'done',
    text,
    told: {
      summary: head,
      changed: done.map(({ path }) => path),
      files: done.map(({ path }) => path),
      places: done.reduce((sum, one) => sum + one.places, 0),
      open: gaps,
    },
    gaps,
  }
}

/** The folder to whose own files a request keeps somebody; null where it does not. */
function ownFolder(task: string): string | null {
  const named = /\bfiles under `([^`]+)`[^.\n]*\bonly\b|\bonly the files under `([^`]+)`/i.exec(task)
  return named === null ? null : tidyPath(named[1] ?? named[2] ?? '.')
}

/** Files that a request says are its own and no others; where it says nothing of the kind, those it names. */
export function ownFiles(task: string): string[] {
  const list = /\bonly\b[^\n]*\bfiles?\b[^\n]*:\n((?:\s*- .*(?:\n|$))+)/i.exec(task)?.[1]
  return filesNamed(list ?? task)
}

/** Files that a text names as paths, in order. */
export function filesNamed(text: string): string[] {
  return findMentions(text).flatMap(({ path, isSure }) =>
    isSure && looksLikeFile(path) ? [tidyPath(path)] : [],
  )
}

/** Files in which a search shows the name; the search itself where none was made. */
export function searched(situation: Situation, name: string): string[] | Extract<Work, { kind: 'calls' }> {
  const tool = toolOf(situation, 'search')
  const pattern = tool?.arguments.pattern
  if (tool === undefined || pattern === undefined) return []
  const made = situation.calls.find(
    (call) => call.kind === 'search' && String(call.input[pattern]).includes(name),
  )
  if (made === undefined) {
    const limit = tool.arguments.limit === undefined ? {} : { [tool.arguments.limit]: 500 }
    const input = { [pattern]: `\\b${name}\\b`, ...limit }
    return { kind: 'calls', plan: { thought: `I will look where ${name} stands.`, calls: [{ tool, input }] } }
  }
  const hits = parseHits(made.text).filter(({ text }) => wholeWord(name).test(text))
  return [...new Set(hits.map(({ path }) => path))]
}
