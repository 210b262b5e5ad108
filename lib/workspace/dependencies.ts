import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Files that say that a folder has dependencies, and the folders in which those are kept beside it. */
const keptBeside: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['node_modules'],
  'pyproject.toml': ['.venv', 'venv'],
  'requirements.txt': ['.venv', 'venv'],
  'setup.py': ['.venv', 'venv'],
  'composer.json': ['vendor'],
  Gemfile: ['vendor'],
}

/** Of a repository with many packages only so many folders are shown. */
const MOST_FOLDERS = 100

/**
 * Folders of installed dependencies in a workspace, relative to its root: they are ignored, so no checkout has
 * them, and tests need them. `paths` are its visible files; what is among them is no such folder.
 */
export async function dependencyFolders(root: string, paths: readonly string[]): Promise<string[]> {
  const wanted = new Set<string>()
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const folder = dirname(path)
    for (const kept of keptBeside[name] ?? []) wanted.add(folder === '.' ? kept : `${folder}/${kept}`)
    if (wanted.size >= MOST_FOLDERS) break
  }
  const found: string[] = []
  for (const folder of wanted) {
    const info = await lstat(join(root, folder)).catch(() => null)
    if (info?.isDirectory() === true && !paths.some((path) => path.startsWith(`${folder}/`)))
      found.push(folder)
  }
  return found
}
