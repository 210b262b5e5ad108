import { z } from 'zod'
import { fitLines } from './fit-lines'
import { defineTool, failed, succeeded, type Tool } from './tool'
import type { FileNames, SearchFindings } from './untrusted-protocol'
import type { UntrustedRunner } from './untrusted-runner'
import { type UnlistedNames, unlistedNote, type WorkspaceFiles } from './workspace-files'

const DEFAULT_RESULTS = 200
const MOST_RESULTS = 2000

const description = `Searches the text of the workspace's files line by line with a regular expression (JavaScript syntax).
Each result is "path:line: text"; of a long line the part around the match is shown, and where it stands in the line.
Ignored, private and binary files and files above 5 MB are not searched. UTF-8 and UTF-16 are understood.
Upper and lower case are not told apart unless caseSensitive is true.
Example: {"pattern": "export (async )?function \\\\w+", "glob": "**/*.ts", "path": "src"}.`

const input = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(2000)
    .describe('Regular expression, tried on every line. Escape ( [ { . * + ? to mean them literally.'),
  path: z
    .string()
    .optional()
    .describe('File or folder to search, relative to the root. Default: everything.'),
  glob: z
    .string()
    .min(1)
    .optional()
    .describe('Only files that match, such as "*.ts" or "src/**/*.{md,txt}".'),
  caseSensitive: z.boolean().optional().describe('Default: false.'),
  maxResults: z
    .number()
    .int()
    .min(1)
    .max(MOST_RESULTS)
    .optional()
    .describe(`Matching lines to return at most. Default: ${DEFAULT_RESULTS}, at most ${MOST_RESULTS}.`),
})

/** The tool `search_files`; the pattern runs in `untrusted`, where it can be killed. */
export function createSearchFiles(
  workspace: WorkspaceFiles,
  untrusted: Pick<UntrustedRunner, 'search'>,
  owner: string,
  allFiles: () => FileNames,
  mostCharacters: number,
): Tool {
  return defineTool({
    name: 'search_files',
    description,
    input,
    async run(
      { pattern, path = '', glob = null, caseSensitive = false, maxResults = DEFAULT_RESULTS },
      signal,
    ) {
      const place = await workspace.locate(path)
      if (!place.ok) return failed(place.reason)
      const files = place.kind === 'file' ? place.path : allFiles()
      const request = {
        root: workspace.root,
        files,
        pattern,
        caseSensitive,
        glob,
        under: place.path,
        maxResults,
      }
      const result = await untrusted.search(request, { owner, signal })
      if (!result.ok) return failed(`The search for ${JSON.stringify(pattern)} failed: ${result.reason}`)
      return succeeded(describe(result.findings, workspace.unlistedNames, mostCharacters))
    },
  })
}

function describe(findings: SearchFindings, unlisted: UnlistedNames, most: number): string {
  const { lines, isCut, inexact, unreadable } = findings
  const { text, shown } = fitLines(lines, most)
  const notes: string[] = []
  if (lines.length === 0) notes.push(nothingFound(findings))
  if (shown < lines.length) {
    notes.push(`[${shown} of ${lines.length} results are shown. For the rest, narrow pattern, path or glob.]`)
  }
  if (isCut)
    notes.push(
      `[The search ended after ${count(lines.length, 'result')}; there are more. Narrow it, or raise maxResults.]`,
    )
  if (findings.skippedLarge > 0)
    notes.push(`[${count(findings.skippedLarge, 'file')} above 5 MB not searched.]`)
  if (inexact.length > 0)
    notes.push(
      `[${count(inexact.length, 'file')} not UTF-8, of which only the ASCII text could be searched: ${named(inexact)}. Read what may matter.]`,
    )
  if (unreadable.length > 0)
    notes.push(`[${count(unreadable.length, 'file')} could not be opened: ${named(unreadable)}.]`)
  if (unlisted.count > 0) notes.push(unlistedNote(unlisted))
  return [text, ...notes].filter((part) => part !== '').join('\n')
}

/** Says in how much nothing was found; what could not be searched to the letter is not counted in. */
function nothingFound({ filesSearched, inexact, skippedBinary }: SearchFindings): string {
  const binary = skippedBinary === 0 ? '' : ` ${count(skippedBinary, 'binary file')} not searched.`
  return `No line matches in ${count(filesSearched - inexact.length, 'file')}.${binary}`
}

const MOST_NAMED = 20

function named(paths: readonly string[]): string {
  const rest = paths.length - MOST_NAMED
  return `${paths.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
