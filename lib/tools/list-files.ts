import { z } from 'zod'
import { shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import type { KnownParameters } from './known-parameters'
import { defineTool, failed, succeeded, type Tool } from './tool'
import type { UntrustedRunner } from './untrusted-runner'
import { unlistedNote } from './workspace-files'

const description = `Lists files of the workspace, one a line: its path relative to the root, a tab, and its size.
Folders end with "/", and say how many files they hold at any depth and how large these are together.
Ignored files (.gitignore, node_modules) and private ones are not listed.
Without glob the whole tree below path is listed, as deep as fits. With glob only files that match are listed.
Examples: {} for an overview, {"depth": 1} for the top level, {"path": "src", "glob": "**/*.test.ts"}.`

const input = z.strictObject({
  path: z.string().optional().describe('Folder to list, relative to the root. Default: the root.'),
  glob: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Pattern such as "**/*.ts" or "*.{md,txt}". Without a slash it matches file names at any depth.',
    ),
  depth: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How many levels below path to show. Default: as many as fit.'),
})

const known: KnownParameters = {
  aliases: {
    path: ['dir', 'directory', 'folder', 'target_directory', 'relative_workspace_path', 'root', 'dir_path'],
    glob: ['pattern', 'glob_pattern', 'include', 'file_pattern', 'query', 'name'],
    depth: ['max_depth', 'levels', 'maxLevel'],
  },
  ignored: ['ignore', 'explanation', 'description', 'show_hidden', 'all', 'sort'],
  derive: ({ recursive, ...rest }) => ({
    ...rest,
    ...(recursive === false && rest.depth === undefined ? { depth: 1 } : {}),
  }),
}

/**
 * The tool `list_files`; the files are gone through in `untrusted`, where that can be ended. `mostCharacters`
 * bounds one result.
 */
export function createListFiles(
  untrusted: Pick<UntrustedRunner, 'list'>,
  owner: string,
  mostCharacters: number,
): Tool {
  return defineTool({
    name: 'list_files',
    description,
    input,
    known,
    async run({ path = '', glob = null, depth = null }, { files: workspace, all, signal }) {
      const place = await workspace.locate(path)
      if (!place.ok) return failed(place.reason)
      if (place.kind === 'file') return succeeded(`${shownPath(place.path)}\t${sizeWords(place.size)}`)
      const request = { ...all(), under: place.path, glob, depth, mostCharacters }
      const listed = await untrusted.list(request, { owner, signal })
      if (!listed.ok) return failed(`The files could not be listed: ${listed.reason}`)
      const notes = [
        ...(workspace.isCut
          ? ['[The workspace has more files than can be listed; search_files does not see them either.]']
          : []),
        ...(workspace.unlistedNames.count > 0 ? [unlistedNote(workspace.unlistedNames)] : []),
      ]
      return succeeded([listed.text, ...notes].join('\n'))
    },
  })
}
