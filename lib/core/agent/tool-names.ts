import type { JsonObject } from '../base/json'
import { isMcpTool, spelledHere } from './mcp-tools'

/** A tool as far as it tells how it is called. */
type Callable = { name: string; inputSchema: JsonObject }

/** Longer names are compared by their beginning. */
const LONGEST_NAME = 200

/** What a name is compared by: its letters and digits alone, whatever their width or case. */
function plainName(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Other names of a tool, as Claude Code, editors and shells have them; each means one tool beyond doubt. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  list_files: ['Glob', 'LS', 'List', 'ListDir', 'ListDirectory', 'ListFolder', 'FindFiles', 'FileSearch'],
  read_file: ['Read', 'View', 'ViewFile', 'OpenFile', 'Cat', 'NotebookRead', 'ReadLines'],
  search_files: ['Grep', 'Search', 'SearchCode', 'GrepSearch', 'CodeSearch', 'Ripgrep', 'Rg', 'SearchText'],
}

/** The same for tools that only some runs permit. */
const permittedAliases: Readonly<Record<string, readonly string[]>> = {
  write_file: ['Write', 'WriteFile', 'CreateFile', 'SaveFile', 'NewFile'],
  edit_file: [
    'Edit',
    'MultiEdit',
    'EditFile',
    'StrReplace',
    'StrReplaceEditor',
    'ReplaceInFile',
    'NotebookEdit',
  ],
  move_file: ['Move', 'Rename', 'RenameFile', 'Mv'],
  delete_file: ['Delete', 'Remove', 'RemoveFile', 'Rm'],
  run_command: ['Bash', 'Shell', 'Terminal', 'Exec', 'Execute', 'RunTests', 'RunShell', 'BashTool'],
  fetch_page: ['WebFetch', 'Fetch', 'FetchUrl', 'ReadUrl', 'Browse'],
  web_search: ['WebSearch', 'SearchWeb', 'GoogleSearch'],
}

function byPlainName(names: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(names).flatMap(([own, others]) =>
      [own, ...others].map((name) => [plainName(name), own] as const),
    ),
  )
}

const ownNames = byPlainName(aliases)
const permittedNames = byPlainName(permittedAliases)

/** A tool's name without what it is limited to: `Read(src/**)` is `Read`. */
export function bareToolName(name: string): string {
  return (name.endsWith(')') ? name.slice(0, name.indexOf('(')) : name).trim()
}

/** A tool by the name it has here; one that has none keeps its own. */
export function ownToolName(name: string): string {
  const bare = bareToolName(name)
  return ownNames.get(plainName(bare)) ?? bare
}

/**
 * The offered tool that a call means: by its very name, by another name of it, or by its name spelled
 * otherwise (`Read_File`, `functions.read_file`). Null when none is meant beyond doubt.
 */
export function toolMeant<T extends { name: string }>(called: string, offered: readonly T[]): T | null {
  const exact = offered.find(({ name }) => name === called)
  if (exact !== undefined) return exact
  // Where there are servers, a tool of one is not taken for one of ours: what `mcp__x__read` does is for it to say.
  if (isMcpTool(called) && offered.some(({ name }) => isMcpTool(name))) {
    const wanted = spelledHere(called.slice(0, LONGEST_NAME))
    return offered.find(({ name }) => name === wanted) ?? null
  }
  const last =
    called
      .slice(0, LONGEST_NAME)
      .split(/[.:/]|__/)
      .at(-1) ?? ''
  const wanted = [called, last].flatMap((name) =>
    [ownToolName(name), permittedNames.get(plainName(bareToolName(name))) ?? name, name].map(plainName),
  )
  const meant = offered.filter(({ name }) => wanted.includes(plainName(name)))
  return meant.length === 1 ? (meant[0] ?? null) : null
}

/** What no tool here can do, by the names that other agents' tools for it have. */
const beyond: readonly { names: readonly string[]; what: string }[] = [
  {
    names: [
      'Bash',
      'Shell',
      'Terminal',
      'Exec',
      'Execute',
      'RunCommand',
      'RunTests',
      'Python',
      'CodeExecution',
    ],
    what: 'none that runs anything',
  },
  {
    names: [
      'Edit',
      'MultiEdit',
      'Write',
      'WriteFile',
      'EditFile',
      'CreateFile',
      'NotebookEdit',
      'ApplyPatch',
    ],
    what: 'none that changes files',
  },
  { names: ['WebSearch', 'WebFetch', 'Fetch', 'Browser', 'Browse'], what: 'none that reaches the network' },
]

const beyondByName: ReadonlyMap<string, string> = new Map(
  beyond.flatMap(({ names, what }) => names.map((name) => [plainName(name), what] as const)),
)

/** Why no tool of this name can be had, where what it does is beyond every agent; else null. */
export function beyondTools(called: string): string | null {
  return beyondByName.get(plainName(called)) ?? null
}

/** The offered tool whose name is nearest to a called one; null when nothing is offered. */
export function nearestTool<T extends Callable>(called: string, offered: readonly T[]): T | null {
  const wanted = plainName(called)
  const [nearest] = offered
    .map((tool) => ({ tool, likeness: likeness(wanted, plainName(tool.name)) }))
    .sort((one, other) => other.likeness - one.likeness)
  return nearest?.tool ?? null
}

/** How a tool is called, in one line: its name, and its parameters with those that may be left out. */
export function howToCall({ name, inputSchema }: Callable): string {
  const properties = inputSchema.properties
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : []
  const names =
    typeof properties === 'object' && properties !== null && !Array.isArray(properties)
      ? Object.keys(properties)
      : []
  const parameters = names.map((one) => (required.includes(one) ? one : `${one}?`))
  return `\`${name}\` {${parameters.slice(0, 20).join(', ')}}`
}

/** Share of pairs of neighbouring letters that two names have in common, from 0 to 1. */
function likeness(one: string, other: string): number {
  const pairs = pairsOf(one)
  const others = pairsOf(other)
  const common = [...pairs].filter((pair) => others.has(pair)).length
  return (2 * common) / Math.max(1, pairs.size + others.size)
}

function pairsOf(name: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, name.length - 1) }, (_, at) => name.slice(at, at + 2)))
}
