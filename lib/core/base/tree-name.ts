import { z } from 'zod'

/** The name of a tree of files: 40 hex digits that are the same for the same files, wherever they are. */
export const treeSchema = z.string().regex(/^[0-9a-f]{40}$/)
