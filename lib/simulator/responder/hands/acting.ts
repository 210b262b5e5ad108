import type { JsonObject } from '@/lib/core/base/json'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { objectOf, stringOf } from '../../wire/json'
import { tidyPath } from '../paths'
import { parseFile } from '../results'
import { type EarlierCall, type Situation, toolOf } from '../situation'
import type { OfferedTool, ToolKind, ToolPlan } from '../tools'
import { plain } from '../words'

type Call = ToolPlan['calls'][number]
export type Edit = { oldText: string; newText: string; all?: boolean }

/** A file as far as it was read: whole, not there, or the call that reads on. Null where nothing reads files. */
export type Whole =
  | { kind: 'text'; lines: string[] }
  | { kind: 'gone'; why: string }
  | { kind: 'read'; call: Call }

/** Reads a file to its end, however often that takes. */
export function wholeFile(situation: Situation, path: string): Whole | null {
  const tool = toolOf(situation, 'read')
  if (tool === undefined) return null
  const pathName = tool.arguments.path ?? 'path'
  const reads = situation.calls.filter((call) => call.kind === 'read' && pathIn(call) === path)
  const last = reads.at(-1)
  if (last === undefined) return { kind: 'read', call: { tool, input: { [pathName]: path } } }
  if (last.isError) return { kind: 'gone', why: last.text.split('\n')[0] ?? 'it cannot be read' }
  const next = /Go on with startLine (\d+)/.exec(last.text)?.[1]
  const start = tool.arguments.start ?? tool.arguments.offset
  if (next !== undefined && start !== undefined)
    return { kind: 'read', call: { tool, input: { [pathName]: path, [start]: Number(next) } } }
  const lines = new Map<number, string>()
  for (const call of reads) {
    const first = call.input[start ?? '']
    for (const [line, text] of parseFile(call.text, typeof first === 'number' ? first : 1))
      lines.set(line, text)
  }
  const count = Math.max(0, ...lines.keys())
  return { kind: 'text', lines: Array.from({ length: count }, (_, at) => lines.get(at + 1) ?? '') }
}

/** All of these files, or the calls that read on. */
export function wholeFiles(
  situation: Situation,
  paths: readonly string[],
): { calls: Call[]; files: Map<string, string[]>; gone: { path: string; why: string }[] } {
  const files = new Map<string, string[]>()
  const gone: { path: string; why: string }[] = []
  const calls: Call[] = []
  for (const path of paths) {
    const whole = wholeFile(situation, path)
    if (whole === null) gone.push({ path, why: 'there is no tool that reads it' })
    else if (whole.kind === 'text') files.set(path, whole.lines)
    else if (whole.kind === 'gone') gone.push({ path, why: whole.why })
    else calls.push(whole.call)
  }
  return { calls, files, gone }
}

/** The path that a call was about. */
export function pathIn(call: EarlierCall): string {
  return tidyPath(stringOf(call.input[call.tool?.arguments.path ?? 'path']))
}

/** The last call of one kind that was about a path. */
export function lastCall(situation: Situation, kind: ToolKind, path: string): EarlierCall | undefined {
  return situation.calls.findLast((call) => call.kind === kind && pathIn(call) === path)
}

/** A call that replaces text in a file; null where no tool does. */
export function editCall(situation: Situation, path: string, edits: readonly Edit[]): Call | null {
  const tool = toolOf(situation, 'edit')
  const [first] = edits
  if (tool === undefined || first === undefined) return null
  const properties = propertiesOf(tool.schema)
  const list = Object.keys(properties).find((name) => objectOf(properties[name]).type === 'array')
  const pathName = tool.arguments.path ?? 'path'
  if (list === undefined) return { tool, input: { [pathName]: path, ...editInput(properties, first) } }
  const inner = propertiesOf(objectOf(properties[list]).items)
  return { tool, input: { [pathName]: path, [list]: edits.map((edit) => editInput(inner, edit)) } }
}

function editInput(properties: JsonObject, { oldText, newText, all = false }: Edit): JsonObject {
  const named = (words: RegExp) => Object.keys(properties).find((name) => words.test(plain(name)))
  const every = named(/\ball\b/)
  return {
    [named(/\b(old|search|find|before)\b/) ?? 'oldText']: oldText,
    [named(/\b(new|replacement|after)\b/) ?? 'newText']: newText,
    ...(all && every !== undefined ? { [every]: true } : {}),
  }
}

/** A call that writes a whole file; null where no tool does. */
export function writeCall(situation: Situation, path: string, content: string): Call | null {
  const tool = toolOf(situation, 'write')
  if (tool === undefined) return null
  const name = Object.keys(propertiesOf(tool.schema)).find((one) =>
    /\b(contents?|text|body)\b/.test(plain(one)),
  )
  return { tool, input: { [tool.arguments.path ?? 'path']: path, [name ?? 'content']: content } }
}

/** A call that runs a command; null where no tool does. */
export function runCall(situation: Situation, command: string): Call | null {
  const tool = toolOf(situation, 'run')
  if (tool === undefined) return null
  return { tool, input: { [commandName(tool)]: command } }
}

/** The property of a tool that takes the command. */
export function commandName({ schema }: Pick<OfferedTool, 'schema'>): string {
  return Object.keys(propertiesOf(schema)).find((one) => /\b(command|cmd)\b/.test(plain(one))) ?? 'command'
}

/** A command that was run already, with what it printed. */
export function ranCommand(situation: Situation, command: string): EarlierCall | undefined {
  return situation.calls.findLast(
    ({ kind, tool, input }) => kind === 'run' && tool !== null && input[commandName(tool)] === command,
  )
}

/** A word as part of no other: names of code may hold `$`. */
export function wholeWord(name: string): RegExp {
  return new RegExp(`(?<![\\w$])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`, 'g')
}

/**
 * Edits that make these lines of those: each with as many lines around it as make it the only one, on the result
 * of those before.
 */
export function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  const now = [...before]
  return before.flatMap((line, at) => {
    const wanted = after[at]
    if (wanted === undefined || wanted === line) return []
    const edit = uniqueEdit(now, at, wanted)
    now[at] = wanted
    return [edit]
  })
}

function uniqueEdit(lines: readonly string[], at: number, wanted: string): Edit {
  const text = lines.join('\n')
  for (let around = 0; around <= lines.length; around += 1) {
    const [from, to] = [Math.max(0, at - around), Math.min(lines.length, at + around + 1)]
    const part = lines.slice(from, to)
    const oldText = part.join('\n')
    if (oldText === '' || text.split(oldText).length !== 2) continue
    return { oldText, newText: part.map((line, index) => (from + index === at ? wanted : line)).join('\n') }
  }
  return { oldText: text, newText: lines.map((line, index) => (index === at ? wanted : line)).join('\n') }
}
