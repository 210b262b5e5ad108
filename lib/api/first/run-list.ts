import { z } from 'zod'
import { phaseStateSchema } from '@/lib/core/agent/phase-state'
import { totalsSchema } from '@/lib/core/agent/totals'
import { actorSchema } from '@/lib/core/base/actor'
import { runOrders } from '@/lib/core/ports/run-store'
import { orchestrators, runKinds, runStatuses } from '@/lib/core/spec/run-status'
import { schemaNames } from '../schema-names'

/** One run in a list or on the overview. */
export const runSummarySchema = z
  .object({
    id: z.string(),
    title: z.string(),
    status: z.enum(runStatuses),
    reason: z.string().nullable(),
    workflow: z.string().nullable(),
    simulated: z.boolean(),
    /** What decided its agents: the script, or a goal in words. */
    orchestrator: z.enum(orchestrators),
    /** A dry run: answered by a simulator of its own, paid by nobody. */
    isDryRun: z.boolean(),
    /** It was made and paid for elsewhere. */
    isImported: z.boolean().default(false),
    launchedBy: actorSchema,
    tags: z.array(z.string()),
    /** The folder it works on; null without one. */
    workspace: z.string().nullable().default(null),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    /** Since when it is paused; null while it is not. */
    pausedAt: z.string().nullable(),
    pausedMs: z.number(),
    capNanoUsd: z.number().int().nullable(),
    /** True while a question of it waits for a person's answer. */
    isAsking: z.boolean().default(false),
    totals: totalsSchema,
    phases: z.array(phaseStateSchema),
    /** Notes that people wrote on it; told in the list of runs alone. */
    notes: z.number().int().optional(),
  })
  .register(schemaNames, { id: 'RunSummary' })
export type RunSummary = z.infer<typeof runSummarySchema>

export const runListSchema = z
  .object({
    runs: z.array(runSummarySchema),
    total: z.number().int(),
    nextOffset: z.number().int().nullable(),
    /**
     * Where the next page begins, to be given as `after`; null at the end. Unlike an offset it repeats and
     * leaves out nothing when runs are launched or deleted meanwhile.
     */
    nextCursor: z.string().nullable().default(null),
  })
  .register(schemaNames, { id: 'RunList' })
export type RunList = z.infer<typeof runListSchema>

// An empty value would be read as zero, a bound that was not asked for.
const bound = z
  .string()
  .trim()
  .min(1, 'must be a number')
  .transform(Number)
  .pipe(z.number('must be a number').nonnegative('must not be less than 0'))
const dollarBound = bound.pipe(z.number().max(1_000_000)).optional()
const agentBound = bound.pipe(z.number().int().max(1_000_000)).optional()

/** `GET /api/runs`. Conditions are joined by "and". */
export const runListQuerySchema = z.object({
  /** Comma list of statuses. */
  status: z.string().max(200).optional(),
  workflow: z.string().max(200).optional(),
  /** Text in the title or in a note. */
  q: z.string().max(200).optional(),
  /** Who launched it. */
  user: z.string().min(1).max(200).optional(),
  /** One of its tags. */
  tag: z.string().min(1).max(60).optional(),
  /** `real` money, `simulated`, a `dry-run`, or `imported` from another program. */
  kind: z.enum(runKinds).optional(),
  /** Spent so far, bounds included. */
  minCostUsd: dollarBound,
  maxCostUsd: dollarBound,
  /** Agents so far, bounds included. */
  minAgents: agentBound,
  maxAgents: agentBound,
  /** What to sort by; when they were launched unless this says otherwise. */
  sort: z.enum(runOrders).optional(),
  /** Left out: titles and statuses ascend, all else begins with the largest or newest. */
  order: z.enum(['asc', 'desc']).optional(),
  /** `nextCursor` of the page before, asked for in the same order. */
  after: z.string().min(1).max(2000).optional(),
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
