import { z } from 'zod'
import { actorSchema } from '../base/actor'
import { defaultProject } from '../base/project'
import { treeSchema } from '../base/tree-name'
import { approvedSchema } from './approval'
import { savedEstimateSchema } from './calibration'
import { importedSchema } from './imported'
import {
  noBounds,
  noPermissions,
  permissionBoundsSchema,
  permissionsSchema,
  whenNotPermittedSchema,
} from './permissions'
import { phaseLimitsSchema } from './phase-settings'
import { quotaMetSchema } from './quota-met'
import { orchestrators, phaseSchema } from './run-status'

/**
 * Caps that a turn has to fit under before it leaves: dollars and tokens of the run, the day, the month, its
 * phase, and of whoever pays for it.
 */
export const heldCaps = [
  'usd-cap',
  'day-cap',
  'month-cap',
  'token-cap',
  'day-token-cap',
  'phase-usd-cap',
  'phase-token-cap',
  'quota',
] as const
export type HeldCap = (typeof heldCaps)[number]

/** Every cap a run can pause at; such a pause ends when somebody allows more. */
export const capReasons = [...heldCaps, 'day-agent-cap', 'wall-clock-cap', 'phase-wall-clock-cap'] as const

/** Why a run is paused; each names who or what can end the pause. */
export const pauseReasons = [
  'person',
  ...capReasons,
  'credential',
  'billing',
  'rate-limit',
  'unreachable',
  'breaker',
  'script',
  'reading',
] as const
export type PauseReason = (typeof pauseReasons)[number]

/** A cap that is in the way of a turn, or that cut it short; the detail names it. */
export const capMetSchema = z.object({
  reason: z.enum(heldCaps),
  detail: z.string(),
  /** The phase whose cap it is; null for a cap of the run or of the calendar. */
  phase: z.string().nullable(),
  /** The quota it is; null for every other cap. */
  quota: quotaMetSchema.nullable().default(null),
})
export type CapMet = z.infer<typeof capMetSchema>

/**
 * Caps that every single agent of a run has, over all its attempts; null means none. A call may ask for lower
 * ones and never for higher. Time is an agent's work from its start, without the run's pauses and its turns'
 * time in batches.
 */
export const agentLimitsSchema = z.object({
  nanoUsd: z.number().int().nonnegative().nullable().default(null),
  tokens: z.number().int().nonnegative().nullable().default(null),
  wallClockSeconds: z.number().int().positive().nullable().default(null),
})
export type AgentLimits = z.infer<typeof agentLimitsSchema>

export const noAgentLimits: AgentLimits = { nanoUsd: null, tokens: null, wallClockSeconds: null }

/** Caps of a run; null means none. Dollars are integer nanodollars, time in seconds without pauses. */
export const limitsSchema = z.object({
  nanoUsd: z.number().int().nonnegative().nullable(),
  tokens: z.number().int().nonnegative().nullable(),
  agents: z.number().int().positive(),
  wallClockSeconds: z.number().int().positive().nullable(),
  /** Items of one `parallel` or `pipeline`. */
  items: z.number().int().positive().default(4096),
  /** Of single phases, by title. */
  phases: z.record(z.string(), phaseLimitsSchema).default({}),
  /** Of every single agent. */
  perAgent: agentLimitsSchema.default(noAgentLimits),
})
export type Limits = z.infer<typeof limitsSchema>

/** $5 a run unless changed; 1,000 agents and 4,096 items a call, as the workflow dialect says. */
export const defaultLimits: Limits = {
  nanoUsd: 5_000_000_000,
  tokens: null,
  agents: 1000,
  wallClockSeconds: null,
  items: 4096,
  phases: {},
  perAgent: noAgentLimits,
}

/** $20 a day over all runs unless changed. */
export const defaultDayCapNanoUsd = 20_000_000_000

export const effortSchema = z.enum(['low', 'medium', 'high', 'xhigh', 'max'])
export type Effort = z.infer<typeof effortSchema>

export const speedSchema = z.enum(['standard', 'fast'])
export type Speed = z.infer<typeof speedSchema>

/**
 * `live` streams every turn at once; `batch` sends them together, at half price, and answers within a day.
 */
export const deliverySchema = z.enum(['live', 'batch'])
export type Delivery = z.infer<typeof deliverySchema>

/** Seconds that turns with the same beginning wait for the first of them to have written the cache. */
export const defaultCacheWarmUpSeconds = 15

/** How the agents of one phase are asked, whatever the script says; null leaves it to the script. */
export const phaseSettingsSchema = z.object({
  model: z.string().nullable().default(null),
  effort: effortSchema.nullable().default(null),
  speed: speedSchema.nullable().default(null),
  delivery: deliverySchema.nullable().default(null),
  /**
   * Most output of a turn: what a turn reserves falls with it, so more run in parallel under the same
   * cap.
   */
  maxTokens: z.number().int().positive().nullable().default(null),
})
export type PhaseSettings = z.infer<typeof phaseSettingsSchema>

/** Where a workflow comes from: shipped, written here, imported, or lying in a workspace. */
export const workflowOriginSchema = z.enum(['built-in', 'saved', 'imported', 'workspace'])
export type WorkflowOrigin = z.infer<typeof workflowOriginSchema>

/** Which workflow a run launched: its name and the digest of the very source that runs. */
export const workflowRefSchema = z.object({
  name: z.string(),
  description: z.string(),
  digest: z.string(),
  /** Null for a script that was pasted. */
  origin: workflowOriginSchema.nullable().default(null),
  /** The version of the library that was launched; null for what has no versions. */
  version: z.number().int().nullable().default(null),
})
export type WorkflowRef = z.infer<typeof workflowRefSchema>

export const workspaceRefSchema = z.object({
  root: z.string(),
  revision: z.string(),
  /** The files a fork begins from, by their tree; without it they are taken as they are when the run begins. */
  tree: treeSchema.optional(),
  /** The commit those files began from, where there was one. */
  head: z.string().optional(),
})

/** What went wrong with the script itself; line and column count from 1 in the author's file. */
export const runErrorSchema = z.object({
  message: z.string(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})
export type RunError = z.infer<typeof runErrorSchema>

/** How the agents of a run ended; part of every result, so "completed" never hides a dead agent. */
export const outcomeCountsSchema = z.object({
  succeeded: z.number().int(),
  flagged: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  cancelled: z.number().int(),
  reused: z.number().int(),
  /** Agents that were given a flagged answer to work from; each is counted above too. */
  withFlaggedInputs: z.number().int().default(0),
  /** Agents that ended with a model that declined; each is counted above too. */
  refused: z.number().int().default(0),
  /** Calls that never became an agent: a cap of agents was met, or what they asked for is not to be had. */
  refusedCalls: z.number().int().default(0),
})
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>

/** Failures of one cause that pause a run when they outnumber the turns answered meanwhile. */
export const breakerSchema = z.object({ failures: z.number().int().nonnegative() })
export type BreakerRule = z.infer<typeof breakerSchema>

/** Half of the agents that ended by themselves must have answered. */
export const defaultMinSuccess = 0.5
export const defaultBreaker: BreakerRule = { failures: 8 }
/** Shares of requests, each from 0 to 0.9, that a dry run lets go wrong in one way. */
export const dryRunFaultsSchema = z.object({
  refusals: z.number().min(0).max(0.9).default(0),
  rateLimits: z.number().min(0).max(0.9).default(0),
  errors: z.number().min(0).max(0.9).default(0),
  cuts: z.number().min(0).max(0.9).default(0),
})
export type DryRunFaults = z.infer<typeof dryRunFaultsSchema>

/** A run on its own simulator, at full speed. It costs nothing; its cost is what the run would have cost. */
export const dryRunSchema = z.object({ faults: dryRunFaultsSchema })
export type DryRun = z.infer<typeof dryRunSchema>

/** One call asked otherwise: its key as the script would make it, and what is asked instead. */
export const overrideSchema = z.object({
  key: z.string(),
  prompt: z.string().nullable(),
  model: z.string().nullable(),
})
export type Override = z.infer<typeof overrideSchema>

/** Runs whose id begins so are trial runs: dry-run to learn something, then deleted; no list shows them. */
export const trialRunPrefix = 'trial-'

/** Everything that is fixed when a run is created; limits, concurrency, title and tags may change later. */
export const runSpecSchema = z.object({
  title: z.string(),
  orchestrator: z.enum(orchestrators),
  workflow: workflowRefSchema.nullable(),
  phases: z.array(phaseSchema),
  /** By title of the phase, for those the launcher changed. */
  phaseSettings: z.record(z.string(), phaseSettingsSchema).default({}),
  limits: limitsSchema,
  /** The script's own target in output tokens: at it, `agent()` throws. */
  budgetTokens: z.number().int().positive().nullable().default(null),
  /** How many items of each `parallel` and `pipeline` are run, to try a script on a sample. Null runs all. */
  sampleItems: z.number().int().positive().nullable().default(null),
  onLimit: z.enum(['pause', 'end']),
  /** Share of agents that must have answered; below it a finished run is a failed one. */
  minSuccess: z.number().min(0).max(1).default(defaultMinSuccess),
  /** Null or 0 turns it off. */
  breaker: breakerSchema.nullable().default(defaultBreaker),
  concurrency: z.number().int().positive().nullable(),
  model: z.string(),
  /** What scripts, agent types and agents that lead others may choose besides `model`; null for any. */
  models: z.array(z.string()).nullable().default(null),
  effort: effortSchema.nullable(),
  /** The model that an agent is asked on once more when its own declines; null for none. */
  fallbackModel: z.string().nullable().default(null),
  /** Whether conversations may grow to where the prompts of their model cost more. */
  allowsLongContext: z.boolean().default(false),
  /** Fast mode costs twice and writes up to 2.5 times as quickly, on the models that have it. */
  speed: speedSchema.default('standard'),
  /** How its turns travel, unless a call asks otherwise. */
  delivery: deliverySchema.default('live'),
  /** Longest wait for a shared prompt cache, in seconds; 0 never waits. */
  cacheWarmUpSeconds: z.number().nonnegative().default(defaultCacheWarmUpSeconds),
  workspace: workspaceRefSchema.nullable(),
  /** Whether agents with files are told what the workspace's own notes for agents say (CLAUDE.md and such). */
  workspaceNotes: z.boolean().default(true),
  /** What its agents may do beside reading. */
  permissions: permissionsSchema.default(noPermissions),
  /** What becomes of a call beyond them. */
  whenNotPermitted: whenNotPermittedSchema.default('refuse'),
  /** The most that a person may allow it by an answer: what its project allowed when it was launched. */
  permissionBounds: permissionBoundsSchema.default(noBounds),
  tags: z.array(z.string()),
  /** True when the built-in simulator answers; shown wherever the run is shown. */
  simulated: z.boolean(),
  dryRun: dryRunSchema.nullable().default(null),
  launchedBy: actorSchema,
  /** The project it belongs to; so far there is one. */
  project: z.string().default(defaultProject),
  /** The trace it was launched in, as W3C Trace Context writes it; left out for one of its own. */
  traceParent: z.string().optional(),
  /** The run whose answers this one began with. */
  forkedFrom: z
    .object({
      runId: z.string(),
      title: z.string(),
      /** It tries a retry of that run: what ended there without an answer that counts is asked again. */
      isRetry: z.boolean().default(false),
      /**
       * Its calls are told by their prompts which answers of that run are theirs: so the calls of an imported run
       * are found, whose files know no keys.
       */
      byPrompt: z.boolean().optional(),
    })
    .nullable()
    .default(null),
  /** Where it was imported from; null for a run of this server. */
  imported: importedSchema.nullable().default(null),
  /** Calls of the origin, by key, that are asked otherwise in this fork. */
  overrides: z.array(overrideSchema).default([]),
  /** How far somebody approved it to go before it asks again; null goes as far as its limits. */
  approved: approvedSchema.nullable().default(null),
  /** The estimate when it was launched; null for dry runs, forks and goals, and where nothing was known. */
  estimate: savedEstimateSchema.nullable().default(null),
})
export type RunSpec = z.infer<typeof runSpecSchema>
