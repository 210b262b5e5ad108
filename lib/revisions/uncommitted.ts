import { copyFile, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Processes } from '@/lib/processes/processes'
import { isThere } from './is-there'
import { openRepository } from './repository'

/** A repository of the workspace, as far as its files say what it is. */
export type TheirRepository = {
  /** The commit that is checked out. */
  head: string
  /** The folder at its top, and the path of the folder that is asked about in it; '' for the top. */
  top: string
  within: string
  objectsFolder: string
  /** What its worktrees share; its list of files. */
  gitFolder: string
  index: string
}

/** Longest list of names that is taken, in bytes. */
const MOST_BYTES = 64_000_000

/**
 * Files of a checkout that differ from its commit, or that git does not know and nothing ignores; paths from
 * the folder that is asked about. Nothing is written there, and git is run under none of its configuration,
 * attributes or hooks: in a bare repository made in `place`, on a copy of the list of files, over the
 * workspace's objects. Null where that cannot be told: a commit that is not there, another format.
 */
export async function uncommittedPaths(
  { head, top, within, objectsFolder, gitFolder, index }: TheirRepository,
  place: string,
  processes: Processes,
): Promise<string[] | null> {
  const repository = await openRepository(join(place, 'look.git'), processes)
  try {
    const own = join(place, 'index')
    await copyFile(index, own)
    // Git takes a file for changed within the second in which the list was written: it must look as old as it is.
    const { atime, mtime } = await stat(index)
    await utimes(own, atime, mtime)
    const options = { index: own, workTree: top, alternates: objectsFolder, mostBytes: MOST_BYTES }
    const where = within === '' ? [] : ['--', within]
    // Whose times have changed are read again; whatever it complains of, the comparison tells.
    const refresh = ['update-index', '-q', '--ignore-submodules', '--refresh']
    await repository.git.run(refresh, { ...options, answers: [1] })
    const changed = await repository.git.run(
      ['diff-index', '--name-only', '-z', '--no-renames', '--ignore-submodules=all', head, ...where],
      options,
    )
    const exclude = join(gitFolder, 'info', 'exclude')
    const excludes = (await isThere(exclude)) ? [`--exclude-from=${exclude}`] : []
    const unknown = await repository.git.run(
      ['ls-files', '--others', '-z', '--exclude-standard', '--exclude=node_modules', ...excludes, ...where],
      options,
    )
    const start = within === '' ? 0 : within.length + 1
    return [changed, unknown].flatMap(({ output }) =>
      output
        .toString('utf8')
        .split('\0')
        .filter((path) => path !== '')
        .map((path) => path.slice(start)),
    )
  } catch {
    return null
  } finally {
    repository.close()
  }
}
