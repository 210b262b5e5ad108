import type { Json } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'

/** Files as one string with NUL between their relative paths: it crosses threads cheaply. */
export type FileNames = string

/** Larger files are not searched line by line. */
export const LARGEST_SEARCHED_BYTES = 5_000_000

/**
 * Where files stand that are pieces of one file, given by its absolute path: for each the byte it begins at and
 * its size, two numbers a file, in the order of the files.
 */
export type FilePieces = { file: string; places: Float64Array }

/** All files of a workspace: their paths, and in the same order their sizes in bytes, with NUL between. */
export type AllFiles = { files: FileNames; sizes: string }

/** What a search tells of the lines that match: they themselves, their files, or how many there are in each. */
export const searchOutputs = ['lines', 'files', 'counts'] as const
export type SearchOutput = (typeof searchOutputs)[number]

/** Files to search, and for what. */
export type SearchRequest = {
  root: string
  files: FileNames
  /** Where each of them is read; null where that is its own path below the root. */
  pieces: FilePieces | null
  pattern: string
  caseSensitive: boolean
  /** Only files matching this glob; null for all. */
  glob: string | null
  /** Only this file, or files in this folder; '' for all. */
  under: string
  output: SearchOutput
  /** Lines shown before and after each match, when lines are the result. */
  before: number
  after: number
  /** Results at the beginning that are left out, since they are known. */
  skip: number
  maxResults: number
}

/** Files to list, and how. */
export type ListRequest = AllFiles & {
  /** The folder whose files are listed; '' for all. */
  under: string
  /** Only files matching this glob; null for all. */
  glob: string | null
  /** How many levels below the folder; null for as many as fit. */
  depth: number | null
  mostCharacters: number
}

export type SearchFindings = {
  /**
   * In the order of the files: `path:line: text`, with `path-line- text` for lines around it and `--` between
   * parts of a file; or a file's path; or its path and how many of its lines match.
   */
  lines: string[]
  /** Number of results: matching lines without the lines around them, or files when files are the result. */
  results: number
  filesSearched: number
  skippedBinary: number
  skippedLarge: number
  /** Files in an encoding nobody can tell: only what of them is plain ASCII was searched. */
  inexact: string[]
  /** Files that could not be opened where they were listed. */
  unreadable: string[]
  /** Lines that match in all, where they are counted. */
  matches: number
  /** True when the search ended at `maxResults`. */
  isCut: boolean
}

/** What the tools ask of a thread that can be killed. */
export type UntrustedCall =
  | { kind: 'search'; request: SearchRequest }
  | { kind: 'list'; request: ListRequest }
  | { kind: 'check-schema'; schema: Json }
  | { kind: 'check'; schema: Json; value: Json }

export type UntrustedAnswer =
  | { kind: 'search'; findings: SearchFindings }
  | { kind: 'list'; text: string }
  | { kind: 'complaints'; complaints: SchemaComplaint[] }
  | { kind: 'refused'; reason: string }
