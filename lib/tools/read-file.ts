import { z } from 'zod'
import type { ToolResult } from '@/lib/core/ports'
import { type LinesRead, readLines } from './read-lines'
import { defineTool, failed, succeeded, type Tool } from './tool'
import type { WorkspaceFiles } from './workspace-files'

/** In larger files lines are not counted to the end. */
const HUGE_BYTES = 5_000_000

const description = `Reads a text file of the workspace. Each line is shown as its number, a tab, and its text.
A long file is cut at a whole line with a note that says where to go on; give startLine and endLine to read a part.
Examples: {"path": "src/app.ts"}, {"path": "src/app.ts", "startLine": 200, "endLine": 320}.`

const input = z.strictObject({
  path: z.string().min(1).describe('The file, relative to the root.'),
  startLine: z.number().int().min(1).optional().describe('First line to read, counting from 1. Default: 1.'),
  endLine: z.number().int().min(1).optional().describe('Last line to read, included. Default: as far as fits.'),
})

/** The tool `read_file`; `mostCharacters` bounds one result. */
export function createReadFile(workspace: WorkspaceFiles, mostCharacters: number): Tool {
  return defineTool({
    name: 'read_file',
    description,
    input,
    async run({ path, startLine = 1, endLine = Number.MAX_SAFE_INTEGER }, signal) {
      if (endLine < startLine) return failed(`endLine (${endLine}) must not be smaller than startLine (${startLine}).`)
      const place = await workspace.locate(path)
      if (!place.ok) return failed(place.reason)
      if (place.kind === 'folder')
        return failed(`${place.path || 'The root'} is a folder. Use list_files to see what it holds.`)
      const read = await readLines(place.absolute, { startLine, endLine, mostCharacters }, HUGE_BYTES, signal)
      return describe(place, read, startLine, endLine)
    },
  })
}

function describe(
  place: { path: string; size: number },
  read: LinesRead,
  startLine: number,
  endLine: number,
): ToolResult {
  if (read.kind === 'binary') return failed(`${place.path} is a binary file of ${bytes(place.size)}, not text.`)
  const { lines, linesSeen, isAtEnd, isFull } = read
  if (linesSeen === 0) return succeeded(`[${place.path} is empty.]`)
  if (lines.length === 0)
    return failed(
      `${place.path} has ${linesSeen} ${linesSeen === 1 ? 'line' : 'lines'}; startLine ${startLine} is past its end.`,
    )
  const last = startLine + lines.length - 1
  const text = lines.map((line, index) => `${String(startLine + index).padStart(4)}\t${line}`).join('\n')
  if (isAtEnd && last === linesSeen) return succeeded(text)
  const total = isAtEnd ? `${linesSeen} lines` : `more than ${linesSeen} lines (${bytes(place.size)})`
  const why = isFull ? '; the result is full' : ''
  const next = isFull && last < endLine ? ` Go on with startLine ${last + 1}.` : ''
  return succeeded(`${text}\n[Lines ${startLine} to ${last} of ${total}${why}.${next}]`)
}

function bytes(size: number): string {
  return size < 1_000_000 ? `${size} bytes` : `${(size / 1_000_000).toFixed(1)} MB`
}
