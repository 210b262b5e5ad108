import { z } from 'zod'

/** Something of an import that was left out, and how often. `what` is a sentence's part, for people. */
export const skippedSchema = z.object({ what: z.string(), count: z.number().int().positive() })
export type Skipped = z.infer<typeof skippedSchema>

/** Programs whose runs are imported. */
export const importSources = ['claude-code'] as const

/** Why an imported run is not gone on with, and what to do instead. */
export const forkInstead =
  'This run was made by Claude Code and ended there. Fork it: its answers are reused.'

/** Where an imported run comes from. It was made and paid for elsewhere; this server has only read of it. */
export const importedSchema = z.object({
  source: z.enum(importSources),
  /** The run's name there, the same however often it is imported. */
  origin: z.string(),
  /** Of its files by name and size: another one says that they have changed since. */
  digest: z.string(),
  /** When it was imported; ISO 8601. */
  at: z.string(),
  /** The folder it worked in; null where its files do not say. */
  folder: z.string().nullable(),
  /** Version of the program that made it; null where its files do not say. */
  version: z.string().nullable(),
  /** What of its files could not be read. */
  skipped: z.array(skippedSchema),
  /** Agents whose calls were found in its script: a fork reuses their answers. */
  forkable: z.number().int().nonnegative(),
})
export type Imported = z.infer<typeof importedSchema>
