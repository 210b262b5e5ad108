import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, and checks that it can be written. Throws what the file system says.
 * Node's own recursive `mkdir` spins for ever below a folder that exists and takes no children, such as
 * `/proc`.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    if (dirname(path) !== path) makeAbove(dirname(path))
    mkdirSync(path, { mode: 0o700 })
  }
  accessSync(`${path}/.`, constants.W_OK | constants.X_OK)
}

function makeAbove(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) makeFolder(path)
}
