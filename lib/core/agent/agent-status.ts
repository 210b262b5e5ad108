import { z } from 'zod'

export const agentStatuses = [
  'queued',
  'waiting',
  'running',
  'stalled',
  'succeeded',
  'flagged',
  'failed',
  'skipped',
  'cancelled',
] as const
export type AgentStatus = (typeof agentStatuses)[number]

export const statusCountsSchema = z.record(z.enum(agentStatuses), z.number().int())
/** How many agents are in each state. */
export type StatusCounts = z.infer<typeof statusCountsSchema>

/** State of all agents at zero. */
export function noAgents(): StatusCounts {
  return {
    queued: 0,
    waiting: 0,
    running: 0,
    stalled: 0,
    succeeded: 0,
    flagged: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  }
}

/** How many agents of these counts have ended. */
export function endedCount(counts: StatusCounts): number {
  return counts.succeeded + counts.flagged + counts.failed + counts.skipped + counts.cancelled
}

/** How many agents there are in all. */
export function agentCount(counts: StatusCounts): number {
  return agentStatuses.reduce((sum, status) => sum + counts[status], 0)
}
