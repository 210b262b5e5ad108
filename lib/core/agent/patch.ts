import { z } from 'zod'
import { treeSchema } from '../base/tree-name'

/** What a file is, in git's words; it knows no other permissions. */
export const fileModes = { plain: '100644', executable: '100755', link: '120000' } as const
export type FileMode = (typeof fileModes)[keyof typeof fileModes]

export function isFileMode(mode: string): mode is FileMode {
  return Object.values<string>(fileModes).includes(mode)
}

/** What an agent changed: the files it began from, the files it left, and how much lies between. */
export const patchSchema = z.object({
  base: treeSchema,
  tree: treeSchema,
  /** Of the paths and contents that differ: two patches that do the same have the same. */
  digest: z.string(),
  files: z.number().int().positive(),
  /** Lines; those of binary files are not counted. */
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
})
export type Patch = z.infer<typeof patchSchema>

/** How a file differs between two trees. `added` and `removed` are lines; null for a binary file. */
export type FileChange = {
  path: string
  status: 'added' | 'modified' | 'deleted'
  added: number | null
  removed: number | null
}

/** The files that the agents of a run work on. */
export const runFilesSchema = z.object({
  /** What they were when the run began. */
  base: treeSchema,
  /** What they are with everything that was merged since. */
  tree: treeSchema,
  /** The commit that was checked out then; null outside a repository. */
  head: z.string().nullable(),
  /** Files that differed from that commit then; null outside a repository. */
  dirty: z.number().int().nonnegative().nullable(),
  /** Patches merged so far. */
  merges: z.number().int().nonnegative(),
})
export type RunFiles = z.infer<typeof runFilesSchema>

/** Changes of a run that were written to its workspace, with what undoing it needs. */
export const appliedSchema = z.object({
  tree: treeSchema,
  before: treeSchema,
  after: treeSchema,
  files: z.number().int().nonnegative(),
  at: z.string(),
  by: z.string(),
})

/** What became of an agent's patch: part of the run's files, waiting to be merged, or left out for a conflict. */
export const patchStatuses = ['merged', 'waiting', 'conflict'] as const

/** What a tool did outside the conversation, for the log: enough to look it up, nothing secret. */
export const toolActionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('command'),
    command: z.string(),
    /** How it ended: its exit code, or a word (`timeout`, `cancelled`, a signal). */
    exit: z.union([z.number().int(), z.string()]),
    durationMs: z.number().int().nonnegative(),
    outputBytes: z.number().int().nonnegative(),
  }),
  /** `digest` is the git name of the new bytes; null for a file that is gone. */
  z.object({ kind: z.literal('file'), path: z.string(), digest: z.string().nullable() }),
  z.object({ kind: z.literal('address'), url: z.string() }),
  z.object({ kind: z.literal('search'), query: z.string() }),
  z.object({ kind: z.literal('mcp'), server: z.string(), tool: z.string() }),
])
export type ToolAction = z.infer<typeof toolActionSchema>

/** What a command that checks files came to. */
export const checkResultSchema = z.object({
  isPassed: z.boolean(),
  /** Its exit code, or a word (`timeout`, a signal). */
  exit: z.union([z.number().int(), z.string()]),
  /** The end of its output. */
  output: z.string(),
  durationMs: z.number().int().nonnegative(),
})
export type CheckResult = z.infer<typeof checkResultSchema>

/** A path that two sides changed in ways that cannot both be kept. */
export const conflictSchema = z.object({
  path: z.string(),
  /**
   * `content`: the file holds both sides between markers. `binary`: no text. `other`: deleted, moved, of two
   * kinds.
   */
  kind: z.enum(['content', 'binary', 'other']),
  detail: z.string(),
})
export type Conflict = z.infer<typeof conflictSchema>
