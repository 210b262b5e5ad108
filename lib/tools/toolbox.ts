import { isMcpTool } from '@/lib/core/agent/mcp-tools'
import type { OpenedFiles, ToolBox, Worktree } from '@/lib/core/ports/ports'
import { noPermissions, type Permissions } from '@/lib/core/spec/permissions'
import type { DocumentReader } from '@/lib/documents/document-reader'
import type { RunMcp } from '@/lib/mcp/run-mcp'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import { createRunCommand, type DryRunNote } from './commands/run-command'
import type { Shells } from './commands/shells'
import { findQuotesIn } from './documents/find-quotes'
import { createViewDocument, hasDocuments } from './documents/view-document'
import { createFetchPage, type PageReader } from './fetch-page'
import { createEditFile } from './files/edit-file'
import { createFileChanges } from './files/file-changes'
import { createDeleteFile, createMoveFile } from './files/move-and-delete'
import { filesOfTree } from './files/tree-files'
import { createWriteFile } from './files/write-file'
import { createListFiles } from './list-files'
import { createReadFile } from './read-file'
import { createSearchFiles } from './search-files'
import { failed, type Scene } from './tool'
import type { AllFiles } from './untrusted-protocol'
import type { UntrustedRunner } from './untrusted-runner'
import type { WorkspaceFiles } from './workspace-files'

/**
 * About 8,000 tokens: enough to read most files whole, small enough for a dozen results in one conversation.
 */
const DEFAULT_RESULT_CHARACTERS = 30_000

/**
 * Trees whose files are kept as tools ask for them: agents of one wave begin at the same one, and call many times
 * before they change it. Each may be some ten megabytes of names.
 */
const MOST_SCENES = 8

/** What agents may do with files, where they may change some. */
export type ToolFiles = {
  stored: StoredFiles
  /** Stores the workspace's files as they are now. */
  open(signal: AbortSignal): Promise<OpenedFiles>
  /** Why a path is kept from agents; null where it is not. */
  refusal(path: string): string | null
}

/**
 * The tools of a workspace. Whatever a model sends, a call answers with text; bad input is an error result.
 * `untrusted` is shared between tool boxes and not closed with this one.
 */
export function createToolBox(parts: {
  workspace: WorkspaceFiles
  untrusted: Pick<UntrustedRunner, 'search' | 'list'>
  /** Owner of the searches: owners take turns. */
  owner: string
  /** Null in a run whose agents only read. */
  files?: ToolFiles | null
  permissions?: Permissions
  /** What fetches pages; null where none may be fetched, or the provider does it. */
  pages?: PageReader | null
  /** What runs commands; null where none may be run. Closed with the tools. */
  shells?: Shells | null
  /** Where the run is only tried: hears what would have been run, and nothing is. */
  dryRun?: DryRunNote | null
  /** What calls MCP servers; null where none may be called. Closed with the tools. */
  mcp?: RunMcp | null
  /** How files are checked; by default by the shells. */
  check?: ToolBox['check']
  /** What reads documents, to be shown and to have quotes looked up in; null where none are. */
  documents?: DocumentReader | null
  /** Most characters in one result, not counting its closing note. */
  resultCharacters?: number
}): ToolBox {
  const {
    workspace,
    untrusted,
    owner,
    files = null,
    permissions = noPermissions,
    pages = null,
    shells = null,
    dryRun = null,
    mcp = null,
    documents = null,
  } = parts
  const check: ToolBox['check'] = parts.check ?? shells?.check ?? null
  const { resultCharacters = DEFAULT_RESULT_CHARACTERS } = parts
  const tools = [
    createListFiles(untrusted, owner, resultCharacters),
    createReadFile(resultCharacters),
    createSearchFiles(untrusted, owner, resultCharacters),
    ...(documents === null || !hasDocuments(workspace)
      ? []
      : [createViewDocument(documents, owner, resultCharacters)]),
    ...(pages === null ? [] : [createFetchPage(pages, owner, resultCharacters)]),
    ...(shells === null ? [] : [createRunCommand(shells, dryRun)]),
    ...(permissions.write && files !== null
      ? [createWriteFile(), createEditFile(), createMoveFile(), createDeleteFile()]
      : []),
  ]
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]))
  const read = sceneOf(workspace)
  const scenes = new Map<string, Promise<ReadScene>>()
  const sceneOfTree = ({ stored }: ToolFiles, tree: string, base: string): Promise<ReadScene> => {
    const key = `${tree} ${base}`
    const scene = scenes.get(key) ?? filesOfTree(stored, tree, base, workspace).then(sceneOf)
    // The one that was used last comes last.
    scenes.delete(key)
    scenes.set(key, scene)
    scene.catch(() => scenes.delete(key))
    const [oldest] = scenes.keys()
    if (scenes.size > MOST_SCENES && oldest !== undefined) scenes.delete(oldest)
    return scene
  }
  /** The files as an agent has them, which it may change. */
  const worktreeScene = async (stored: ToolFiles, worktree: Worktree) => {
    const { base, tree } = worktree
    const { root } = workspace
    return {
      ...(await sceneOfTree(stored, tree, base)),
      changes: createFileChanges(stored.stored, tree, { root, refusal: stored.refusal }),
      worktree,
    }
  }
  return {
    definitions: [...tools.map((tool) => tool.definition), ...(mcp?.definitions ?? [])],
    servers: mcp?.servers ?? [],
    revision: workspace.revision,
    files: files === null ? null : { trees: files.stored.trees, open: files.open },
    async call(name, input, signal, worktree) {
      if (mcp !== null && isMcpTool(name)) return mcp.call(name, input, signal)
      const tool = byName.get(name)
      if (tool === undefined)
        return failed(
          `There is no tool ${JSON.stringify(name)}. There are: ${[...byName.keys()].join(', ')}.`,
        )
      if (signal.aborted) return failed('The call was stopped before it began.')
      try {
        const scene = files === null || worktree === undefined ? read : await worktreeScene(files, worktree)
        return await tool.call(input, { ...scene, signal })
      } catch (error) {
        return failed(`${name} failed: ${reasonOf(error)}. Try something else.`)
      }
    },
    check,
    findQuotes:
      documents === null
        ? null
        : async (source, quotes, tree, signal) => {
            const own = files === null || tree === null ? read : await sceneOfTree(files, tree, tree)
            return findQuotesIn(own.files, source, quotes, { documents, owner }, signal)
          },
    endAgent: async (agentId) => shells?.endAgent(agentId),
    async close() {
      await Promise.all([shells?.close(), mcp?.close()])
    },
  }
}

type ReadScene = Omit<Scene, 'signal'>

/** What tools that read work on. The files are one string for all calls: hundreds of agents ask for the same. */
function sceneOf(files: WorkspaceFiles): ReadScene {
  let known: AllFiles | null = null
  const all = () => {
    if (known !== null) return known
    const listed = files.listFiles()
    known = {
      files: listed.map(({ path }) => path).join('\0'),
      sizes: listed.map(({ size }) => size).join('\0'),
    }
    return known
  }
  return { files, all, changes: null, worktree: null }
}

/** System errors name absolute paths of this machine; their code says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'an unknown error'
}
