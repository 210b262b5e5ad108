import { lstat, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AgentType,
  type AgentTypes,
  builtInTypes,
  type FoundAgentType,
} from '@/lib/core/agent/agent-type'
import type { DefinitionHead } from './definition-head'
import { filesBelow } from './files-below'
import { splitFrontMatter } from './front-matter'
import { isInside } from './locate-path'
import { readSmallFile } from './small-file'

/** A definition is a prompt; the longest in public repositories has 40 kB. */
const MOST_BYTES = 200_000
/** The head alone: the longest in public repositories has 8 kB, most of it examples. */
const MOST_HEAD = 32_000
const MOST_BYTES_IN_ALL = 20_000_000
const MOST_FILES = 1000
const DEEPEST = 6

/** A file that holds a definition, and the plugin it belongs to, if any. */
type File = { path: string; plugin: string | null }
type Read = { file: File; name: string; type: AgentType | null; problem: string | null }
/** A file whose head is yet to be read, or why it will not be. */
type Opened = { file: File; fileName: string; head: string; body: string } | Read

type Places = { root: string | null; home: string | null; readHeads: ReadHeads }

/**
 * Reads the heads of definitions in a thread that can be killed; the problem of all of them is a sentence.
 */
export type ReadHeads = (
  heads: readonly string[],
  signal: AbortSignal,
) => Promise<readonly DefinitionHead[] | { problem: string }>

/**
 * Agent types from `.claude/agents` of a workspace, then of the user, then of the workspace's plugins, then
 * the built-in ones; the first of a name counts. `root` and `home` are folders, or null. Files are read at
 * the first question.
 */
export function openAgentTypes(places: Places): AgentTypes {
  let reading: Promise<Read[]> | null = null
  return {
    async find(name, signal) {
      reading ??= readAll({ ...places, signal })
      return choose(name.trim(), await reading)
    },
  }
}

function choose(asked: string, all: readonly Read[]): FoundAgentType {
  const [plugin, own] = /^([^:]+):(.+)$/.exec(asked)?.slice(1) ?? [null, asked]
  const named = all.filter(({ name }) => name === own)
  const found =
    (plugin === null
      ? named.find(({ file }) => file.plugin === null)
      : named.find(({ file }) => file.plugin === plugin)) ?? named[0]
  if (found?.type) return { kind: 'found', type: found.type }
  if (found !== undefined)
    return {
      kind: 'unusable',
      message: `The agent type ${JSON.stringify(asked)} cannot be used: ${found.problem}`,
    }
  const builtIn = builtInTypes.find(({ name }) => name === own)
  if (builtIn !== undefined) return { kind: 'found', type: builtIn }
  const names = all.map(({ name, file }) => (file.plugin === null ? name : `${file.plugin}:${name}`))
  return {
    kind: 'unknown',
    known: [...new Set([...builtInTypes.map(({ name }) => name), ...names])].slice(0, 50),
  }
}

async function readAll({ root, home, readHeads, signal }: Places & { signal: AbortSignal }): Promise<Read[]> {
  const found: File[] = []
  if (root !== null) found.push(...(await filesIn(join(root, '.claude', 'agents'), root, null, signal)))
  if (home !== null) found.push(...(await filesIn(join(home, '.claude', 'agents'), null, null, signal)))
  if (root !== null) {
    const plugins = join(root, '.claude', 'plugins')
    for (const plugin of await namesIn(plugins))
      found.push(...(await filesIn(join(plugins, plugin, 'agents'), root, plugin, signal)))
  }
  const opened: Opened[] = []
  let bytes = 0
  for (const file of found.slice(0, MOST_FILES)) {
    signal.throwIfAborted()
    const one = await openDefinition(file, MOST_BYTES_IN_ALL - bytes)
    if ('head' in one) bytes += one.head.length + one.body.length
    opened.push(one)
  }
  const heads = opened.flatMap((one) => ('head' in one ? [one.head] : []))
  const read = heads.length === 0 ? [] : await readHeads(heads, signal)
  let at = 0
  return opened.map((one) => ('head' in one ? definitionOf(one, 'problem' in read ? read : read[at++]) : one))
}

/**
 * Markdown files of a folder and those inside it, by name. Nothing outside `within` is looked at, and no link
 * followed.
 */
async function filesIn(
  folder: string,
  within: string | null,
  plugin: string | null,
  signal: AbortSignal,
): Promise<File[]> {
  const real = await realpath(folder).catch(() => null)
  // A user may keep this folder elsewhere and link to it; a workspace is untrusted and may not lead out of
  // itself.
  if (real === null || (within !== null && !isInside(await realpath(within).catch(() => within), real)))
    return []
  const paths = await filesBelow(real, { ending: '.md', deepest: DEEPEST, mostFiles: MOST_FILES, signal })
  return paths.map((path) => ({ path: join(real, path), plugin }))
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

/** A file as far as it may be read: its head is untrusted text still. */
async function openDefinition(file: File, bytesLeft: number): Promise<Opened> {
  const fileName = file.path.split(/[\\/]/).at(-1)?.replace(/\.md$/, '') ?? ''
  const bad = (problem: string) => unusable(file, fileName, problem)
  const { size } = await lstat(file.path).catch(() => ({ size: 0 }))
  if (size > MOST_BYTES) return bad(`has ${size} bytes; at most ${MOST_BYTES} are read. Shorten it.`)
  if (size > bytesLeft)
    return bad('is not read, since the definitions before it are too many megabytes already.')
  const content = await readSmallFile(file.path, MOST_BYTES)
  if (content === null) return bad('cannot be read. Make it a plain file that may be read.')
  if (content.includes('\0'))
    return bad('is not text. A definition is Markdown with a head between two lines of `---`.')
  const { head, body } = splitFrontMatter(content)
  if ((head ?? '').length > MOST_HEAD)
    return bad(`has a head of ${head?.length} characters; at most ${MOST_HEAD} are read. Move text below it.`)
  return { file, fileName, head: head ?? '', body }
}

function unusable(file: File, fileName: string, problem: string): Read {
  return { file, name: fileName, type: null, problem: `${fileName}.md ${problem}` }
}

function definitionOf(
  { file, fileName, body }: Extract<Opened, { head: string }>,
  read: DefinitionHead | { problem: string } | undefined,
): Read {
  if (read === undefined || 'problem' in read)
    return unusable(file, fileName, read?.problem ?? 'has a head that was not read.')
  const { name, description, tools, model } = read
  const type = { name: name ?? fileName, description, tools, model, instructions: body }
  return { file, name: type.name, type, problem: null }
}
