import { z } from 'zod'
import { likePath, shownPath } from '@/lib/core/path-names'
import { fitLines } from './fit-lines'
import { compileGlob } from './glob'
import { defineTool, failed, succeeded, type Tool } from './tool'
import { unlistedNote, type WorkspaceFiles } from './workspace-files'

const description = `Lists files of the workspace, one path a line relative to its root; folders end with "/".
Ignored files (.gitignore, node_modules) and private ones are not listed.
Without glob the whole tree below path is listed, as deep as fits. With glob only files that match are listed.
Examples: {} for an overview, {"depth": 1} for the top level, {"path": "src", "glob": "**/*.test.ts"}.`

const input = z.strictObject({
  path: z.string().optional().describe('Folder to list, relative to the root. Default: the root.'),
  glob: z
    .string()
    .min(1)
    .optional()
    .describe('Pattern such as "**/*.ts" or "*.{md,txt}". Without a slash it matches file names at any depth.'),
  depth: z.number().int().min(1).optional().describe('How many levels below path to show. Default: as many as fit.'),
})

/** The tool `list_files`; `mostCharacters` bounds one result. */
export function createListFiles(workspace: WorkspaceFiles, mostCharacters: number): Tool {
  return defineTool({
    name: 'list_files',
    description,
    input,
    async run({ path = '', glob, depth }) {
      const place = await workspace.locate(path)
      if (!place.ok) return failed(place.reason)
      if (place.kind === 'file') return succeeded(shownPath(place.path))
      const below = filesBelow(workspace, place.path)
      const notes = [
        ...(workspace.isCut
          ? ['[The workspace has more files than can be listed; search_files does not see them either.]']
          : []),
        ...(workspace.unlistedNames.count > 0 ? [unlistedNote(workspace.unlistedNames)] : []),
      ]
      if (below.length === 0) {
        const where = shownPath(place.path) || 'the workspace'
        const none = `No visible files are in ${where}. Ignored files can be read by their path.`
        return succeeded([none, ...notes].join('\n'))
      }
      const text =
        glob === undefined
          ? tree(place.path, below, depth, mostCharacters)
          : matching(place.path, below, glob, depth, mostCharacters)
      return succeeded([text, ...notes].join('\n'))
    },
  })
}

function filesBelow(workspace: WorkspaceFiles, folder: string): string[] {
  const paths = workspace.listFiles().map((file) => file.path)
  return folder === '' ? paths : paths.filter((path) => path.startsWith(`${folder}/`))
}

function matching(
  folder: string,
  files: readonly string[],
  glob: string,
  depth: number | undefined,
  most: number,
): string {
  const matches = compileGlob(likePath(glob))
  const start = folder === '' ? 0 : folder.length + 1
  const found = files.filter((path) => {
    const isDeepEnough = depth === undefined || path.slice(start).split('/').length <= depth
    return isDeepEnough && (matches(likePath(path)) || matches(likePath(path.slice(start))))
  })
  if (found.length === 0) return `No visible file matches ${glob}.`
  const { text, shown } = fitLines(found.map(shownPath), most)
  if (shown === found.length) return text
  return `${text}\n[${shown} of ${found.length} matching files are shown. For the rest, narrow path or glob.]`
}

/** Files and folders by level; without a wish, as many levels as fit. */
function tree(folder: string, files: readonly string[], depth: number | undefined, most: number): string {
  const entries = entriesOf(folder, files)
  const deepest = entries.reduce((most, entry) => Math.max(most, entry.level), 1)
  const levels = depth ?? deepestThatFits(entries, deepest, most)
  const wanted = entries.filter((entry) => entry.level <= levels).map((entry) => entry.path)
  const { text, shown } = fitLines(wanted.map(shownPath), most)
  const notes: string[] = []
  if (shown < wanted.length) {
    notes.push(`[${shown} of ${wanted.length} paths are shown. For the rest, name a folder in path, or use glob.]`)
  }
  if (wanted.length < entries.length) {
    const deeper = entries.length - wanted.length
    notes.push(
      `[Only ${levels} ${levels === 1 ? 'level is' : 'levels are'} shown; ${deeper} deeper paths are not. Use path, glob or depth for them.]`,
    )
  }
  return [text, ...notes].join('\n')
}

type Entry = { path: string; level: number }

/** Files with the folders they lie in, each folder just before what it holds. */
function entriesOf(folder: string, files: readonly string[]): Entry[] {
  const start = folder === '' ? 0 : folder.split('/').length
  const seen = new Set<string>()
  const entries: Entry[] = []
  for (const file of files) {
    const parts = file.split('/')
    for (let end = start + 1; end < parts.length; end++) {
      const path = `${parts.slice(0, end).join('/')}/`
      if (!seen.has(path)) entries.push({ path, level: end - start })
      seen.add(path)
    }
    entries.push({ path: file, level: parts.length - start })
  }
  return entries
}

function deepestThatFits(entries: readonly Entry[], deepest: number, most: number): number {
  const lengths = new Map<number, number>()
  for (const { level, path } of entries) lengths.set(level, (lengths.get(level) ?? 0) + path.length + 1)
  let length = lengths.get(1) ?? 0
  let level = 1
  while (level < deepest) {
    length += lengths.get(level + 1) ?? 0
    if (length > most) return level
    level += 1
  }
  return deepest
}
