import { toolOf } from '../situation'
import { findFunctions } from '../source'
import { wholeFiles, wholeWord } from './acting'
import { ownFiles, renameIn, searched } from './rename'
import { asksFor } from './told-answer'
import type { Worker } from './worker'

/** Lists every place of the symbol to be renamed, and what its callers rely on. */
export const findSites: Worker = (situation) => {
  const rename = renameIn(situation.task)
  if (rename === null || !asksFor(situation.schema, 'sites')) return null
  const found = searched(situation, rename.from)
  if ('kind' in found) return found
  const { calls, files, gone } = wholeFiles(situation, found)
  if (calls.length > 0) return { kind: 'calls', plan: { thought: 'I will read where it stands.', calls } }
  const sites = [...files].flatMap(([path, lines]) =>
    lines.flatMap((text, at) =>
      wholeWord(rename.from).test(text) ? [{ path, line: at + 1, text: text.trim() }] : [],
    ),
  )
  const defined = sites.find(({ text }) => isDefinition(text, rename.from))
  const contract =
    defined === undefined
      ? `\`${rename.from}\` is defined nowhere that was seen; it stands in ${files.size} files.`
      : `\`${rename.from}\` is defined at ${defined.path}:${defined.line} as \`${defined.text}\`; ${sites.length - 1} other lines in ${files.size} files rely on it, by its name alone.`
  return {
    kind: 'done',
    text: contract,
    told: { contract, definition: defined?.path ?? '', sites, summary: contract },
    gaps: gone.map(({ path, why }) => `${path}: ${why}`),
  }
}

/** Proposes, for the files it is given, how they change. */
export const proposeRename: Worker = (situation) => {
  const rename = renameIn(situation.task)
  if (rename === null || !asksFor(situation.schema, 'interface', 'steps')) return null
  const { calls, files, gone } = wholeFiles(situation, ownFiles(situation.task))
  if (calls.length > 0 && toolOf(situation, 'read') !== undefined)
    return { kind: 'calls', plan: { thought: 'I will read my files.', calls } }
  const steps = [...files].flatMap(([path, lines]) => {
    const at = lines.flatMap((line, index) => (wholeWord(rename.from).test(line) ? [index + 1] : []))
    return at.length === 0
      ? []
      : [{ path, change: `Write ${rename.to} for ${rename.from} in line ${at.join(', ')}.` }]
  })
  const taken = [...files].flatMap(([path, lines]) =>
    lines.some((line) => wholeWord(rename.to).test(line))
      ? [`${path} knows the name ${rename.to} already.`]
      : [],
  )
  return {
    kind: 'done',
    text: `${steps.length} files change.`,
    told: { interface: interfaceOf(rename), steps, open: taken, summary: `${steps.length} files change.` },
    gaps: gone.map(({ path, why }) => `${path}: ${why}`),
  }
}

/** Makes one interface of proposals, and names what they do not agree on. */
export const reconcileRename: Worker = (situation) => {
  const rename = renameIn(situation.task)
  if (rename === null || !asksFor(situation.schema, 'interface', 'decisions')) return null
  const told = interfaceOf(rename)
  const taken = [...situation.task.matchAll(/([\w./-]+) knows the name (\w+) already/g)].map(
    ([, path = '', name = '']) => `${path} has a ${name} of its own: which of both keeps the name?`,
  )
  return {
    kind: 'done',
    text: told,
    told: {
      interface: told,
      decisions: [`Every module writes ${rename.to}; nobody keeps ${rename.from} beside it.`],
      open: [...new Set(taken)],
      summary: told,
    },
    gaps: [],
  }
}

function interfaceOf({ from, to }: { from: string; to: string }): string {
  return `\`${to}\` takes the place of \`${from}\`, with the same parameters and the same result.`
}

function isDefinition(text: string, name: string): boolean {
  const lines = new Map([
    [1, text.endsWith('{') ? text : `${text} {`],
    [2, '}'],
  ])
  if (new RegExp(`\\b(?:class|const|let|var|def|function)\\s+${name}\\b`).test(text)) return true
  return findFunctions({ path: 'a.ts', lines }).some(
    (one) => one.name === name && /^export|function/.test(text),
  )
}
