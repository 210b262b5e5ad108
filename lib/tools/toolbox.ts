import type { ToolBox } from '@/lib/core/ports/ports'
import { createListFiles } from './list-files'
import { createReadFile } from './read-file'
import { createSearchFiles } from './search-files'
import { failed } from './tool'
import type { AllFiles } from './untrusted-protocol'
import type { UntrustedRunner } from './untrusted-runner'
import type { WorkspaceFiles } from './workspace-files'

/**
 * About 8,000 tokens: enough to read most files whole, small enough for a dozen results in one conversation.
 */
const DEFAULT_RESULT_CHARACTERS = 30_000

/**
 * The tools that read a workspace. Whatever a model sends, a call answers with text; bad input is an error
 * result. `untrusted` is shared between tool boxes and not closed with this one.
 */
export function createToolBox(parts: {
  workspace: WorkspaceFiles
  untrusted: Pick<UntrustedRunner, 'search' | 'list'>
  /** Owner of the searches: owners take turns. */
  owner: string
  /** Most characters in one result, not counting its closing note. */
  resultCharacters?: number
}): ToolBox {
  const { workspace, untrusted, owner, resultCharacters = DEFAULT_RESULT_CHARACTERS } = parts
  // One string for all calls: hundreds of agents ask, and the files are the same.
  let all: AllFiles | null = null
  const allFiles = () => {
    const listed = all === null ? workspace.listFiles() : []
    all ??= {
      files: listed.map(({ path }) => path).join('\0'),
      sizes: listed.map(({ size }) => size).join('\0'),
    }
    return all
  }
  const tools = [
    createListFiles(workspace, untrusted, owner, allFiles, resultCharacters),
    createReadFile(workspace, resultCharacters),
    createSearchFiles(workspace, untrusted, owner, () => allFiles().files, resultCharacters),
  ]
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]))
  return {
    definitions: tools.map((tool) => tool.definition),
    revision: workspace.revision,
    async call(name, input, signal) {
      const tool = byName.get(name)
      if (tool === undefined)
        return failed(
          `There is no tool ${JSON.stringify(name)}. There are: ${[...byName.keys()].join(', ')}.`,
        )
      if (signal.aborted) return failed('The call was stopped before it began.')
      try {
        return await tool.call(input, signal)
      } catch (error) {
        return failed(`${name} failed: ${reasonOf(error)}. Try something else.`)
      }
    },
    close: async () => {},
  }
}

/** System errors name absolute paths of this machine; their code says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'an unknown error'
}
