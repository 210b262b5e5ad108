import { z } from 'zod'
import type { JsonObject } from '@/lib/core/base/json'
import { shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import type { ToolResult } from '@/lib/core/ports/ports'
import { type KnownParameters, wholeNumber } from './known-parameters'
import { type LinesRead, LONGEST_LINE, readLines } from './read-lines'
import { defineTool, failed, succeeded, type Tool } from './tool'

/** In larger files lines are not counted to the end. */
const HUGE_BYTES = 5_000_000

const description = `Reads a text file of the workspace. Each line is shown as its number, a tab, and its text.
A long file is cut at a whole line with a note that says where to go on; give startLine and endLine to read a part.
A line of more than ${LONGEST_LINE} characters is cut as well; give startLine and startCharacter to read on in it.
Examples: {"path": "src/app.ts"}, {"path": "src/app.ts", "startLine": 200, "endLine": 320}.`

const input = z.strictObject({
  path: z.string().min(1).describe('The file, relative to the root.'),
  startLine: z.number().int().min(1).optional().describe('First line to read, counting from 1. Default: 1.'),
  endLine: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Last line to read, included. Default: as far as fits.'),
  startCharacter: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'Reads only startLine, from this character of it, counting from 1. For lines too long to be shown whole.',
    ),
})

const known: KnownParameters = {
  aliases: {
    path: ['file_path', 'file', 'filename', 'absolute_path', 'target_file', 'notebook_path'],
    startLine: [
      'offset',
      'start',
      'from',
      'from_line',
      'first_line',
      'line',
      'line_start',
      'start_line_one_indexed',
    ],
    endLine: ['end', 'to', 'to_line', 'last_line', 'line_end', 'end_line_one_indexed'],
    startCharacter: ['column', 'start_column', 'from_character', 'character'],
  },
  ignored: ['explanation', 'should_read_entire_file', 'description'],
  derive: fromOtherRanges,
}

/** A range as a start and a number of lines, or as a pair; lines that count from 0 begin with the first. */
function fromOtherRanges(input: JsonObject): JsonObject {
  const { limit, view_range: pair, ...rest } = input
  const [from, to] = Array.isArray(pair) ? pair.map(wholeNumber) : []
  const startLine = wholeNumber(rest.startLine) ?? from ?? null
  const many = wholeNumber(limit)
  const counted = many !== null && many > 0 ? Math.max(1, startLine ?? 1) + many - 1 : null
  const endLine = wholeNumber(rest.endLine) ?? counted ?? to ?? null
  return {
    ...rest,
    // What is no number is left for the check to name.
    ...(limit !== undefined && counted === null ? { limit } : {}),
    ...(pair !== undefined && from === undefined ? { view_range: pair } : {}),
    ...(startLine === null ? {} : { startLine: startLine === 0 ? 1 : startLine }),
    ...(endLine === null || endLine === -1 ? {} : { endLine }),
  }
}

type Part = { startLine: number; endLine: number; startCharacter: number | null }

/** The tool `read_file`; `mostCharacters` bounds one result. */
export function createReadFile(mostCharacters: number): Tool {
  return defineTool({
    name: 'read_file',
    description,
    input,
    known,
    async run({ path, startLine = 1, endLine = Number.MAX_SAFE_INTEGER, startCharacter = null }, scene) {
      if (endLine < startLine)
        return failed(`endLine (${endLine}) must not be smaller than startLine (${startLine}).`)
      const place = await scene.files.locate(path)
      if (!place.ok) return failed(place.reason)
      if (place.kind === 'folder')
        return failed(
          `${shownPath(place.path) || 'The root'} is a folder. Use list_files to see what it holds.`,
        )
      const part = { startLine, endLine, startCharacter }
      const read = await readLines(place.absolute, { ...part, mostCharacters }, HUGE_BYTES, scene.signal)
      return describe({ name: shownPath(place.path), size: place.size }, read, part)
    },
  })
}

function describe(file: { name: string; size: number }, read: LinesRead, part: Part): ToolResult {
  if (read.kind === 'binary')
    return failed(`${file.name} is a binary file of ${sizeWords(file.size)}, not text.`)
  if (read.kind === 'gone')
    return failed(`${file.name} cannot be read: it may not be opened, or has changed its place.`)
  const { lines, linesSeen } = read
  const { startLine, startCharacter } = part
  if (linesSeen === 0) return succeeded(`[${file.name} is empty.]`)
  const [first] = lines
  if (first === undefined)
    return failed(
      `${file.name} has ${linesSeen} ${linesSeen === 1 ? 'line' : 'lines'}; startLine ${startLine} is past its end.`,
    )
  if (startCharacter !== null && startCharacter > Math.max(1, first.length))
    return failed(
      `Line ${startLine} of ${file.name} has ${first.length} characters; startCharacter is past its end.`,
    )
  const text = lines
    .map((line, index) => `${String(startLine + index).padStart(4)}\t${line.text}${restOf(line, part)}`)
    .join('\n')
  const where =
    startCharacter === null ? linesNote(file, read, part) : partNote(first, startLine, startCharacter)
  const encoding = read.isExact
    ? []
    : [`[${file.name} is not UTF-8; bytes that are no text are shown as \ufffd.]`]
  return succeeded([text, ...where, ...encoding].join('\n'))
}

function restOf({ length, end }: { length: number; end: number }, { startCharacter }: Part): string {
  return end === length || startCharacter !== null
    ? ''
    : `… (${length} characters; read on with startCharacter ${end + 1})`
}

function partNote({ length, end }: { length: number; end: number }, line: number, from: number): string[] {
  const next = end < length ? ` Go on with startLine ${line}, startCharacter ${end + 1}.` : ''
  return [`[Characters ${from} to ${end} of the ${length} of line ${line}.${next}]`]
}

function linesNote(
  file: { size: number },
  { lines, linesSeen, isAtEnd, isFull }: Extract<LinesRead, { kind: 'text' }>,
  { startLine, endLine }: Part,
): string[] {
  const last = startLine + lines.length - 1
  if (isAtEnd && last === linesSeen) return []
  const total = isAtEnd ? `${linesSeen} lines` : `more than ${linesSeen} lines (${sizeWords(file.size)})`
  const why = isFull ? '; the result is full' : ''
  const next = isFull && last < endLine ? ` Go on with startLine ${last + 1}.` : ''
  return [`[Lines ${startLine} to ${last} of ${total}${why}.${next}]`]
}
