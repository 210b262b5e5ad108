import { closeSync, constants, fstatSync, openSync, readlinkSync, realpathSync, statSync } from 'node:fs'

/**
 * Opens a plain file for reading at a path that was found to be a real one, and makes sure that it still is:
 * a folder on the way may have become a link since. Null when it has, or cannot be opened. Never waits for a
 * pipe.
 */
export function openInside(path: string): number | null {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return null
  }
  if (fstatSync(file).isFile() && isAt(file, path)) return file
  closeSync(file)
  return null
}

/** Whether an open file is the one at this path, no link on the way. */
function isAt(file: number, path: string): boolean {
  try {
    // The system's own word on what is open: nothing can be exchanged between two looks.
    return readlinkSync(`/proc/self/fd/${file}`) === path
  } catch {
    return isStillAt(file, path)
  }
}

function isStillAt(file: number, path: string): boolean {
  try {
    const [opened, there] = [fstatSync(file), statSync(path)]
    return opened.ino === there.ino && opened.dev === there.dev && realpathSync(path) === path
  } catch {
    return false
  }
}
