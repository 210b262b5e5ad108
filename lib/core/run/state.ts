import { z } from 'zod'
import { type AgentState, agentStateSchema, barrierItemSchema } from '../agent/agent'
import { flaggedSourceSchema } from '../agent/flagged-inputs'
import { runServerSchema } from '../agent/mcp-tools'
import { appliedSchema, runFilesSchema } from '../agent/patch'
import { phaseStateSchema } from '../agent/phase-state'
import { totalsSchema } from '../agent/totals'
import { actorSchema } from '../base/actor'
import { batchSchema } from '../spec/batch'
import { quotaMetSchema } from '../spec/quota-met'
import { outcomeCountsSchema, pauseReasons, runErrorSchema, runSpecSchema } from '../spec/run'
import { runStatuses, timeSchema } from '../spec/run-status'
import { checkpointSchema } from './checkpoint'

export const runHeaderSchema = runSpecSchema.extend({
  id: z.string(),
  status: z.enum(runStatuses),
  /** Why it has this status, in words; null where the status says all. */
  reason: z.string().nullable(),
  pauseReason: z.enum(pauseReasons).nullable(),
  /** The phase whose cap paused it. */
  pausePhase: z.string().nullable().default(null),
  /** The quota that paused it. */
  pauseQuota: quotaMetSchema.nullable().default(null),
  /** Who retried it last, and pays for what it does since; null while that is whoever launched it. */
  paidBy: actorSchema.nullable().default(null),
  /** How many agents there were when it was last retried; null for one that never was. */
  agentsBeforeRetry: z.number().int().nullable().default(null),
  /** Whether somebody changed its limits since it paused, so that going on is worth a try. */
  limitsChangedInPause: z.boolean().default(false),
  /** When a paused run goes on by itself. */
  resumesAt: timeSchema.nullable().default(null),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  pausedAt: timeSchema.nullable(),
  /** Milliseconds spent paused so far; a pause still open is not in it. */
  pausedMs: z.number(),
  error: runErrorSchema.nullable(),
  /** Set while everything has stopped and only batches are waited for, since what they finish is billed. */
  settling: z.object({ cancelledBy: actorSchema.nullable() }).nullable().default(null),
  /** Why nothing more is bought: somebody stopped it at what was approved. */
  approvalStopped: z.string().nullable().default(null),
  /** The files its agents work on; null in a run that changes none. */
  files: runFilesSchema.nullable().default(null),
  /** The MCP servers its agents may call, as they were when it began; empty until then, and without any. */
  servers: z.array(runServerSchema).default([]),
  /** Its changes as they were last written to the workspace; null where they were not, or were taken back. */
  applied: appliedSchema.nullable().default(null),
  /** Branches that its changes were put on. */
  branches: z.array(z.object({ branch: z.string(), commit: z.string() })).default([]),
  /** Agents whose answers the result contains. */
  resultInputs: z.array(z.string()).default([]),
  /** Flagged answers the result rests on, straight or through others. */
  flaggedSources: z.array(flaggedSourceSchema).default([]),
})
export type RunHeader = z.infer<typeof runHeaderSchema>

/**
 * A narrator line (`logged`), something a reader should know (`noted`), or the outcome of a call of the
 * script.
 */
export const logLineSchema = z.object({
  seq: z.number().int(),
  at: timeSchema,
  kind: z.enum(['logged', 'noted', 'entered', 'left', 'refused']),
  message: z.string(),
  agentId: z.string().nullable(),
})
export type LogLine = z.infer<typeof logLineSchema>

export const barrierSchema = z.object({
  id: z.string(),
  kind: z.enum(['parallel', 'pipeline']),
  size: z.number().int(),
  openedAt: timeSchema,
  closedAt: timeSchema.nullable(),
  line: z.number().int().nullable(),
  within: barrierItemSchema.nullable().default(null),
})
export type Barrier = z.infer<typeof barrierSchema>

/** The wire form of a run's state: what `GET /api/runs/{id}` answers, and where a tail begins. */
export const snapshotSchema = z.object({
  run: runHeaderSchema,
  phases: z.array(phaseStateSchema),
  agents: z.array(agentStateSchema),
  barriers: z.array(barrierSchema),
  batches: z.array(batchSchema).default([]),
  checkpoints: z.array(checkpointSchema),
  log: z.array(logLineSchema),
  totals: totalsSchema,
  outcomeCounts: outcomeCountsSchema,
  seq: z.number().int(),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/** A run as `fold` holds it: the snapshot with its agents by id, in order of creation. */
export type RunState = Omit<Snapshot, 'agents'> & { agents: ReadonlyMap<string, AgentState> }

/** State to wire. */
export function toSnapshot(state: RunState): Snapshot {
  return { ...state, agents: [...state.agents.values()] }
}

/** Wire to state; the inverse of `toSnapshot`. */
export function fromSnapshot(snapshot: Snapshot): RunState {
  return { ...snapshot, agents: new Map(snapshot.agents.map((agent) => [agent.id, agent])) }
}
