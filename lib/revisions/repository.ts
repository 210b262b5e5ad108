import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Processes } from '@/lib/processes/processes'
import { createGit, type Git } from './git'
import { isThere } from './is-there'
import { writeObject } from './loose-objects'
import { createObjectReader } from './object-reader'
import type { Objects } from './trees'

/** A bare repository of Skein's own, in which the files of runs are kept by their contents. */
export type Repository = {
  git: Git
  objects: Objects
  /** A folder for indexes and files that come and go. */
  scratch: string
  close(): void
}

/**
 * Attributes that outrank those lying among the files: nothing is converted, filtered or expanded, so a file's
 * bytes are its bytes.
 */
const attributes = '* -text -eol -ident -filter -working-tree-encoding\n'

/** Opens the repository in a folder, and makes it where there is none. */
export async function openRepository(folder: string, processes: Processes): Promise<Repository> {
  if (!(await isThere(join(folder, 'HEAD')))) await make(folder, processes)
  const scratch = join(folder, 'scratch')
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  const git = createGit(folder, processes.run)
  const reader = createObjectReader(git, processes.start)
  return {
    git,
    scratch,
    objects: { read: reader.read, write: (type, bytes) => writeObject(folder, type, bytes) },
    close: reader.close,
  }
}

/** Made aside and moved in place, so that a crash leaves none half made. */
async function make(folder: string, processes: Processes): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  // No template: it could hold hooks.
  const git = createGit(unfinished, processes.run)
  await git.run(['init', '--quiet', '--bare', '--template=', '--initial-branch=main'])
  await mkdir(join(unfinished, 'info'), { recursive: true })
  await writeFile(join(unfinished, 'info', 'attributes'), attributes)
  await rename(unfinished, folder)
}
