import { z } from 'zod'
import { agentStateSchema } from '@/lib/core/agent/agent'
import { flaggedSourceSchema } from '@/lib/core/agent/flagged-inputs'
import { jsonObjectSchema, jsonSchema } from '@/lib/core/base/json'
import { tokenCountsSchema } from '@/lib/core/money/token-counts'
import { permissionsSchema, whenNotPermittedSchema } from '@/lib/core/spec/permissions'
import {
  deliverySchema,
  dryRunFaultsSchema,
  effortSchema,
  outcomeCountsSchema,
  speedSchema,
} from '@/lib/core/spec/run'
import { orchestrators, runStatuses } from '@/lib/core/spec/run-status'
import { runSummarySchema } from './first/run-list'
import { schemaNames } from './schema-names'
import { agentCapSchema, tokenCapSchema, usdSchema } from './settings'
import { diffLineSchema } from './workflows'

const wallClockSeconds = z
  .number({ error: 'must be a number of seconds' })
  .int('must be whole seconds')
  .positive('must be 1 second or more')
  .max(30 * 86_400, 'must be at most 30 days, 2592000 seconds')

/** Caps of one phase as a caller gives them. */
const phaseLimitsInputSchema = z.strictObject({
  usd: usdSchema.nullable().optional(),
  tokens: tokenCapSchema.nullable().optional(),
  agents: agentCapSchema.nullable().optional(),
  wallClockSeconds: wallClockSeconds.nullable().optional(),
})

/** Caps of every single agent as a caller gives them. */
const agentLimitsInputSchema = z.strictObject({
  usd: usdSchema.nullable().optional(),
  tokens: tokenCapSchema.nullable().optional(),
  wallClockSeconds: wallClockSeconds.nullable().optional(),
})

/** Titles of phases are the script's own words. */
const phaseTitle = z.string().min(1).max(500)

/** Caps as a caller gives them; what is left out keeps the default, null lifts a cap. */
export const limitsInputSchema = z.strictObject({
  usd: usdSchema.nullable().optional(),
  tokens: tokenCapSchema.nullable().optional(),
  agents: agentCapSchema.optional(),
  /** Items of one `parallel` or `pipeline`; counts from the start of a run. */
  items: z.number().int().positive().max(100_000).optional(),
  wallClockSeconds: wallClockSeconds.nullable().optional(),
  /** Of single phases, by title. */
  phases: z.record(phaseTitle, phaseLimitsInputSchema).optional(),
  /** Of every single agent; a call may ask for less and never for more. */
  perAgent: agentLimitsInputSchema.optional(),
})
export type LimitsInput = z.infer<typeof limitsInputSchema>

/**
 * How far a run may go before it asks, in agents bought and in dollars. A limit left out never asks; a launch
 * without either has approved its own caps.
 */
export const approvedInputSchema = z.strictObject({
  agents: agentCapSchema.nullable().optional(),
  usd: usdSchema.nullable().optional(),
})
export type ApprovedInput = z.infer<typeof approvedInputSchema>

/** `POST /api/runs/{id}/approve`: how far it may go; left out, as the launch said. */
export const approveSchema = z
  .strictObject({ approved: approvedInputSchema.optional() })
  .register(schemaNames, { id: 'Approve' })
export type ApproveInput = z.infer<typeof approveSchema>

/** `POST /api/runs`. */
export const launchSchema = z
  .strictObject({
    /** Name of a workflow of the library. */
    workflow: z.string().min(1).max(200).optional(),
    /** Source of a workflow script, in place of a name. */
    script: z.string().min(1).max(2_000_000).optional(),
    /** A goal in words instead of a workflow: an agent works out how to reach it. */
    goal: z.string().trim().min(1).max(100_000).optional(),
    /** With a goal: `plan` (usual) writes a script that a person approves, `live` decides wave by wave. */
    orchestrator: z.enum(orchestrators).optional(),
    args: jsonSchema.optional(),
    /** Folder the agents may read. */
    workspace: z.string().min(1).max(4096).optional(),
    /**
     * Whether agents with files are told what the workspace says to agents (CLAUDE.md, AGENTS.md, skills), as
     * marked data; they are unless this is false.
     */
    workspaceNotes: z.boolean().optional(),
    /** What its agents may do beside reading; left out, what the project grants at first (reading alone, usually). */
    permissions: permissionsSchema.optional(),
    /**
     * What becomes of a call that needs more: `refuse` (usual), or `ask`: it waits for a person, whose answer holds
     * for the run.
     */
    whenNotPermitted: whenNotPermittedSchema.optional(),
    model: z.string().min(1).max(200).optional(),
    /**
     * Models that the script, agent types and agents may choose besides `model`; left out, any. A call that
     * asks for another gets `model`, and the run notes it. What `phases` says of a phase still holds.
     */
    models: z.array(z.string().trim().min(1).max(200)).max(50).optional(),
    effort: effortSchema.optional(),
    /** The model that an agent is asked on once more when its own declines to answer; without it none is. */
    fallbackModel: z.string().trim().min(1).max(200).optional(),
    /**
     * Lets conversations grow to where the prompts of their model cost more; without it they are summarised
     * before.
     */
    allowsLongContext: z.boolean().optional(),
    /** `fast` for every agent whose model has fast mode, at twice the price. */
    speed: speedSchema.optional(),
    /**
     * `batch` sends turns together, at half price and within a day, for every agent whose call says nothing
     * else.
     */
    delivery: deliverySchema.optional(),
    concurrency: z.number().int().positive().max(10_000).optional(),
    /**
     * Longest wait of agents with the same beginning for the first of them to fill the prompt cache; 0 never waits.
     */
    cacheWarmUpSeconds: z.number().min(0).max(120).optional(),
    limits: limitsInputSchema.optional(),
    /** Settings for the agents of single phases, by title; they override the script. */
    phases: z
      .record(
        phaseTitle,
        z.strictObject({
          model: z.string().min(1).max(200).optional(),
          effort: effortSchema.optional(),
          speed: speedSchema.optional(),
          delivery: deliverySchema.optional(),
          maxTokens: z.number().int().positive().max(128_000, 'must be at most 128,000').optional(),
        }),
      )
      .optional(),
    /** The script's own target: `budget.total`, at which `agent()` throws. */
    budget: z.strictObject({ outputTokens: z.number().int().positive().max(1e12) }).optional(),
    /**
     * Runs only the first items of each `parallel` and `pipeline`, as a try. A fork of it runs all items and
     * reuses these answers.
     */
    sampleItems: z.number().int().min(1, 'must be at least 1').max(4096).optional(),
    onLimit: z.enum(['pause', 'end']).optional(),
    /** Share of agents that must have answered, 0 to 1. */
    minSuccess: z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1').optional(),
    /**
     * The run is paused when this many agents fail for the same cause and outnumber the turns answered
     * meanwhile; null or 0 turns it off.
     */
    breaker: z
      .strictObject({ failures: z.number().int().min(0).max(100_000) })
      .nullable()
      .optional(),
    /** Runs everything on its own simulator, with faults if wanted; costs nothing. */
    dryRun: z
      .union([z.boolean(), z.strictObject({ faults: dryRunFaultsSchema.partial().default({}) })])
      .optional(),
    /**
     * `auto` starts at once, even the first run that costs money; `ask` leaves a draft to approve. Left out,
     * only the first run that costs money is a draft.
     */
    approval: z.enum(['auto', 'ask']).optional(),
    /**
     * How far somebody approved; the run asks before it passes that (a checkpoint of the kind `approval`).
     */
    approved: approvedInputSchema.optional(),
    title: z.string().trim().min(1).max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
  })
  .refine(
    ({ workflow, script, goal }) => [workflow, script, goal].filter((one) => one !== undefined).length === 1,
    {
      message: 'give one of `workflow` (a name), `script` (the source) and `goal` (words), and only one',
      path: ['workflow'],
    },
  )
  .refine(
    ({ goal, orchestrator }) => goal !== undefined || orchestrator === undefined || orchestrator === 'script',
    {
      message: '`plan` and `live` need a `goal`; a workflow or script leads itself',
      path: ['orchestrator'],
    },
  )
  .refine(({ goal, args }) => goal === undefined || args === undefined, {
    message: 'a goal takes no args: say it in the goal',
    path: ['args'],
  })
  .register(schemaNames, { id: 'Launch' })
export type LaunchInput = z.infer<typeof launchSchema>

export const launchedSchema = z
  .object({ id: z.string(), status: z.enum(runStatuses), url: z.string() })
  .register(schemaNames, { id: 'Launched' })
export type Launched = z.infer<typeof launchedSchema>

/** `PATCH /api/runs/{id}`. */
export const runPatchSchema = z
  .strictObject({
    limits: limitsInputSchema.optional(),
    concurrency: z.number().int().positive().max(10_000).nullable().optional(),
    title: z.string().trim().min(1).max(200).optional(),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
  })
  .register(schemaNames, { id: 'RunPatch' })
export type RunPatch = z.infer<typeof runPatchSchema>

/** `GET /api/runs/filters`: names that the list can be filtered by, the most used first. */
export const runFiltersSchema = z
  .object({ tags: z.array(z.string()), users: z.array(z.string()), workflows: z.array(z.string()) })
  .register(schemaNames, { id: 'RunFilters' })
export type RunFilters = z.infer<typeof runFiltersSchema>

const diffSideSchema = z.object({ id: z.string(), title: z.string(), hasResult: z.boolean() })

/**
 * `GET /api/runs/{id}/diff?with=`: the results of two runs, line by line. Without two results there is no
 * line.
 */
export const runDiffSchema = z
  .object({
    from: diffSideSchema,
    to: diffSideSchema,
    added: z.number().int(),
    removed: z.number().int(),
    hunks: z.array(z.array(diffLineSchema)),
    /** True when there are more lines than the hunks show. */
    isCut: z.boolean(),
  })
  .register(schemaNames, { id: 'RunDiff' })
export type RunDiff = z.infer<typeof runDiffSchema>

export const runDiffQuerySchema = z.object({ with: z.string().min(1).max(200) })

/** `GET /api/runs/{id}/input`: what a run was launched with, to launch it again. */
export const runInputSchema = z
  .object({ script: z.string(), args: jsonSchema })
  .register(schemaNames, { id: 'RunInput' })
export type RunInput = z.infer<typeof runInputSchema>

/**
 * Result of a run: any JSON, or null while it has none, with how its agents ended and whose answers it
 * contains. Fetched beside the snapshot.
 */
export const runResultSchema = z
  .object({
    result: jsonSchema,
    hasResult: z.boolean(),
    status: z.enum(runStatuses),
    outcomeCounts: outcomeCountsSchema,
    resultInputs: z.array(z.string()),
    flaggedSources: z.array(flaggedSourceSchema),
  })
  .register(schemaNames, { id: 'RunResult' })
export type RunResult = z.infer<typeof runResultSchema>

export const toolCallSchema = z.object({
  id: z.string(),
  name: z.string(),
  input: jsonSchema,
  output: z.string().nullable(),
  /** What its result showed beside its text, by name; the bytes stay with the run. */
  shown: z
    .array(z.object({ kind: z.enum(['document', 'image']), title: z.string(), pages: z.number().int() }))
    .default([]),
  isError: z.boolean().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export type ToolCall = z.infer<typeof toolCallSchema>

export const transcriptTurnSchema = z.object({
  index: z.number().int(),
  attempt: z.number().int(),
  model: z.string(),
  /** What the user side said just before this turn, when it was not a tool result: a correction, a steer. */
  said: z.string().nullable(),
  /** Raw response blocks. */
  content: z.array(jsonObjectSchema),
  toolCalls: z.array(toolCallSchema),
  usage: tokenCountsSchema,
  costNanoUsd: z.number().int().nullable(),
  /** The cost by kind, as it was booked; null where there is no known price. */
  /**
   * False when the response did not say what it used: its tokens and cost are not known, and counted as
   * unsettled.
   */
  isMetered: z.boolean().default(true),
  costByKind: z
    .object({
      input: z.number().int(),
      cacheWrite5m: z.number().int(),
      cacheWrite1h: z.number().int(),
      cacheRead: z.number().int(),
      output: z.number().int(),
      webSearch: z.number().int(),
    })
    .nullable(),
  /** How it came: streamed, or in a batch at half the list price. */
  delivery: deliverySchema,
  stopReason: z.string(),
  requestId: z.string().nullable(),
  startedAt: z.string(),
  firstTokenAt: z.string().nullable(),
  endedAt: z.string(),
})
export type TranscriptTurn = z.infer<typeof transcriptTurnSchema>

/** A try that failed: kept, with what it probably cost. */
export const failedTurnSchema = z.object({
  turn: z.number().int(),
  attempt: z.number().int(),
  at: z.string(),
  kind: z.string(),
  message: z.string(),
  unsettledNanoUsd: z.number().int(),
})
export type FailedTurn = z.infer<typeof failedTurnSchema>

/** How a call asked for its agent to be run. `agentType` is the name the call gave. */
export const callOptionsSchema = z.object({
  effort: z.string().nullable(),
  stallMs: z.number(),
  timeoutMs: z.number().nullable(),
  maxTurns: z.number().int(),
  maxTokens: z.number().int(),
  retries: z.number().int(),
  nanoUsd: z.number().int().nullable(),
  tokens: z.number().int().nullable(),
  agentType: z.string().nullable(),
  delivery: deliverySchema,
})
export type CallOptions = z.infer<typeof callOptionsSchema>

/** `GET /api/runs/{id}/agents/{agentId}`. */
export const transcriptSchema = z
  .object({
    agent: agentStateSchema,
    prompt: z.string(),
    system: z.string(),
    tools: z.array(z.object({ name: z.string(), description: z.string(), inputSchema: jsonObjectSchema })),
    schema: jsonSchema.nullable(),
    options: callOptionsSchema,
    turns: z.array(transcriptTurnSchema),
    failedTurns: z.array(failedTurnSchema),
    result: jsonSchema,
  })
  .register(schemaNames, { id: 'Transcript' })
export type Transcript = z.infer<typeof transcriptSchema>

/** `GET /api/runs/{id}/search`: what to look for in prompts and answers. */
export const agentSearchQuerySchema = z.object({ q: z.string().trim().min(1, 'must not be empty').max(500) })

export const foundAgentsSchema = z
  .object({ agents: z.array(z.string()) })
  .register(schemaNames, { id: 'FoundAgents' })
export type FoundAgents = z.infer<typeof foundAgentsSchema>

export const workflowRunsQuerySchema = z.object({
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(200).default(25),
})

/** A run of a workflow, and which source it ran. */
export const workflowRunSchema = runSummarySchema.extend({
  version: z.number().int().nullable(),
  digest: z.string(),
})
export type WorkflowRunSummary = z.infer<typeof workflowRunSchema>

/** `GET /api/workflows/{name}/runs`. */
export const workflowRunsSchema = z
  .object({
    runs: z.array(workflowRunSchema),
    total: z.number().int(),
    nextOffset: z.number().int().nullable(),
  })
  .register(schemaNames, { id: 'WorkflowRuns' })
export type WorkflowRuns = z.infer<typeof workflowRunsSchema>

/**
 * `GET /api/runs/{id}/export`: the whole run in one file; prompts and the script left out if asked. `report` is
 * the report of its result alone, as Markdown, and `sarif` the findings of its result, as SARIF 2.1.0.
 */
export const exportQuerySchema = z.object({
  format: z.enum(['json', 'md', 'html', 'report', 'sarif']).default('json'),
  prompts: z.enum(['shown', 'redacted']).default('shown'),
})
export type ExportQuery = z.infer<typeof exportQuerySchema>
