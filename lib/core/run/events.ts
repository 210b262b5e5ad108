import { z } from 'zod'
import { agentOutcomes, barrierItemSchema, flagSchema, reusedFromSchema, waitReasons } from '../agent/agent'
import { callSiteSchema } from '../agent/call-site'
import { failureSchema } from '../agent/failure'
import { runServerSchema } from '../agent/mcp-tools'
import { checkResultSchema, conflictSchema, patchSchema, toolActionSchema } from '../agent/patch'
import { questionSchema } from '../agent/question'
import { quoteCheckSchema } from '../agent/quoted'
import { refusalSchema } from '../agent/refusal'
import { actorSchema } from '../base/actor'
import { jsonSchema } from '../base/json'
import { treeSchema } from '../base/tree-name'
import { usageSchema } from '../money/usage'
import { approvedSchema } from '../spec/approval'
import { batchCountsSchema, batchOutcomes } from '../spec/batch'
import { briefingSchema } from '../spec/briefing'
import { quotaMetSchema, waitedQuotaSchema } from '../spec/quota-met'
import {
  capMetSchema,
  deliverySchema,
  heldCaps,
  limitsSchema,
  pauseReasons,
  runErrorSchema,
  runSpecSchema,
} from '../spec/run'
import { phaseSchema, runOutcomes, timeSchema } from '../spec/run-status'

const nano = z.number().int()
const agentId = z.string()
const turnRef = { agentId, turn: z.number().int(), attempt: z.number().int() }
const actor = actorSchema.nullable()

const costSchema = z.object({
  totalNanoUsd: nano,
  byKind: z.object({
    input: nano,
    cacheWrite5m: nano,
    cacheWrite1h: nano,
    cacheRead: nano,
    output: nano,
    webSearch: nano,
  }),
  uncachedNanoUsd: nano.optional(),
  isLongPrompt: z.boolean().optional(),
})

/** Caps at which a call is refused instead of waiting for room. */
export const callCaps = [
  'agents',
  'phase-agents',
  'day-agents',
  'quota',
  'script-budget',
  'approval',
] as const
export type CallCap = (typeof callCaps)[number]

/**
 * The estimated cost and tokens of an answer that reported no usage; of one that did and whose model has no price,
 * the cost alone.
 */
const unmeteredSchema = z.object({
  nanoUsd: z.number().int().nonnegative(),
  tokens: z.number().int().nonnegative(),
  /** Of these, what counts against a script's own target. */
  outputTokens: z.number().int().nonnegative(),
})
export type Unmetered = z.infer<typeof unmeteredSchema>

/**
 * Everything that can be recorded about a run: facts, past tense. Human acts carry their actor, all others
 * null.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.created'),
    spec: runSpecSchema,
    /** What its agents are told of the day and the workspace; missing in runs from before it was stored. */
    briefing: briefingSchema.optional(),
    actor,
  }),
  z.object({
    type: z.literal('run.approved'),
    /** How far; left out leaves it as the launch said. */
    approved: approvedSchema.nullable().optional(),
    actor,
  }),
  z.object({ type: z.literal('run.started') }),
  z.object({
    type: z.literal('run.paused'),
    reason: z.enum(pauseReasons),
    detail: z.string(),
    /** The phase whose cap it was; null for every other reason. */
    phase: z.string().nullable().default(null),
    /** When it goes on by itself; null when a person has to say so. */
    resumesAt: timeSchema.nullable().default(null),
    /** The quota it was; left out for every other reason. */
    quota: quotaMetSchema.nullable().optional(),
    actor,
  }),
  /** `pausedMs`: length of the pause, by which the deadlines of open questions are moved. */
  z.object({ type: z.literal('run.resumed'), pausedMs: z.number().int().nonnegative().default(0), actor }),
  /**
   * The wall clock moved by `ms` while nothing could run: the server was down, or the machine suspended.
   * Negative when the clock was set back. No time limit counts it.
   */
  z.object({ type: z.literal('run.time-skipped'), ms: z.number().int() }),
  /** An ended run goes on: what these agents ended as is forgotten, and they are tried again. */
  z.object({
    type: z.literal('run.retried'),
    forgotten: z.array(agentId),
    /** Keys of calls that a cap had refused, and that are asked again. */
    refusals: z.array(z.string()).default([]),
    /** Whose quotas it counts against from then on; left out in acts from before that was kept. */
    paidBy: actorSchema.optional(),
    actor,
  }),
  z.object({
    type: z.literal('run.limits-changed'),
    limits: limitsSchema,
    concurrency: z.number().int().positive().nullable(),
    actor,
  }),
  /**
   * A person had the run's changes written to the workspace. The trees hold the paths that were touched, as they
   * were and are: what undoing it needs.
   */
  z.object({
    type: z.literal('run.applied'),
    tree: treeSchema,
    before: treeSchema,
    after: treeSchema,
    files: z.number().int().nonnegative(),
    actor,
  }),
  z.object({ type: z.literal('run.apply-undone'), files: z.number().int().nonnegative(), actor }),
  /** A person had the run's changes put on a branch of the workspace's repository. */
  z.object({
    type: z.literal('run.branched'),
    branch: z.string(),
    commit: z.string(),
    tree: treeSchema,
    actor,
  }),
  z.object({ type: z.literal('run.relabelled'), title: z.string(), tags: z.array(z.string()), actor }),
  /**
   * History was repriced: what this ended run's agents and the run cost from now on. Turns keep both in
   * their rows.
   */
  z.object({
    type: z.literal('run.repriced'),
    repricingId: z.string(),
    turns: z.number().int().positive(),
    agents: z.array(
      z.object({
        agentId,
        costNanoUsd: nano.nullable(),
        changeNanoUsd: nano,
        /** What was estimated while a price was missing, and is settled by it (negative) or estimated again. */
        unsettledChangeNanoUsd: nano.default(0),
      }),
    ),
    costNanoUsd: nano.nullable(),
    unpricedTurns: z.number().int().nonnegative(),
    /** Null in acts from before it was kept, which left it as it was. */
    cacheSavedNanoUsd: nano.nullable().default(null),
    actor,
  }),
  /** A script has the changes of agents merged; what became of each follows as an event of its own. */
  z.object({
    type: z.literal('merge.begun'),
    mergeId: z.string(),
    /** Finds the same merge again when the script is run from the top. */
    key: z.string(),
    agents: z.array(agentId),
    check: z.string().nullable(),
    callSite: callSiteSchema.nullable(),
  }),
  /** A merge's command was run on files. */
  z.object({
    type: z.literal('merge.checked'),
    mergeId: z.string(),
    tree: treeSchema,
    check: z.string(),
    ...checkResultSchema.shape,
  }),
  z.object({
    type: z.literal('merge.ended'),
    mergeId: z.string(),
    key: z.string(),
    tree: treeSchema,
    value: jsonSchema,
  }),
  /** A script was told how the files differ from what they were. */
  z.object({ type: z.literal('changes.told'), key: z.string(), value: jsonSchema }),
  /** What came of looking up the quotes of a call, in their order. */
  z.object({ type: z.literal('quotes.checked'), key: z.string(), checks: z.array(quoteCheckSchema) }),
  z.object({ type: z.literal('run.logged'), message: z.string() }),
  z.object({
    type: z.literal('run.noted'),
    message: z.string(),
    agentId: agentId.nullable(),
    callSite: callSiteSchema.nullable(),
  }),
  z.object({ type: z.literal('run.phase-entered'), title: z.string() }),
  /** Nothing of the run is at work any more; what its batches finish is still billed, and waited for. */
  z.object({
    type: z.literal('run.settling'),
    reason: z.string(),
    cancelledBy: actorSchema.nullable(),
    actor,
  }),
  z.object({
    type: z.literal('run.ended'),
    outcome: z.enum(runOutcomes),
    reason: z.string().nullable(),
    error: runErrorSchema.nullable(),
    /** Agents whose answers the result contains. */
    resultInputs: z.array(agentId).default([]),
    actor,
  }),
  z.object({
    type: z.literal('agent.created'),
    agentId,
    position: z.number().int(),
    parentId: agentId.nullable(),
    /** Call scope: '' for the launched script, else the path of the called workflow. */
    scope: z.string().default(''),
    callSite: callSiteSchema.nullable(),
    barrier: barrierItemSchema.nullable().default(null),
    label: z.string(),
    phase: z.string().nullable(),
    key: z.string(),
    requestedModel: z.string().nullable(),
    model: z.string(),
    delivery: deliverySchema.default('live'),
    dependsOn: z.array(agentId),
    preview: z.string(),
  }),
  z.object({ type: z.literal('agent.queued'), agentId }),
  z.object({
    type: z.literal('agent.waiting'),
    agentId,
    reason: z.enum(waitReasons),
    until: timeSchema.nullable(),
    /** The cap in whose rest there is no room, where it waits for budget. */
    cap: z.enum(heldCaps).nullable().default(null),
    /** The quota it is; left out for every other cap, and by releases before 0.3. */
    quota: waitedQuotaSchema.nullable().optional(),
  }),
  z.object({ type: z.literal('agent.started'), agentId, attempt: z.number().int() }),
  z.object({ type: z.literal('agent.stalled'), agentId, silentMs: z.number() }),
  z.object({ type: z.literal('agent.recovered'), agentId }),
  /**
   * A person wants another attempt of an agent that was at work: what it said so far is kept and counts no
   * more.
   */
  z.object({ type: z.literal('agent.retried'), agentId, actor }),
  /** An agent's conversation could not go on as it was: it goes on from a summary of it. */
  z.object({
    type: z.literal('agent.compacted'),
    agentId,
    attempt: z.number().int(),
    /** How many messages were summarised. */
    messages: z.number().int().nonnegative(),
    /** It had become too long, or holds thinking that another account sent. */
    why: z.enum(['length', 'account']).default('length'),
  }),
  /** Its model declined: it begins its next attempt on the model that the launch names for that. */
  z.object({
    type: z.literal('agent.fell-back'),
    agentId,
    from: z.string(),
    model: z.string(),
    refusal: refusalSchema,
  }),
  /** A person had an agent asked otherwise from its next attempt on, or batches turned out not to be had. */
  z.object({
    type: z.literal('agent.changed'),
    agentId,
    delivery: deliverySchema,
    maxTokens: z.number().int().positive(),
    actor,
  }),
  /** A person said something to an agent; it is told before its next turn. */
  z.object({ type: z.literal('agent.steered'), agentId, message: z.string(), actor }),
  /** The oldest undelivered messages to an agent, as many as `count`, are now in its conversation. */
  z.object({ type: z.literal('agent.steering-delivered'), agentId, count: z.number().int().positive() }),
  z.object({
    type: z.literal('agent.ended'),
    agentId,
    outcome: z.enum(agentOutcomes),
    failure: failureSchema.nullable(),
    preview: z.string(),
    reusedFrom: reusedFromSchema.nullable(),
    /** What it changed; missing where that is nothing. */
    patch: patchSchema.optional(),
    actor,
  }),
  /** The script's own `failIf` turned the answer of an ended agent down: it counts as failed. */
  z.object({ type: z.literal('agent.rejected'), agentId }),
  /** A call that was not begun, and what the script was told; recorded so that a replay is told the same. */
  z.object({
    type: z.literal('call.refused'),
    scope: z.string(),
    key: z.string(),
    message: z.string(),
    callSite: callSiteSchema.nullable(),
    /** A cap was met in a run that ends at its limits. */
    endsRun: z.boolean().default(false),
    /** The cap that was met; null for a call that could not be met at all, whatever the caps. */
    cap: z.enum(callCaps).nullable().default(null),
  }),
  z.object({
    type: z.literal('workflow.entered'),
    scope: z.string(),
    name: z.string(),
    digest: z.string(),
    phases: z.array(phaseSchema),
    callSite: callSiteSchema.nullable(),
  }),
  z.object({ type: z.literal('workflow.ended'), scope: z.string(), error: runErrorSchema.nullable() }),
  /** `key` finds the same question again when the script is run from the top. */
  questionSchema.extend({ type: z.literal('checkpoint.opened'), key: z.string() }),
  z.object({
    type: z.literal('checkpoint.answered'),
    checkpointId: z.string(),
    value: jsonSchema,
    by: z.enum(['person', 'default']),
    /** How far the run may go from now on, in all, if the answer approved that too. */
    approved: approvedSchema.optional(),
    actor,
  }),
  /** Its time ran out and it had no default. */
  z.object({ type: z.literal('checkpoint.expired'), checkpointId: z.string() }),
  z.object({
    type: z.literal('turn.started'),
    ...turnRef,
    model: z.string(),
    maxTokens: z.number().int(),
    reservedNanoUsd: nano.nullable(),
    /** Names the account it was sent under, in this run alone; null where that is not known. */
    account: z.string().nullable().default(null),
    /** The batch it leaves with; null for a turn that is streamed. */
    batchId: z.string().nullable().default(null),
    /** Reserved against a cap of tokens, for a turn that outlives its process. */
    reservedTokens: z.number().int().default(0),
    /** The cap that left it less output than its agent may have. */
    clampedBy: capMetSchema.nullable().default(null),
  }),
  z.object({
    type: z.literal('turn.committed'),
    ...turnRef,
    model: z.string(),
    usage: usageSchema,
    cost: costSchema.nullable(),
    /**
     * Estimated cost of a response whose `cost` is null: it reported no usage (`usage` is empty), or was served by
     * a model without a price.
     */
    unsettled: unmeteredSchema.nullable().default(null),
    stopReason: z.string(),
    /** What a refusal says of itself; null for any other end. */
    refusal: refusalSchema.nullable().default(null),
    /** Whether nothing of it was of use: it was cut before it had said a word, and is asked again. */
    isWasted: z.boolean().default(false),
    requestId: z.string().nullable(),
    firstTokenAt: timeSchema.nullable(),
  }),
  z.object({
    type: z.literal('turn.failed'),
    ...turnRef,
    failure: failureSchema,
    /**
     * Estimated cost of the try, from message_start and the output seen so far. Zero when nothing was
     * generated.
     */
    unsettledNanoUsd: nano,
    /**
     * Estimated tokens of all kinds; they count against token caps as the estimated dollars do against dollar
     * caps.
     */
    unsettledTokens: z.number().int().nonnegative().default(0),
    willRetry: z.boolean(),
  }),
  z.object({ type: z.literal('tool.started'), ...turnRef, toolUseId: z.string(), name: z.string() }),
  z.object({
    type: z.literal('tool.ended'),
    ...turnRef,
    toolUseId: z.string(),
    name: z.string(),
    isError: z.boolean(),
    /** The agent's files after it, where it changed some. */
    tree: treeSchema.optional(),
    /** The files that its changes are told from since then, where it has taken over what others changed. */
    base: treeSchema.optional(),
  }),
  /** What a tool did outside the conversation; it stands in the same commit as the tool's end. */
  z.object({ type: z.literal('tool.acted'), ...turnRef, toolUseId: z.string(), action: toolActionSchema }),
  /** The files that the agents of this run work on, as they were stored when it began. */
  z.object({
    type: z.literal('run.files-opened'),
    tree: treeSchema,
    head: z.string().nullable(),
    dirty: z.number().int().nonnegative().nullable(),
    /** Files that could not be read, and are not in it. */
    unreadable: z.array(z.string()),
  }),
  /** The MCP servers that its agents may call, with their tools as they were frozen when the run began. */
  z.object({ type: z.literal('run.servers-opened'), servers: z.array(runServerSchema) }),
  /**
   * A patch became part of the run's files. `conflicts` are those that were settled for it; none were left.
   */
  z.object({
    type: z.literal('run.merged'),
    agentId,
    patch: patchSchema,
    /** Another agent that made these changes for it, to mend what its own had broken; missing where they are its own. */
    by: z.string().optional(),
    /** The run's files before and after it. */
    from: treeSchema,
    tree: treeSchema,
    conflicts: z.array(conflictSchema).default([]),
  }),
  /** A patch could not become part of the run's files: nobody settled what is in conflict. */
  z.object({
    type: z.literal('run.merge-refused'),
    agentId,
    patch: patchSchema,
    from: treeSchema,
    /** The files without it, where it was taken out again; missing where it never was among them. */
    tree: treeSchema.optional(),
    conflicts: z.array(conflictSchema),
    why: z.string(),
  }),
  z.object({ type: z.literal('flag.raised'), agentId, flag: flagSchema }),
  z.object({ type: z.literal('timer.set'), timerId: z.string(), dueAt: timeSchema }),
  z.object({ type: z.literal('timer.fired'), timerId: z.string() }),
  z.object({
    type: z.literal('barrier.opened'),
    barrierId: z.string(),
    kind: z.enum(['parallel', 'pipeline']),
    size: z.number().int(),
    callSite: callSiteSchema.nullable(),
    /** The item of another barrier in which it was opened. */
    within: barrierItemSchema.nullable().default(null),
  }),
  z.object({ type: z.literal('barrier.closed'), barrierId: z.string() }),
  /** A batch is recorded before it is submitted, so a crash cannot submit it twice. */
  z.object({
    type: z.literal('batch.prepared'),
    batchId: z.string(),
    phase: z.string().nullable(),
    turns: z.array(z.object({ ...turnRef, customId: z.string() })),
    /** Whether it asks for more output than a streamed turn may have. */
    isExtended: z.boolean(),
  }),
  z.object({
    type: z.literal('batch.delayed'),
    batchId: z.string(),
    /**
     * `refused`: temporarily rejected, will retry. `unresolved`: submission outcome unknown; check before
     * resubmitting.
     */
    reason: z.enum(['refused', 'unresolved']),
    detail: z.string(),
  }),
  z.object({
    type: z.literal('batch.submitted'),
    batchId: z.string(),
    providerBatchId: z.string(),
    expiresAt: timeSchema.nullable(),
    /** True when it was found in the provider's list after its id had been lost. */
    isFound: z.boolean(),
  }),
  z.object({ type: z.literal('batch.progressed'), batchId: z.string(), counts: batchCountsSchema }),
  /** Nobody waits for it any more: the provider is asked to do no more of it. */
  z.object({ type: z.literal('batch.withdrawn'), batchId: z.string() }),
  z.object({
    type: z.literal('batch.ended'),
    batchId: z.string(),
    outcome: z.enum(batchOutcomes),
    counts: batchCountsSchema.nullable(),
    detail: z.string().nullable(),
  }),
  z.object({
    type: z.literal('budget.warned'),
    scope: z.enum(['run', 'day']),
    spentNanoUsd: nano,
    capNanoUsd: nano,
  }),
])
export type RunEvent = z.infer<typeof runEventSchema>
export type RunEventType = RunEvent['type']

/** One event of one type. */
export type EventOf<T extends RunEventType> = Extract<RunEvent, { type: T }>

/** An event as a table by type takes it: `table[event.type](event)` compiles, each entry seeing its own type. */
export type TypedEvent<T extends RunEventType> = { [K in T]: { type: K } & EventOf<K> }[T]

/** An event with its place in the journal. `seq` counts from 1 without gaps within a run. */
export const envelopeSchema = z.object({
  runId: z.string(),
  seq: z.number().int().positive(),
  at: timeSchema,
  event: runEventSchema,
})
export type Envelope = z.infer<typeof envelopeSchema>
