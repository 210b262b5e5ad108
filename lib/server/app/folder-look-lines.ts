import { z } from 'zod'
import { folderLookSchema } from '@/lib/api/settings'
import { workspaceErrorKinds } from '@/lib/workspace/workspace-error'

/** What the program that looks at a folder is told, as JSON in its one argument. */
export const lookOrderSchema = z.object({
  path: z.string(),
  roots: z.array(z.string()),
  deny: z.array(z.string()),
  privateNames: z.array(z.string()),
  /** A folder of its own. */
  place: z.string(),
})
export type LookOrder = z.infer<typeof lookOrderSchema>

const { repository, files, uncommitted } = folderLookSchema.shape

/** What it prints, a line of JSON each, as soon as it is known. */
export const lookLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refused'), why: z.enum(workspaceErrorKinds) }),
  z.object({ kind: z.literal('opened'), path: z.string(), repository }),
  z.object({ kind: z.literal('files'), files }),
  z.object({ kind: z.literal('uncommitted'), uncommitted }),
])
export type LookLine = z.infer<typeof lookLineSchema>
