import { z } from 'zod'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { fitLines } from './fit-lines'
import type { KnownParameters } from './known-parameters'
import { defineTool, failed, succeeded, type Tool } from './tool'
import { type SearchFindings, searchOutputs } from './untrusted-protocol'
import type { UntrustedRunner } from './untrusted-runner'
import { type UnlistedNames, unlistedNote } from './workspace-files'

const DEFAULT_RESULTS = 200
const MOST_RESULTS = 2000
/** Lines before or after a match; a file is read by `read_file`. */
const MOST_AROUND = 50

const description = `Searches the text of the workspace's files line by line with a regular expression (JavaScript syntax).
Each result is "path:line: text"; of a long line the part around the match is shown, and where it stands in the line.
before and after add the lines around each ("path-line- text"); output "files" gives the files alone, "counts" how often each matches.
Ignored, private and binary files and files above 5 MB are not searched. UTF-8 and UTF-16 are understood.
Upper and lower case are not told apart unless caseSensitive is true.
Example: {"pattern": "export (async )?function \\\\w+", "glob": "**/*.ts", "path": "src"}.`

const around = z.number().int().min(0).max(MOST_AROUND)

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
    .describe(`Results to return at most. Default: ${DEFAULT_RESULTS}, at most ${MOST_RESULTS}.`),
  skip: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Results to leave out, to go on after a cut. Default: 0.'),
  before: around.optional().describe(`Lines to show before each match, at most ${MOST_AROUND}. Default: 0.`),
  after: around.optional().describe(`Lines to show after each match, at most ${MOST_AROUND}. Default: 0.`),
  output: z.enum(searchOutputs).optional().describe('What to tell of the matches. Default: lines.'),
})

const known: KnownParameters = {
  aliases: {
    pattern: ['query', 'regex', 'regexp', 'search', 'search_term', 'expression', 'text', 'q', '-e'],
    path: ['dir', 'directory', 'folder', 'file_path', 'file', 'target_directory', 'search_path', 'root'],
    glob: ['include', 'include_pattern', 'glob_pattern', 'file_pattern', 'files'],
    maxResults: ['head_limit', 'limit', 'max_count', 'num_results', '-m'],
    skip: ['offset'],
    before: ['-B', 'before_context', 'context_before', 'lines_before'],
    after: ['-A', 'after_context', 'context_after', 'lines_after'],
    output: ['output_mode', 'mode'],
    caseSensitive: ['case_sensitive', 'match_case'],
  },
  ignored: ['-n', '-H', '-r', '-R', 'line_numbers', 'explanation', 'description', 'is_regex'],
  derive: fromGrep,
}

/** What Claude Code's Grep and its like say in other words. */
const outputWords: Readonly<Record<string, string>> = {
  content: 'lines',
  files_with_matches: 'files',
  filesWithMatches: 'files',
  count: 'counts',
}

/** Endings behind the names of types that ripgrep knows. */
const endingsOfType: Readonly<Record<string, string>> = {
  js: '*.{js,jsx,mjs,cjs,vue}',
  ts: '*.{ts,tsx,mts,cts}',
  py: '*.{py,pyi}',
  rust: '*.rs',
  ruby: '*.rb',
  markdown: '*.{md,mdx,markdown}',
  cpp: '*.{cpp,cc,cxx,hpp,hh,h}',
  csharp: '*.cs',
  kotlin: '*.{kt,kts}',
  yaml: '*.{yml,yaml}',
}

function fromGrep(input: JsonObject): JsonObject {
  const {
    '-i': ignoreCase,
    '-C': c,
    context = c,
    '-l': filesOnly,
    '-c': counts,
    type,
    multiline,
    ...rest
  } = input
  const derived: JsonObject = { ...rest }
  const isOn = (value: Json | undefined) => value === true || value === 'true'
  if (ignoreCase !== undefined) derived.caseSensitive ??= !isOn(ignoreCase)
  if (context !== undefined) {
    derived.before ??= context
    derived.after ??= context
  }
  if (isOn(filesOnly)) derived.output ??= 'files'
  if (isOn(counts)) derived.output ??= 'counts'
  if (typeof rest.output === 'string') derived.output = outputWords[rest.output] ?? rest.output
  if (typeof type === 'string' && /^[\w+-]{1,20}$/.test(type))
    derived.glob ??= endingsOfType[type] ?? `*.${type}`
  // A pattern over several lines would find nothing here, and nobody would know why: the check names it.
  if (isOn(multiline)) derived.multiline = true
  return derived
}

/** The tool `search_files`; the pattern runs in `untrusted`, where it can be killed. */
export function createSearchFiles(
  untrusted: Pick<UntrustedRunner, 'search'>,
  owner: string,
  mostCharacters: number,
): Tool {
  return defineTool({
    name: 'search_files',
    description,
    input,
    known,
    async run(asked, { files: workspace, all, signal }) {
      const { pattern, path = '', glob = null, caseSensitive = false, maxResults = DEFAULT_RESULTS } = asked
      const { skip = 0, before = 0, after = 0, output = 'lines' } = asked
      const place = await workspace.locate(path)
      if (!place.ok) return failed(place.reason)
      const under = place.kind === 'file' ? place.path : ''
      const narrowed =
        (await workspace.narrow?.(pattern, { caseSensitive, under: place.path, signal })) ?? null
      const some = narrowed ?? { files: under === '' ? all().files : under, pieces: null, others: 0 }
      const request = {
        root: workspace.root,
        files: some.files,
        pieces: some.pieces,
        pattern,
        caseSensitive,
        glob,
        under: place.path,
        output,
        before,
        after,
        skip,
        maxResults,
      }
      const result = await untrusted.search(request, { owner, signal })
      if (!result.ok) return failed(`The search for ${JSON.stringify(pattern)} failed: ${result.reason}`)
      // Files of which it is known that no line matches were searched as well.
      const findings = {
        ...result.findings,
        filesSearched: result.findings.filesSearched + some.others,
      }
      return succeeded(describe(findings, skip, workspace.unlistedNames, mostCharacters))
    },
  })
}

function describe(findings: SearchFindings, skip: number, unlisted: UnlistedNames, most: number): string {
  const { lines, results, matches, isCut, inexact, unreadable } = findings
  const { text, shown } = fitLines(lines, most)
  const notes: string[] = []
  if (lines.length === 0)
    notes.push(skip > 0 ? `[No more results after the first ${skip}.]` : nothingFound(findings))
  if (matches > 0) notes.push(`[${count(matches, 'line')} in ${count(results, 'file')}.]`)
  if (shown < lines.length) {
    const what = results === lines.length ? 'results' : 'lines'
    notes.push(`[${shown} of ${lines.length} ${what} are shown. For the rest, narrow pattern, path or glob.]`)
  }
  if (isCut)
    notes.push(
      `[The search ended after ${count(results, 'result')}; there are more. Narrow it, raise maxResults, or go on with skip.]`,
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
