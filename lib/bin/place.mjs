// Where things are, found from this file, so every command works from any folder.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** @param {string[]} parts */
export const at = (...parts) => join(root, ...parts)
