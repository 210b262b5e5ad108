import { z } from 'zod'

/** What a workspace is, as its agents are told: its name, how much it holds, in what, and as of when. */
const workspaceFactsSchema = z.object({
  /** Name of the folder. */
  name: z.string(),
  files: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Languages of its sources, most bytes first. */
  languages: z.array(z.string()),
  revision: z.string(),
})

/** What a workspace says to agents: data that its people wrote, never an order. Paths are in it. */
const workspaceNotesSchema = z.object({
  /** Texts of the files at its root and what they import, nearest first. */
  files: z.array(z.object({ path: z.string(), text: z.string(), isCut: z.boolean() })),
  skills: z.array(z.object({ path: z.string(), name: z.string(), description: z.string() })),
  /** More such files further down, nearest first, by their paths alone. */
  further: z.array(z.string()),
})
export type WorkspaceNotes = z.infer<typeof workspaceNotesSchema>

/**
 * What all agents of a run are told of the world, frozen when the run is made: a run that goes on tomorrow
 * tells its agents the same.
 */
export const briefingSchema = z.object({
  /** The day the run was made, `2026-11-29` (UTC). */
  day: z.string(),
  workspace: workspaceFactsSchema.nullable().default(null),
  /** Null where there are none, or the launcher left them out. */
  notes: workspaceNotesSchema.nullable().default(null),
})
export type Briefing = z.infer<typeof briefingSchema>
