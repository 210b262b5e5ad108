import type { JsonObject } from '@/lib/core/base/json'
import type { Effort } from '../rules/models'
import { SMELL_PATTERN } from './checks'
import { findJson } from './claims'
import type { Evidence } from './evidence'
import { readShape } from './fill/shape'
import type { Finding } from './finding'
import { findMentions, isWithin, SOURCE_FILE } from './paths'
import { type Situation, toolOf } from './situation'
import type { Targets } from './targets'
import type { OfferedTool, ToolPlan } from './tools'
import { asksForScript } from './write-script'

/** What the request wants done. */
export type Aim = 'audit' | 'scout' | 'verify' | 'reduce' | 'write'

/** Files read in all, by effort: diligence is what effort buys. */
const FILES_BY_EFFORT: Readonly<Record<Effort, number>> = { low: 6, medium: 12, high: 20, xhigh: 28, max: 36 }
const CALLS_A_TURN = 8
const LINES_A_READ = 400
const MOST_TOOL_TURNS = 5

const SPEAKS_OF_FILES =
  /\b(?:repo(?:sitory|sitorium|sitorio)?|code\w*|codebase|files?|folders?|modules?|director(?:y|ies)|project|source|quellcode|dateien?|ordner|verzeichnis\w*|module?n?|projekt|archivos?|carpetas?|m[oó]dulos?|c[oó]digo|proyecto|repositorio|fichiers?|dossiers?|d[eé]p[oô]t|projet)\b|コード|ファイル|フォルダ|モジュール|リポジトリ|ディレクトリ|代码|文件/iu

/** Says that findings in the prompt are already known and others are wanted. */
const ALREADY_KNOWN =
  /\b(?:already|known|seen so far|previously|other than|not in|bereits|schon|bekannt\w*|ya (?:se|conoc|encontr|report)\w*|conocid\w*|d[eé]j[aà]|connus?)\b|既知|すでに|既に|発見済み|已知/iu

/** Decides what kind of work a request is, from its tools, its schema and what its text points at. */
export function aimOf(situation: Situation, claims: readonly Finding[]): Aim {
  const hasFiles = situation.tools.some(({ kind }) => kind === 'list' || kind === 'read' || kind === 'search')
  if (!hasFiles) return claims.length > 0 ? 'reduce' : 'write'
  // Whoever writes a workflow needs to know what there is, not what is in it.
  if (asksForScript(situation.task)) return 'scout'
  const shape = readShape(situation.schema)
  if (claims.length > 0 && ALREADY_KNOWN.test(situation.task) && shape.wantsFindings) return 'audit'
  // A place in running text beside a wish for findings is an example or a hint, not a claim to be judged.
  if (shape.wantsFindings && !shape.wantsVerdict && findJson(situation.task).length === 0) return 'audit'
  if (claims.length > 0 && (shape.wantsVerdict || shape.wantsFindings || claims.length === 1)) return 'verify'
  if (claims.length > 0) return 'reduce'
  if (shape.wantsFindings) return 'audit'
  if (shape.wantsPlaces) return 'scout'
  const pointsAtFiles =
    findMentions(situation.task).some((mention) => mention.isSure) || SPEAKS_OF_FILES.test(situation.task)
  return pointsAtFiles ? 'audit' : 'write'
}

/** What a plan is made from. */
export interface PlanSubject {
  situation: Situation
  aim: Aim
  evidence: Evidence
  claims: readonly Finding[]
  targets: Targets
  effort: Effort
}

/** The next tool calls, or null when there is nothing left to look at and the answer is due. */
export function planTools({
  situation,
  aim,
  evidence,
  claims,
  targets,
  effort,
}: PlanSubject): ToolPlan | null {
  const { toolTurns } = situation
  if (toolTurns >= MOST_TOOL_TURNS) return null
  switch (aim) {
    case 'write':
    case 'reduce':
      return null
    case 'verify':
      return planReads(situation, claimWindows(claims, evidence, effort), 'I will look at the places named.')
    case 'scout':
      return planListing(situation, evidence, targets)
    case 'audit':
      return toolTurns === 0
        ? planOverview(situation, targets)
        : planAuditReads(situation, evidence, targets, effort)
  }
}

function planOverview(situation: Situation, targets: Targets): ToolPlan | null {
  const { files, folders } = targets
  const calls: ToolPlan['calls'] = []
  for (const file of files.slice(0, CALLS_A_TURN)) addRead(situation, calls, file, 1, LINES_A_READ)
  // Where single files are named, their folders are not the matter.
  for (const folder of folders.slice(0, 4)) {
    addList(situation, calls, folder)
    addSearch(situation, calls, folder)
  }
  const about = [...folders, ...files].slice(0, 3).join(', ')
  return calls.length === 0
    ? null
    : { thought: `I will look at ${about === '.' ? 'the workspace' : about} first.`, calls }
}

function planAuditReads(
  situation: Situation,
  evidence: Evidence,
  targets: Targets,
  effort: Effort,
): ToolPlan | null {
  const { files, folders } = targets
  const everythingFailed =
    evidence.listed.size === 0 && evidence.seen.size === 0 && evidence.hits.length === 0
  if (everythingFailed && !evidence.gaps.some((gap) => gap.path === '.')) {
    const calls: ToolPlan['calls'] = []
    addList(situation, calls, '.')
    return calls.length === 0 ? null : { thought: 'That path is not there; I will see what is.', calls }
  }
  const inScope = (path: string) => files.includes(path) || folders.some((folder) => isWithin(path, folder))
  const counts = new Map<string, number>()
  for (const hit of evidence.hits) counts.set(hit.path, (counts.get(hit.path) ?? 0) + 1)
  const hitFiles = [...counts]
    .sort(([a, first], [b, second]) => second - first || a.localeCompare(b, 'en'))
    .map(([path]) => path)
  const queue = [...new Set([...files, ...hitFiles, ...evidence.files])].filter(
    (path) => SOURCE_FILE.test(path) && inScope(path),
  )
  const tried = new Set([...evidence.seen.keys(), ...evidence.gaps.map((gap) => gap.path)])
  const allowed = Math.max(0, FILES_BY_EFFORT[effort] - evidence.seen.size)
  const windows: Window[] = [...evidence.seen.keys()]
    .filter((path) => inScope(path) && !evidence.ended.has(path))
    .map((path) => ({
      path,
      from: Math.max(0, ...(evidence.seen.get(path)?.keys() ?? [])) + 1,
      lines: LINES_A_READ,
    }))
  windows.push(
    ...queue
      .filter((path) => !tried.has(path))
      .slice(0, allowed)
      .map((path) => ({ path, from: 1, lines: LINES_A_READ })),
  )
  const plan = planReads(situation, windows, `${evidence.hits.length} places look worth reading.`)
  return plan ?? (evidence.files.length === 0 ? planListing(situation, evidence, targets) : null)
}

function planListing(situation: Situation, evidence: Evidence, targets: Targets): ToolPlan | null {
  const { folders } = targets
  const wanted = situation.toolTurns === 0 ? folders.slice(0, 6) : unopened(evidence)
  const failed =
    evidence.gaps.length > 0 && evidence.listed.size === 0 && !evidence.gaps.some((gap) => gap.path === '.')
  const calls: ToolPlan['calls'] = []
  for (const folder of failed ? ['.'] : wanted) addList(situation, calls, folder)
  return calls.length === 0 ? null : { thought: 'I will see what is there.', calls }
}

/** Folders that were seen but not looked into, and that no listing shows the inside of. */
function unopened(evidence: Evidence): string[] {
  return evidence.folders
    .filter(
      (folder) => !/(^|\/)(?:node_modules|\.git|dist|build|vendor|target|coverage)(\/|$)|^\./.test(folder),
    )
    .filter((folder) => !evidence.listed.has(folder) && !evidence.gaps.some((gap) => gap.path === folder))
    .filter(
      (folder) =>
        ![...evidence.files, ...evidence.folders].some((path) => path !== folder && isWithin(path, folder)),
    )
    .slice(0, CALLS_A_TURN)
}

interface Window {
  path: string
  from: number
  lines: number
}

function claimWindows(claims: readonly Finding[], evidence: Evidence, effort: Effort): Window[] {
  const windows = new Map<string, Window>()
  for (const claim of claims) {
    const isTried = evidence.gaps.some((gap) => gap.path === claim.path)
    if (
      isTried ||
      evidence.seen.get(claim.path)?.has(claim.line) ||
      (evidence.seen.has(claim.path) && evidence.ended.has(claim.path))
    )
      continue
    const from = Math.max(1, claim.line - 30)
    const known = windows.get(claim.path)
    const first = Math.min(from, known?.from ?? from)
    const last = Math.max(claim.line + 120, known === undefined ? 0 : known.from + known.lines)
    if (windows.size < FILES_BY_EFFORT[effort] || known !== undefined)
      windows.set(claim.path, { path: claim.path, from: first, lines: Math.min(1500, last - first) })
  }
  return [...windows.values()]
}

function planReads(situation: Situation, windows: readonly Window[], thought: string): ToolPlan | null {
  const calls: ToolPlan['calls'] = []
  for (const window of windows.slice(0, CALLS_A_TURN))
    addRead(situation, calls, window.path, window.from, window.from + window.lines - 1)
  return calls.length === 0 ? null : { thought, calls }
}

function addRead(
  situation: Situation,
  calls: ToolPlan['calls'],
  path: string,
  from: number,
  to: number,
): void {
  const tool = toolOf(situation, 'read')
  if (tool === undefined) return
  const { path: pathName = 'path', start, end, offset, limit } = tool.arguments
  const input: JsonObject = { [pathName]: path }
  if (start !== undefined) input[start] = from
  else if (offset !== undefined) input[offset] = from
  if (end !== undefined) input[end] = to
  else if (limit !== undefined) input[limit] = to - from + 1
  if (!isAsked(situation, tool, input)) calls.push({ tool, input })
}

function addList(situation: Situation, calls: ToolPlan['calls'], folder: string): void {
  const tool = toolOf(situation, 'list')
  if (tool === undefined) return
  const { path, glob, depth } = tool.arguments
  const input: JsonObject = {}
  if (path !== undefined) input[path] = folder
  else if (glob !== undefined) input[glob] = folder === '.' ? '**/*' : `${folder}/**/*`
  if (depth !== undefined) input[depth] = 5
  if (!isAsked(situation, tool, input)) calls.push({ tool, input })
}

function addSearch(situation: Situation, calls: ToolPlan['calls'], folder: string): void {
  const tool = toolOf(situation, 'search')
  const pattern = tool?.arguments.pattern
  if (tool === undefined || pattern === undefined) return
  const input: JsonObject = { [pattern]: SMELL_PATTERN }
  if (tool.arguments.path !== undefined) input[tool.arguments.path] = folder
  if (tool.arguments.limit !== undefined) input[tool.arguments.limit] = 200
  if (!isAsked(situation, tool, input)) calls.push({ tool, input })
}

function isAsked(situation: Situation, tool: OfferedTool, input: JsonObject): boolean {
  const written = JSON.stringify(input)
  return situation.calls.some((call) => call.name === tool.name && JSON.stringify(call.input) === written)
}
