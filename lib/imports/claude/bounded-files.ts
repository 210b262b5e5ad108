import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { isSystemError } from './system-error'

/** Most entries of one folder that are looked at. */
const MOST_ENTRIES = 20_000

/** Longest line that is read, in bytes; a longer one is passed over. */
const LONGEST_LINE = 8 * 1024 * 1024

/** What is read of one file of lines, in bytes; what follows is passed over. */
const MOST_OF_FILE = 64 * 1024 * 1024

const CHUNK = 1024 * 1024

/** A file that is not read, and why, as the part of a sentence. */
export class Unreadable extends Error {}

/**
 * The files of one folder, none of them reached by a link that leads elsewhere. All reading is bounded, and nothing
 * but regular files is read: a pipe would never end.
 */
export class BoundedFiles {
  readonly root: string
  readonly #inside = new Set<string>()

  /** Throws `Unreadable` where there is no such folder. */
  constructor(folder: string) {
    this.root = told('the folder', () => realpathSync(folder))
    if (!told('the folder', () => lstatSync(this.root)).isDirectory()) throw new Unreadable('it is no folder')
  }

  /** Entries of a folder below the root, in no order; none where there is no such folder. */
  entries(...path: string[]): Dirent[] {
    const folder = join(this.root, ...path)
    if (!this.#isThere(folder)) return []
    this.#requireInside(folder)
    const found: Dirent[] = []
    const open = told('a folder', () => opendirSync(folder))
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        if (found.length === MOST_ENTRIES) throw new Unreadable(`it has more than ${MOST_ENTRIES} entries`)
        found.push(entry)
      }
    } finally {
      open.closeSync()
    }
    return found
  }

  /** Size and time of a regular file; null where there is none. */
  stat(...path: string[]): { size: number; changedMs: number } | null {
    const file = join(this.root, ...path)
    try {
      const { size, mtimeMs } = lstatSync(file)
      return { size, changedMs: mtimeMs }
    } catch {
      return null
    }
  }

  /** The whole text of a file; null where there is none. Throws `Unreadable`, also where it is longer than `most`. */
  text(most: number, ...path: string[]): string | null {
    return this.#opened(path, (fd, size) => {
      if (size > most) throw new Unreadable(`it is longer than ${megabytes(most)}`)
      const pieces: Buffer[] = []
      for (let at = 0; at < most; ) {
        const piece = Buffer.allocUnsafe(Math.min(CHUNK, most - at))
        const count = readSync(fd, piece, 0, piece.length, at)
        if (count === 0) break
        pieces.push(piece.subarray(0, count))
        at += count
      }
      return Buffer.concat(pieces).toString('utf8')
    })
  }

  /**
   * Hands over a file line by line, without its ends; false where there is no such file. What is passed over is told
   * as the part of a sentence.
   */
  lines(path: readonly string[], onLine: (line: string) => void, passOver: (what: string) => void): boolean {
    const done = this.#opened(path, (fd) => {
      const line = new LineBuffer(onLine, () => passOver('lines longer than 8 MB'))
      const chunk = Buffer.allocUnsafe(CHUNK)
      for (let at = 0; ; ) {
        if (at >= MOST_OF_FILE) {
          passOver(`files longer than ${megabytes(MOST_OF_FILE)}, read to there`)
          break
        }
        const count = readSync(fd, chunk, 0, CHUNK, at)
        if (count === 0) break
        line.take(chunk.subarray(0, count))
        at += count
      }
      line.end()
      return true
    })
    return done ?? false
  }

  #opened<T>(path: readonly string[], read: (fd: number, size: number) => T): T | null {
    const file = join(this.root, ...path)
    if (!this.#isThere(file)) return null
    this.#requireInside(dirname(file))
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
    const fd = told('a file', () => openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
    try {
      const stat = fstatSync(fd)
      if (!stat.isFile()) throw new Unreadable('it is no file')
      return told('a file', () => read(fd, stat.size))
    } finally {
      closeSync(fd)
    }
  }

  #isThere(path: string): boolean {
    try {
      lstatSync(path)
      return true
    } catch {
      return false
    }
  }

  /** Throws where a link on the way leads out of the folder. */
  #requireInside(folder: string): void {
    if (this.#inside.has(folder)) return
    const real = told('a folder', () => realpathSync(folder))
    if (real !== this.root && !real.startsWith(`${this.root}${sep}`))
      throw new Unreadable('a link leads out of the folder')
    this.#inside.add(folder)
  }
}

/** Lines out of pieces of a file. A line that is too long costs no more memory than the longest that is not. */
class LineBuffer {
  #pieces: Buffer[] = []
  #length = 0
  #isTooLong = false

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
  ) {}

  take(chunk: Buffer): void {
    let from = 0
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      this.#add(chunk.subarray(from, to))
      this.end()
      from = to + 1
    }
    // The chunk is filled again: what is kept of it has to be a copy.
    this.#add(Buffer.from(chunk.subarray(from)))
  }

  end(): void {
    if (this.#isTooLong) this.onTooLong()
    else if (this.#length > 0) {
      const text = Buffer.concat(this.#pieces).toString('utf8').trim()
      if (text !== '') this.onLine(text)
    }
    this.#pieces = []
    this.#length = 0
    this.#isTooLong = false
  }

  #add(piece: Buffer): void {
    if (piece.length === 0 || this.#isTooLong) return
    this.#length += piece.length
    if (this.#length > LONGEST_LINE) {
      this.#isTooLong = true
      this.#pieces = []
    } else this.#pieces.push(piece)
  }
}

/** What the system refuses, without the path: that may hold anything. */
function told<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ELOOP') throw new Unreadable('it is a link')
    if (error.code === 'EACCES' || error.code === 'EPERM') throw new Unreadable(`${what} may not be read`)
    throw new Unreadable(`${what} cannot be read (${error.code})`)
  }
}

function megabytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MB`
}
