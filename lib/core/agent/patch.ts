import { z } from 'zod'

/** What a file is, in git's words; it knows no other permissions. */
export const fileModes = { plain: '100644', executable: '100755', link: '120000' } as const
export type FileMode = (typeof fileModes)[keyof typeof fileModes]

export function isFileMode(mode: string): mode is FileMode {
  return Object.values<string>(fileModes).includes(mode)
}

/** The name of a tree of files: 40 hex digits that are the same for the same files, wherever they are. */
export const treeSchema = z.string().regex(/^[0-9a-f]{40}$/)

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

/** A path that two sides changed in ways that cannot both be kept. */
export const conflictSchema = z.object({
  path: z.string(),
  /** `content`: the file holds both sides between markers. `binary`: no text. `other`: deleted, moved, of two kinds. */
  kind: z.enum(['content', 'binary', 'other']),
  detail: z.string(),
})
export type Conflict = z.infer<typeof conflictSchema>
