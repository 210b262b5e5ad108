import { z } from 'zod'

/** ISO 8601, UTC. */
export const timeSchema = z.string()

export const runStatuses = [
  'draft',
  'queued',
  'running',
  'paused',
  'completed',
  'completed-with-failures',
  'failed',
  'cancelled',
  'stopped-at-limit',
] as const
export type RunStatus = (typeof runStatuses)[number]

export const runOutcomes = [
  'completed',
  'completed-with-failures',
  'failed',
  'cancelled',
  'stopped-at-limit',
] as const
export type RunOutcome = (typeof runOutcomes)[number]

/** True once nothing more can happen in a run of this status. */
export function hasEnded(status: RunStatus): boolean {
  return (runOutcomes as readonly string[]).includes(status)
}

/** The statuses of runs in which more can happen. */
export const openStatuses: readonly RunStatus[] = runStatuses.filter((status) => !hasEnded(status))

export const phaseSchema = z.object({
  title: z.string(),
  detail: z.string().nullable(),
  model: z.string().nullable(),
})
export type Phase = z.infer<typeof phaseSchema>

/**
 * What decides the next agents: a script, a script that a planner writes first, or an agent that may spawn
 * others.
 */
export const orchestrators = ['script', 'plan', 'live'] as const
export type Orchestrator = (typeof orchestrators)[number]

/** What kind of money a run spends: real, the simulator's, none at all, or some that was spent elsewhere. */
export const runKinds = ['real', 'simulated', 'dry-run', 'imported'] as const
export type RunKind = (typeof runKinds)[number]
