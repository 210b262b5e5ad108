import type { Json } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'

/** Files as one string with NUL between their relative paths: it crosses threads cheaply. */
export type FileNames = string

/** Files to search, and for what. */
export type SearchRequest = {
  root: string
  files: FileNames
  pattern: string
  caseSensitive: boolean
  /** Only files matching this glob; null for all. */
  glob: string | null
  /** Only this file, or files in this folder; '' for all. */
  under: string
  maxResults: number
}

/** Files to list, and how. */
export type ListRequest = {
  files: FileNames
  /** The folder whose files are listed; '' for all. */
  under: string
  /** Only files matching this glob; null for all. */
  glob: string | null
  /** How many levels below the folder; null for as many as fit. */
  depth: number | null
  mostCharacters: number
}

export type SearchFindings = {
  /** `path:line: text`, in the order of the files. */
  lines: string[]
  filesSearched: number
  skippedBinary: number
  skippedLarge: number
  /** Files in an encoding nobody can tell: only what of them is plain ASCII was searched. */
  inexact: string[]
  /** Files that could not be opened where they were listed. */
  unreadable: string[]
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
