import type { Json } from '@/lib/core/json'
import type { SchemaComplaint } from '@/lib/core/ports'

/** Files to search, and for what. `files` holds relative paths with NUL between them: one string crosses threads cheaply. */
export type SearchRequest = {
  root: string
  files: string
  pattern: string
  caseSensitive: boolean
  /** Only files matching this glob; null for all. */
  glob: string | null
  /** Only this file, or files in this folder; '' for all. */
  under: string
  maxResults: number
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

/** A question to the worker; one is answered at a time. */
export type ForeignCall =
  | { kind: 'search'; request: SearchRequest }
  | { kind: 'check-schema'; schema: Json }
  | { kind: 'check'; schema: Json; value: Json }

export type ForeignAnswer =
  | { kind: 'ready' }
  | { kind: 'search'; findings: SearchFindings }
  | { kind: 'complaints'; complaints: SchemaComplaint[] }
  | { kind: 'refused'; reason: string }
