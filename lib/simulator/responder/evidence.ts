import { cutText } from '@/lib/core/base/cut-text'
import { stringOf } from '../wire/json'
import { CHECKS } from './checks'
import type { Finding } from './finding'
import { folderOf, looksLikeFile, SOURCE_FILE, tidyPath } from './paths'
import { parseFile, parseHits, parseListing, type SeenLine } from './results'
import type { EarlierCall, Situation } from './situation'

/** What the tools have shown so far. Nothing else may be reported. */
export interface Evidence {
  /** Every file and folder listed, in order. */
  files: string[]
  folders: string[]
  /** Bytes of the files whose listing told their size. */
  sizes: Map<string, number>
  /** Folders whose listing arrived. */
  listed: Set<string>
  hits: SeenLine[]
  seen: Map<string, Map<number, string>>
  /** Reads that came back shorter than asked: the file ends there. */
  ended: Set<string>
  /** What was asked for and could not be had. */
  gaps: { path: string; kind: string; reason: string }[]
}

/** Gathers what all earlier tool calls returned. */
export function gatherEvidence(situation: Situation): Evidence {
  const evidence: Evidence = {
    files: [],
    folders: [],
    sizes: new Map(),
    listed: new Set(),
    hits: [],
    seen: new Map(),
    ended: new Set(),
    gaps: [],
  }
  for (const call of situation.calls) note(evidence, call)
  evidence.files = [...new Set(evidence.files)]
  evidence.folders = [...new Set(evidence.folders)]
  return evidence
}

/** The path a call was about; `.` when it named none. */
export function pathOf(call: EarlierCall): string {
  const written = stringOf(call.input[call.tool?.arguments.path ?? 'path'])
  return written === '' ? '.' : tidyPath(written)
}

/** Everything the checks find in the lines that were seen. */
export function findSmells(evidence: Evidence): Finding[] {
  const findings: Finding[] = []
  for (const [path, lines] of evidence.seen) {
    if (!SOURCE_FILE.test(path)) continue
    for (const check of CHECKS) {
      for (const hit of check.find({ path, lines })) {
        findings.push({
          path,
          line: hit.line,
          endLine: hit.endLine,
          title: check.title,
          explanation: hit.detail === undefined ? check.explanation : `${hit.detail} ${check.explanation}`,
          evidence: hit.evidence,
          suggestion: check.suggestion,
          category: check.category,
          check: check.id,
          severity: check.severity,
          holds: true,
          reason: `${path}:${hit.line} reads: ${cutText(hit.evidence, 160)}`,
        })
      }
    }
  }
  return findings.sort(
    (a, b) => b.severity - a.severity || a.path.localeCompare(b.path, 'en') || a.line - b.line,
  )
}

/**
 * Folders that hold source files, each with those files: the modules of a workspace as a listing shows them.
 */
export function modulesOf(evidence: Evidence): { path: string; files: string[] }[] {
  const modules = new Map<string, string[]>()
  for (const file of evidence.files) {
    if (!SOURCE_FILE.test(file)) continue
    const folder = folderOf(file)
    modules.set(folder, [...(modules.get(folder) ?? []), file])
  }
  return [...modules]
    .map(([path, files]) => ({ path, files }))
    .sort((a, b) => a.path.localeCompare(b.path, 'en'))
}

function note(evidence: Evidence, call: EarlierCall): void {
  const path = pathOf(call)
  if (call.isError || isComplaint(call)) {
    if (call.kind === 'read' || call.kind === 'list') {
      evidence.gaps.push({
        path,
        kind: call.kind,
        reason: cutText(call.text.split('\n')[0] ?? '', 200) || 'no answer',
      })
    }
    return
  }
  if (call.kind === 'list') {
    evidence.listed.add(path)
    for (const entry of parseListing(call.text, path)) {
      if (entry.bytes !== null) evidence.sizes.set(entry.path, entry.bytes)
      if (entry.isFolder) evidence.folders.push(entry.path)
      else if (looksLikeFile(entry.path) || entry.path.includes('.')) evidence.files.push(entry.path)
    }
  }
  if (call.kind === 'search') evidence.hits.push(...parseHits(call.text))
  if (call.kind === 'read') {
    const first = call.input[call.tool?.arguments.start ?? call.tool?.arguments.offset ?? '']
    const read = parseFile(call.text, typeof first === 'number' ? first : 1)
    const known = evidence.seen.get(path) ?? new Map<number, string>()
    for (const [line, text] of read) known.set(line, text)
    evidence.seen.set(path, known)
    const wanted = call.input[call.tool?.arguments.end ?? '']
    if (typeof wanted !== 'number' || !read.has(wanted)) evidence.ended.add(path)
  }
}

/** Some tools report a missing file as ordinary text. */
function isComplaint(call: EarlierCall): boolean {
  if (call.kind !== 'read' && call.kind !== 'list') return false
  return (
    call.text.length < 400 &&
    /^\s*(?:error\b|ENOENT|no such file|not found|file not found|cannot read|does not exist)/i.test(call.text)
  )
}
