import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'

import { type FilePlace, filePlace } from './file-place'

/** Something wrong at a place in a file, as a script returned it; what it did not say is null. */
export type Finding = {
  file: string
  line: number | null
  /** The page of a document. */
  page: number | null
  severity: string | null
  title: string
  detail: string
  kind: string | null
  evidence: string | null
  fix: string | null
  confidence: string | null
  verdict: string | null
}

/** `findings` is null where the result holds no list of them, and empty where it holds an empty one. */
export type ResultView = { report: string | null; findings: Finding[] | null; json: string }

const reportKeys = ['report', 'markdown', 'summary']
const titleKeys = ['title', 'name', 'issue', 'finding', 'claim', 'problem', 'message', 'summary']
const detailKeys = ['detail', 'description', 'explanation', 'why', 'reason', 'evidence', 'fix', 'suggestion']
const severityKeys = ['severity', 'priority', 'level', 'verdict']
const kindKeys = ['kind', 'category', 'rule', 'ruleId', 'check', 'cwe']

/** A result as a report, a table of findings where it has them, and always as JSON. */
export function resultView(result: Json): ResultView {
  return { report: reportOf(result), findings: findingsOf(result), json: JSON.stringify(result, null, 2) }
}

function reportOf(result: Json): string | null {
  if (typeof result === 'string') return result
  if (!isJsonObject(result)) return null
  const found = reportKeys
    .map((key) => result[key])
    .find((value) => typeof value === 'string' && value.trim() !== '')
  return typeof found === 'string' ? found : null
}

/**
 * The list that is called findings; else the longest array of objects that name a file, at the top or one
 * level below.
 */
function findingsOf(result: Json): Finding[] | null {
  const named = isJsonObject(result) && Array.isArray(result.findings) ? result.findings : null
  // What was refuted or not read names files as well, and would stand in the place of no findings.
  if (named?.length === 0) return []
  const ofThatName = named?.flatMap(readFinding) ?? []
  if (ofThatName.length > 0) return ofThatName
  const inside = isJsonObject(result) ? Object.values(result).filter(Array.isArray) : []
  const lists = Array.isArray(result) ? [result] : inside
  const found = lists.map((list) => list.flatMap(readFinding)).filter((list) => list.length > 0)
  return found.reduce<Finding[] | null>(
    (best, list) => (list.length > (best?.length ?? 0) ? list : best),
    null,
  )
}

function readFinding(value: Json): Finding[] {
  if (!isJsonObject(value)) return []
  const file = text(value, ['file', 'path', 'filePath', 'filename'])
  if (file === null) return []
  const title = text(value, titleKeys)
  const detail = text(value, detailKeys)
  return [
    {
      file,
      line: lineOf(value),
      page: pageOf(value),
      severity: text(value, severityKeys),
      title: title ?? detail ?? '',
      detail: title === null ? '' : (detail ?? ''),
      kind: text(value, kindKeys),
      evidence: text(value, ['evidence', 'snippet', 'quote']),
      fix: text(value, ['fix', 'suggestion', 'recommendation']),
      confidence: text(value, ['confidence']),
      verdict: text(value, ['verdict']),
    },
  ]
}

function lineOf(value: JsonObject): number | null {
  const line = value.line ?? value.startLine ?? value.lineNumber
  if (typeof line === 'number') return line
  return typeof line === 'string' && /^\d+/.test(line) ? Number.parseInt(line, 10) : null
}

function pageOf({ page }: JsonObject): number | null {
  return typeof page === 'number' && Number.isInteger(page) && page > 0 ? page : null
}

/** Where a finding is, as it is opened; null where its file is none that could be. */
export function placeOfFinding({ file, line, page }: Finding): FilePlace | null {
  const place = filePlace(file)
  return place && { path: place.path, line: line ?? place.line, page: page ?? place.page }
}

function text(value: JsonObject, keys: readonly string[]): string | null {
  const found = keys.map((key) => value[key]).find((part) => typeof part === 'string' && part.trim() !== '')
  return typeof found === 'string' ? found : null
}
