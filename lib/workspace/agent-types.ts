import { lstat, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type AgentType, type AgentTypes, builtInTypes, type FoundAgentType, ownToolName } from '@/lib/core/agent-type'
import { isInside } from './containment'
import { readFrontMatter } from './front-matter'
import { readSmallFile } from './small-file'

/** A definition is a prompt; the longest in public repositories has 40 kB. */
const MOST_BYTES = 200_000
const MOST_FILES = 1000
const DEEPEST = 6

/** A file that holds a definition, and the plugin it belongs to, if any. */
type File = { path: string; plugin: string | null }
type Read = { file: File; name: string; type: AgentType | null; problem: string | null }

/**
 * Agent types from `.claude/agents` of a workspace, then of the user, then of the workspace's plugins, then the built-in
 * ones; the first of a name counts. `root` and `home` are folders, or null. Files are read at the first question.
 */
export function openAgentTypes({ root, home }: { root: string | null; home: string | null }): AgentTypes {
  let reading: Promise<Read[]> | null = null
  return {
    async find(name) {
      reading ??= readAll(root, home)
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
    return { kind: 'unusable', message: `The agent type ${JSON.stringify(asked)} cannot be used: ${found.problem}` }
  const builtIn = builtInTypes.find(({ name }) => name === own)
  if (builtIn !== undefined) return { kind: 'found', type: builtIn }
  const names = all.map(({ name, file }) => (file.plugin === null ? name : `${file.plugin}:${name}`))
  return { kind: 'unknown', known: [...new Set([...builtInTypes.map(({ name }) => name), ...names])].slice(0, 50) }
}

async function readAll(root: string | null, home: string | null): Promise<Read[]> {
  const files: File[] = []
  if (root !== null) files.push(...(await filesIn(join(root, '.claude', 'agents'), root, null)))
  if (home !== null) files.push(...(await filesIn(join(home, '.claude', 'agents'), null, null)))
  if (root !== null) {
    const plugins = join(root, '.claude', 'plugins')
    for (const plugin of await namesIn(plugins))
      files.push(...(await filesIn(join(plugins, plugin, 'agents'), root, plugin)))
  }
  return Promise.all(files.slice(0, MOST_FILES).map(readDefinition))
}

/** Markdown files of a folder and those inside it, by name. Nothing outside `within` is looked at, and no link followed. */
async function filesIn(folder: string, within: string | null, plugin: string | null): Promise<File[]> {
  const real = await realpath(folder).catch(() => null)
  // A user may keep this folder elsewhere and link to it; a workspace is foreign and may not lead out of itself.
  if (real === null || (within !== null && !isInside(await realpath(within).catch(() => within), real))) return []
  const files: File[] = []
  const walk = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= MOST_FILES) return
      if (entry.isDirectory() && depth < DEEPEST) await walk(join(at, entry.name), depth + 1)
      else if (entry.isFile() && entry.name.endsWith('.md')) files.push({ path: join(at, entry.name), plugin })
    }
  }
  await walk(real, 0)
  return files
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

const text = z.string().trim()
const definitionSchema = z.object({
  name: text.min(1).optional().catch(undefined),
  description: z.coerce.string().optional().catch(undefined),
  tools: z.union([z.array(z.string()), z.string()]).nullish(),
  model: z.string().nullish(),
})

async function readDefinition(file: File): Promise<Read> {
  const fileName = file.path.split(/[\\/]/).at(-1)?.replace(/\.md$/, '') ?? ''
  const bad = (problem: string): Read => ({ file, name: fileName, type: null, problem: `${fileName}.md ${problem}` })
  const { size } = await lstat(file.path).catch(() => ({ size: 0 }))
  if (size > MOST_BYTES) return bad(`has ${size} bytes; at most ${MOST_BYTES} are read. Shorten it.`)
  const content = await readSmallFile(file.path, MOST_BYTES)
  if (content === null) return bad('cannot be read. Make it a plain file that may be read.')
  if (content.includes('\0'))
    return bad('is not text. A definition is Markdown with a head between two lines of `---`.')
  const read = readFrontMatter(content)
  if (read === null) return bad('has a head that is no YAML. Write one `key: value` a line between two lines of `---`.')
  const parsed = definitionSchema.safeParse(read.fields)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return bad(`has a field \`${issue?.path.join('.')}\` that cannot be read: ${issue?.message}.`)
  }
  const { name = fileName, description = '', tools, model } = parsed.data
  const type = {
    name,
    description: description.trim(),
    tools: toolNames(tools),
    model: model == null || model.trim() === '' ? null : model.trim(),
    instructions: read.body,
  }
  return { file, name, type, problem: null }
}

/** Left out, or `*`, a definition takes every tool there is. */
function toolNames(tools: string[] | string | null | undefined): string[] | null {
  if (tools == null) return null
  const names = (typeof tools === 'string' ? tools.split(/,(?![^(]*\))/) : tools).map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  return given.length === 0 || given.includes('*') ? null : [...new Set(given.map(ownToolName))]
}
