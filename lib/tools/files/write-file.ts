import { z } from 'zod'
import { shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import type { ToolResult } from '@/lib/core/ports/ports'
import { defineTool, failed, type Scene, type Tool } from '../tool'
import type { FileChanges } from './file-changes'

/** Largest text that one call writes. */
const MOST_BYTES = 5_000_000

const description = `Writes a whole text file: makes it, or replaces what it held. Folders on its path are made.
To change a part of a file use edit_file, which costs less and says when it misses.
Example: {"path": "src/notes.md", "content": "# Notes\\n"}.`

/** The tool `write_file`. */
export function createWriteFile(): Tool {
  return defineTool({
    name: 'write_file',
    description,
    acts: true,
    input: z.strictObject({
      path: z.string().min(1).describe('The file, relative to the root.'),
      content: z.string().describe('All that it holds from now on.'),
    }),
    known: {
      aliases: {
        path: ['file_path', 'file', 'filename', 'absolute_path', 'target_file'],
        content: ['contents', 'text', 'file_text', 'code_edit', 'body'],
      },
      ignored: ['explanation', 'description', 'instructions'],
    },
    async run({ path, content }, scene) {
      const changes = changesOf(scene)
      const place = changes.place(path)
      if (!place.ok) return failed(place.reason)
      if (await changes.isFolder(place.path)) return failed(`${shownPath(place.path)} is a folder.`)
      const bytes = Buffer.from(content)
      if (bytes.length > MOST_BYTES)
        return failed(
          `The content has ${sizeWords(bytes.length)}; at most ${sizeWords(MOST_BYTES)} can be written.`,
        )
      const known = await changes.read(place.path)
      if (known?.bytes.equals(bytes) === true)
        return { text: `${shownPath(place.path)} holds exactly that already.`, isError: false }
      const above = await fileAbove(changes, place.path)
      if (above !== null) return failed(`${shownPath(above)} is a file, so nothing can lie in it.`)
      return changed(
        changes,
        [{ path: place.path, bytes }],
        `${known === null ? 'Made' : 'Replaced'} ${shownPath(place.path)} (${sizeWords(bytes.length)}).`,
      )
    },
  })
}

/** What changes files; offered only where something may. */
export function changesOf({ changes }: Scene): FileChanges {
  if (changes === null) throw new Error('No files may be changed here')
  return changes
}

/** Makes changes, and tells of them. */
export async function changed(
  changes: FileChanges,
  edits: Parameters<FileChanges['change']>[0],
  text: string,
): Promise<ToolResult> {
  const digests = await changes.change(edits)
  return {
    text,
    isError: false,
    tree: changes.tree,
    actions: edits.map(({ path }, at) => ({ kind: 'file', path, digest: digests[at] ?? null })),
  }
}

/** The file that stands where a path needs a folder; null when none does. */
export async function fileAbove(changes: FileChanges, path: string): Promise<string | null> {
  const parts = path.split('/')
  for (let count = 1; count < parts.length; count++) {
    const above = parts.slice(0, count).join('/')
    if ((await changes.read(above)) !== null) return above
  }
  return null
}
