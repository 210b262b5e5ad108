import { z } from 'zod'
import { defaultProject } from '@/lib/core/base/project'
import { schemaNames } from './schema-names'

/** One file that agents read of a source. */
const sourceFileSchema = z.object({
  /** Its path in the source's folder. */
  path: z.string(),
  /** What was given, by its own name: a file, an address, a text. */
  from: z.string(),
  kind: z.string(),
  /** Pages of a PDF; null for what has none. */
  pages: z.number().int().nullable(),
  /** What a reader should know of how it was read. */
  notes: z.array(z.string()),
  /** The very file beside its text, where models can be shown it: a PDF, an image. */
  original: z.string().nullable().default(null),
})

/** Documents, pages or a repository that runs work on, in a folder that Skein keeps. */
export const sourceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The folder: what a launch names as its workspace. */
    path: z.string(),
    kind: z.enum(['documents', 'repository']),
    createdAt: z.string(),
    /** The project whose runs may work on it. */
    project: z.string().default(defaultProject),
    bytes: z.number().int(),
    files: z.array(sourceFileSchema),
    /** What could not be read, and why. */
    problems: z.array(z.object({ from: z.string(), why: z.string() })),
    /** Of a repository: where it was cloned from, and what is checked out. */
    repository: z.object({ url: z.string(), ref: z.string().nullable(), commit: z.string() }).nullable(),
  })
  .register(schemaNames, { id: 'Source' })
export type Source = z.infer<typeof sourceSchema>

export const sourceListSchema = z
  .object({ sources: z.array(sourceSchema) })
  .register(schemaNames, { id: 'SourceList' })

/** `POST /api/sources`. Files follow one by one; texts and addresses come with it. */
export const sourceInputSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    texts: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(200), text: z.string().max(2_000_000) }))
      .max(50)
      .optional(),
    addresses: z.array(z.string().trim().min(1).max(4_000)).max(50).optional(),
    /** A git address (`https`, `ssh`, or `file` inside the folders that runs may open), and a branch or tag. */
    repository: z
      .strictObject({
        url: z.string().trim().min(1).max(2_000),
        ref: z.string().trim().min(1).max(200).optional(),
      })
      .optional(),
  })
  .register(schemaNames, { id: 'SourceInput' })
export type SourceInput = z.infer<typeof sourceInputSchema>

export const sourceFileQuerySchema = z.object({ name: z.string().trim().min(1).max(300) })
