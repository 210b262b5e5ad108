import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'

export type Finding = {
  file: string
  line: number | null
  severity: string | null
  title: string
  detail: string
}
export type ResultView = { report: string | null; findings: Finding[]; json: string }

const reportKeys = ['report', 'markdown', 'summary']
const titleKeys = ['title', 'name', 'issue', 'finding', 'claim', 'problem', 'message', 'summary']
const detailKeys = ['detail', 'description', 'evidence', 'why', 'explanation', 'reason', 'fix', 'suggestion']
const severityKeys = ['severity', 'priority', 'level', 'verdict']

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

/** The longest array of objects that name a file, at the top or one level below. */
function findingsOf(result: Json): Finding[] {
  const inside = isJsonObject(result) ? Object.values(result).filter(Array.isArray) : []
  const lists = Array.isArray(result) ? [result] : inside
  const found = lists.map((list) => list.flatMap(readFinding))
  return found.reduce<Finding[]>((best, list) => (list.length > best.length ? list : best), [])
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
      severity: text(value, severityKeys),
      title: title ?? detail ?? '',
      detail: title === null ? '' : (detail ?? ''),
    },
  ]
}

function lineOf(value: JsonObject): number | null {
  const line = value.line ?? value.startLine ?? value.lineNumber
  if (typeof line === 'number') return line
  return typeof line === 'string' && /^\d+/.test(line) ? Number.parseInt(line, 10) : null
}

function text(value: JsonObject, keys: readonly string[]): string | null {
  const found = keys.map((key) => value[key]).find((part) => typeof part === 'string' && part.trim() !== '')
  return typeof found === 'string' ? found : null
}
