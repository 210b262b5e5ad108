import { cutText } from '@/lib/core/base/cut-text'
import { type Evidence, modulesOf } from './evidence'
import { type Finding, SEVERITY_NAMES } from './finding'
import { keySentences } from './sentences'
import type { Role } from './words'
import { asksForScript, writeScript } from './write-script'

/** A folder or a file that was seen in a listing. */
export interface Place {
  path: string
  files: string[]
}

/** All that an answer may be made of: nothing else is ever reported. */
export interface Material {
  findings: Finding[]
  modules: Place[]
  files: string[]
  /** Bytes of the files whose size is known. */
  sizes: ReadonlyMap<string, number>
  filesRead: number
  /** What came of checking the claims; null when nothing was claimed or nothing could be seen. */
  verdict: boolean | null
  hasClaims: boolean
  reason: string
  gaps: string[]
  sentences: string[]
  /** The workflow that the request asks to have written; null when it asks for none. */
  script: string | null
  /** Cap on the length of lists that the prompt names, if it does. */
  most: number
  /** How many things the prompt asks for, if it says a number. */
  wanted: number
}

/** What one part of an answer is about. */
export type Subject =
  | { kind: 'whole' }
  | { kind: 'finding'; finding: Finding }
  | { kind: 'place'; place: Place }
  | { kind: 'text'; text: string }

/** How many parts a plan has where the prompt names no number. */
const USUALLY_WANTED = 3
const NUMBER_AFTER_MOST =
  /(?:at most|no more than|up to|maximum(?: of)?|max\.?|höchstens|maximal|bis zu|como máximo|hasta|máximo|au plus|au maximum|jusqu[’']à|最大|上限|多くても)\s*(\d{1,3})|(\d{1,3})\s*(?:件|個|つ)?(?:まで|以内|以下)/iu

/** Puts together what was found and read. */
export function gatherMaterial(
  task: string,
  evidence: Evidence,
  findings: Finding[],
  judged: readonly Finding[],
): Material {
  const most = NUMBER_AFTER_MOST.exec(task)
  const decided = judged.filter((claim) => claim.holds !== null)
  const gaps = evidence.gaps.map(
    (gap) => `${gap.path} could not be ${gap.kind === 'list' ? 'listed' : 'read'}: ${gap.reason}`,
  )
  return {
    findings,
    modules: modulesOf(evidence),
    files: evidence.files,
    sizes: evidence.sizes,
    filesRead: evidence.seen.size,
    verdict: decided.length === 0 ? null : decided.every((claim) => claim.holds === true),
    hasClaims: judged.length > 0,
    reason: judged
      .map((claim) => claim.reason)
      .filter(Boolean)
      .slice(0, 5)
      .join(' '),
    gaps: [...new Set(gaps)],
    sentences: keySentences(task, 12),
    script: asksForScript(task) ? writeScript(task, evidence) : null,
    most: Number(most?.[1] ?? most?.[2] ?? Number.POSITIVE_INFINITY),
    wanted: Number(/(?<![\w.:#/-])([2-9]|1\d|20)(?![\w.:/%-])/.exec(task)?.[1] ?? USUALLY_WANTED),
  }
}

/** A sentence or value for a text field, by what its name means and what it is about. */
export function textFor(role: Role | null, subject: Subject, material: Material, turn: number): string {
  switch (subject.kind) {
    case 'finding':
      return findingText(role, subject.finding, turn)
    case 'place':
      return placeText(role, subject.place)
    case 'text':
      return partText(role, subject.text)
    case 'whole':
      return wholeText(role, material, turn)
  }
}

/** What was done and found, in one or two sentences. */
export function summaryOf(material: Material): string {
  const { findings, modules, filesRead, gaps } = material
  const parts: string[] = []
  if (material.hasClaims && material.reason !== '') parts.push(material.reason)
  else if (findings.length > 0) {
    const worst = findings[0]
    const counts = SEVERITY_NAMES.map((name, severity) => ({
      name,
      count: findings.filter((finding) => finding.severity === severity).length,
    }))
    const spread = counts
      .filter(({ count }) => count > 0)
      .toReversed()
      .map(({ name, count }) => `${count} ${name}`)
    parts.push(`${findings.length} finding${findings.length === 1 ? '' : 's'} (${spread.join(', ')}).`)
    if (worst !== undefined) parts.push(`The most serious: ${worst.title} at ${worst.path}:${worst.line}.`)
  } else if (filesRead > 0)
    parts.push(
      `${filesRead} file${filesRead === 1 ? ' was' : 's were'} read and none of the checks found anything.`,
    )
  else if (modules.length > 0)
    parts.push(
      `${modules.length} folder${modules.length === 1 ? ' holds' : 's hold'} source files: ${modules
        .slice(0, 6)
        .map(({ path }) => path)
        .join(', ')}.`,
    )
  else parts.push(...material.sentences.slice(0, 2))
  if (gaps.length > 0) parts.push(`Not everything could be seen: ${gaps[0]}.`)
  return parts.join(' ') || 'The request gives nothing to work from.'
}

/** Short where a name is wanted, whole where a text is. */
function partText(role: Role | null, text: string): string {
  const words = text.split(' ')
  if (role === 'title' || role === 'name') return words.slice(0, 8).join(' ')
  if (role === 'id')
    return words
      .slice(0, 4)
      .join('-')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}-]+/gu, '')
  return text
}

function findingText(role: Role | null, finding: Finding, turn: number): string {
  switch (role) {
    case 'path':
    case 'folder':
      return finding.path
    case 'line':
      return String(finding.line)
    case 'endLine':
      return String(finding.endLine)
    case 'location':
      return `${finding.path}:${finding.line}`
    case 'severity':
      return SEVERITY_NAMES[finding.severity] ?? 'medium'
    case 'evidence':
      return finding.evidence
    case 'suggestion':
      return finding.suggestion || 'Look at the line and decide.'
    case 'category':
      return finding.category || (finding.check ?? 'other')
    case 'title':
    case 'name':
      return finding.title
    case 'id':
      return `${finding.path}:${finding.line}:${finding.check ?? 'claim'}`
    case 'verdict':
      return verdictWord(finding.holds)
    case null:
      // Names in no table: file, title, explanation, evidence, in the order people write them.
      return (
        [finding.path, finding.title, finding.explanation, finding.evidence, finding.suggestion][turn] ??
        finding.reason
      )
    default:
      return finding.holds === true && finding.check !== null
        ? finding.explanation
        : finding.reason || finding.explanation
  }
}

function placeText(role: Role | null, place: Place): string {
  const base = place.path === '.' ? 'root' : (place.path.split('/').at(-1) ?? place.path)
  const extensions = [...new Set(place.files.map((file) => file.split('.').at(-1) ?? ''))]
  if (role === 'path' || role === 'folder' || role === 'id' || role === 'location') return place.path
  if (role === 'name' || role === 'title') return base
  if (role === 'language') return extensions.join(', ')
  const names = place.files.slice(0, 3).map((file) => file.split('/').at(-1))
  const amount = `${place.files.length} source file${place.files.length === 1 ? '' : 's'}`
  return place.files.length === 0 ? place.path : `Holds ${amount}, among them ${names.join(', ')}.`
}

function wholeText(role: Role | null, material: Material, turn: number): string {
  const first = material.findings[0]
  switch (role) {
    case 'script':
      return material.script ?? summaryOf(material)
    case 'path':
      return first?.path ?? material.files[0] ?? ''
    case 'folder':
      return material.modules[0]?.path ?? '.'
    case 'location':
      return first === undefined ? '' : `${first.path}:${first.line}`
    case 'evidence':
      return first?.evidence ?? material.reason
    case 'suggestion':
      return first?.suggestion || 'Nothing needs to be done on this evidence.'
    case 'title':
    case 'name':
      return first?.title ?? cutText(material.sentences[0] ?? 'Answer', 80)
    case 'verdict':
      return verdictWord(material.verdict)
    case 'severity':
      return SEVERITY_NAMES[first?.severity ?? 0] ?? 'info'
    case 'gaps':
      return material.gaps.join(' ') || 'None.'
    case 'explanation':
      return material.reason || summaryOf(material)
    case 'language':
      return [...new Set(material.files.map((file) => file.split('.').at(-1) ?? ''))].slice(0, 5).join(', ')
    case null:
      return turn === 0 ? summaryOf(material) : (material.sentences[turn] ?? summaryOf(material))
    default:
      return summaryOf(material)
  }
}

function verdictWord(holds: boolean | null): string {
  if (holds === null) return 'unverified'
  return holds ? 'confirmed' : 'refuted'
}
