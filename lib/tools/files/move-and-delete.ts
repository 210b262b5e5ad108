import { z } from 'zod'
import { shownPath } from '@/lib/core/base/path-names'
import { defineTool, failed, type Tool } from '../tool'
import { changed, changesOf, fileAbove } from './write-file'

/** The tool `move_file`. */
export function createMoveFile(): Tool {
  return defineTool({
    name: 'move_file',
    description:
      'Moves or renames a file. Nothing may stand at the new path. Example: {"from": "src/a.ts", "to": "src/b.ts"}.',
    acts: true,
    input: z.strictObject({
      from: z.string().min(1).describe('The file, relative to the root.'),
      to: z.string().min(1).describe('Its new path.'),
    }),
    known: {
      aliases: {
        from: ['source', 'source_path', 'old_path', 'path', 'src'],
        to: ['destination', 'destination_path', 'new_path', 'target', 'dst'],
      },
      ignored: ['explanation', 'description'],
    },
    async run(asked, scene) {
      const changes = changesOf(scene)
      const [from, to] = [changes.place(asked.from), changes.place(asked.to)]
      if (!from.ok) return failed(from.reason)
      if (!to.ok) return failed(to.reason)
      const file = await changes.read(from.path)
      if (file === null) return failed(`There is no file ${shownPath(from.path)}.`)
      if ((await changes.read(to.path)) !== null || (await changes.isFolder(to.path)))
        return failed(`${shownPath(to.path)} is there already. Nothing was moved.`)
      const above = await fileAbove(changes, to.path)
      if (above !== null) return failed(`${shownPath(above)} is a file, so nothing can lie in it.`)
      return changed(
        changes,
        [
          { path: from.path, bytes: null },
          { path: to.path, ...file },
        ],
        `Moved ${shownPath(from.path)} to ${shownPath(to.path)}.`,
      )
    },
  })
}

/** The tool `delete_file`. */
export function createDeleteFile(): Tool {
  return defineTool({
    name: 'delete_file',
    description: 'Deletes a file. Example: {"path": "src/old.ts"}.',
    acts: true,
    input: z.strictObject({ path: z.string().min(1).describe('The file, relative to the root.') }),
    known: {
      aliases: { path: ['file_path', 'file', 'filename', 'target_file'] },
      ignored: ['explanation', 'description'],
    },
    async run({ path }, scene) {
      const changes = changesOf(scene)
      const place = changes.place(path)
      if (!place.ok) return failed(place.reason)
      if (await changes.isFolder(place.path))
        return failed(`${shownPath(place.path)} is a folder: delete its files one by one.`)
      if ((await changes.read(place.path)) === null)
        return failed(`There is no file ${shownPath(place.path)}.`)
      return changed(changes, [{ path: place.path, bytes: null }], `Deleted ${shownPath(place.path)}.`)
    },
  })
}
