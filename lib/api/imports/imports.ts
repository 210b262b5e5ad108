import { z } from 'zod'
import { skippedSchema } from '@/lib/core/spec/imported'
import { runStatuses } from '@/lib/core/spec/run-status'
import { schemaNames } from '../schema-names'

/** A name of a folder or a file. */
const name = z.string().min(1).max(255)

/** Where a run of Claude Code lies: below `projects` of its folder. */
const placeShape = { project: name, session: name, run: name }

/** `GET /api/imports/claude` */
export const importQuerySchema = z.strictObject({
  /** A folder that runs may open, in place of the one that is configured. */
  from: z.string().min(1).max(4_000).optional(),
})

/** `POST /api/imports/claude` */
export const importInputSchema = z
  .strictObject({ ...placeShape, from: importQuerySchema.shape.from })
  .register(schemaNames, { id: 'ImportInput' })
export type ImportInput = z.infer<typeof importInputSchema>

const foundSchema = z.object({
  ...placeShape,
  name: z.string(),
  /** When it began; else when its files changed last. */
  at: z.string(),
  agents: z.number().int(),
  /** By its own summary; null without one. */
  tokens: z.number().nullable(),
  /** By its own summary; `unfinished` without one: interrupted, or still at work. */
  state: z.enum(['completed', 'killed', 'failed', 'unfinished']),
  /** Why it cannot be imported; null where it can. */
  problem: z.string().nullable(),
  /** The run it was imported as; null where it was not, or that run was deleted. */
  importedAs: z.string().nullable(),
  /** Whether its files have changed since. */
  hasChanged: z.boolean(),
})
export type FoundImport = z.infer<typeof foundSchema>

export const foundImportsSchema = z
  .object({
    folder: z.string(),
    /** The newest first. */
    runs: z.array(foundSchema),
    /** How many there are in all. */
    total: z.number().int(),
    /** What of the folder was not looked at. */
    skipped: z.array(skippedSchema),
  })
  .register(schemaNames, { id: 'FoundImports' })
export type FoundImports = z.infer<typeof foundImportsSchema>

export const importedRunSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    /** `already`: its files are as they were when it was imported. `renewed`: they had changed. */
    outcome: z.enum(['imported', 'renewed', 'already']),
    status: z.enum(runStatuses),
    agents: z.number().int(),
    turns: z.number().int(),
    /** What of its files could not be read. */
    skipped: z.array(skippedSchema),
    /** Agents whose answers a fork reuses, and why not all of them; null where nothing is amiss. */
    forkable: z.number().int(),
    forkProblem: z.string().nullable(),
  })
  .register(schemaNames, { id: 'ImportedRun' })
export type ImportedRun = z.infer<typeof importedRunSchema>
