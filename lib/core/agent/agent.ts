import { z } from 'zod'
import { tokenCountsSchema } from '../money/token-counts'
import { batchedTurnSchema } from '../spec/batch'
import { waitedQuotaSchema } from '../spec/quota-met'
import { deliverySchema, heldCaps } from '../spec/run'
import { timeSchema } from '../spec/run-status'
import { callSiteSchema } from './call-site'
import { failureSchema } from './failure'
import { patchSchema, patchStatuses } from './patch'

export const agentOutcomes = ['succeeded', 'flagged', 'failed', 'skipped', 'cancelled'] as const
export type AgentOutcome = (typeof agentOutcomes)[number]

/** What a waiting agent waits for. */
export const waitReasons = [
  'slot',
  'rate-limit',
  'back-off',
  'cache-warm-up',
  'budget',
  'paused',
  'approval',
  'permission',
  'agents',
  'batch',
] as const
export type WaitReason = (typeof waitReasons)[number]

/** A flag on an answer: the agent's own word, or what the wire showed. */
export const flagSchema = z.object({
  kind: z.enum(['uncertain', 'incomplete', 'truncated', 'empty', 'refused']),
  reason: z.string(),
})
export type Flag = z.infer<typeof flagSchema>

/**
 * The agent whose answer was reused, and what its run had spent by then, so that budget loops repeat the same
 * way.
 */
export const reusedFromSchema = z.object({
  runId: z.string(),
  agentId: z.string(),
  spent: z.object({ outputTokens: z.number().int(), costNanoUsd: z.number().int() }).nullable().default(null),
})

/** An item of a `parallel` or `pipeline`, in which a call was made. */
export const barrierItemSchema = z.object({ barrierId: z.string(), item: z.number().int() })
export type BarrierItem = z.infer<typeof barrierItemSchema>

const base = z.object({
  id: z.string(),
  /** Position of the call in its run, from 0; an agent's priority for a slot. */
  position: z.number().int(),
  parentId: z.string().nullable(),
  /** Call scope: '' for the launched script, else the path of the called workflow. */
  scope: z.string().default(''),
  callSite: callSiteSchema.nullable(),
  /** The innermost barrier it was called in; null outside of any. */
  barrier: barrierItemSchema.nullable().default(null),
  label: z.string(),
  phase: z.string().nullable(),
  requestedModel: z.string().nullable(),
  model: z.string(),
  /** How its next turn travels; each committed turn says for itself how it came. */
  delivery: deliverySchema.default('live'),
  /** Its turns that batches carry: current ones, and abandoned ones that will still be billed. */
  inBatch: z.array(batchedTurnSchema).default([]),
  attempt: z.number().int(),
  /** Committed turns. */
  turns: z.number().int(),
  toolCalls: z.number().int(),
  /** Tries of a turn that failed and were sent again. */
  retries: z.number().int(),
  usage: tokenCountsSchema,
  /** Null as soon as the cost of one of its turns is not known. */
  costNanoUsd: z.number().int().nullable(),
  /** Sum of its turns with a known cost. Missing in agents from before it was stored; their `cost` has it. */
  spentNanoUsd: z.number().int().optional(),
  /** Turns that did not say what they used: what they probably did is unsettled. */
  unmeteredTurns: z.number().int().default(0),
  /** The model that declined before the one it is asked on now; null where none did. */
  fellBackFrom: z.string().nullable().default(null),
  /** How often its conversation was summarised because it had become too long. */
  compactions: z.number().int().default(0),
  /** What it changed; null while it works, and where it changed nothing. */
  patch: patchSchema.nullable().default(null),
  patchStatus: z.enum(patchStatuses).nullable().default(null),
  unsettledNanoUsd: z.number().int(),
  /**
   * Tokens that its failed tries, and answers without usage, probably used; in none of the counts of `usage`.
   */
  unsettledTokens: z.number().int().default(0),
  reservedNanoUsd: z.number().int(),
  flags: z.array(flagSchema),
  dependsOn: z.array(z.string()),
  /** Those of them whose answers were flagged when this agent was made. */
  flaggedInputs: z.array(z.string()).default([]),
  reusedFrom: reusedFromSchema.nullable(),
  queuedAt: timeSchema,
  lastActivityAt: timeSchema,
  startedAt: timeSchema.nullable(),
  /** First characters of the answer, or of the prompt while there is none. */
  preview: z.string(),
})

const open = { failure: z.null(), endedAt: z.null() }
const noWait = {
  reason: z.null(),
  waitingUntil: z.null(),
  waitingCap: z.null().default(null),
  waitingQuota: z.null().default(null),
}
const ended = { ...noWait, endedAt: timeSchema }
const unbound = { ...noWait, ...open }

/** The state of one agent: a union by `status`, flat so that it is also the wire shape. */
export const agentStateSchema = z.discriminatedUnion('status', [
  base.extend({ status: z.literal('queued'), ...unbound }),
  base.extend({
    status: z.literal('waiting'),
    reason: z.enum(waitReasons),
    waitingUntil: timeSchema.nullable(),
    /** The cap in whose rest there is no room for its next turn; null where it waits for something else. */
    waitingCap: z.enum(heldCaps).nullable().default(null),
    /** The quota it is; null for every other cap. */
    waitingQuota: waitedQuotaSchema.nullable().default(null),
    ...open,
  }),
  base.extend({ status: z.literal('running'), ...unbound }),
  base.extend({ status: z.literal('stalled'), ...unbound }),
  base.extend({ status: z.literal('succeeded'), failure: z.null(), ...ended }),
  base.extend({ status: z.literal('flagged'), failure: z.null(), ...ended }),
  base.extend({ status: z.literal('failed'), failure: failureSchema, ...ended }),
  base.extend({ status: z.literal('skipped'), failure: failureSchema.nullable(), ...ended }),
  base.extend({ status: z.literal('cancelled'), failure: failureSchema.nullable(), ...ended }),
])
export type AgentState = z.infer<typeof agentStateSchema>

/** What an agent carries in place of a reason to wait, a failure and an end, while it has none of them. */
export const unboundAgent = {
  reason: null,
  waitingUntil: null,
  waitingCap: null,
  waitingQuota: null,
  failure: null,
  endedAt: null,
} as const

/** True once the agent has ended, in whichever way. */
export function isEnded(agent: AgentState): boolean {
  return agent.endedAt !== null
}

/** What an agent is known to have cost, whatever else of it is not known. */
export function spentBy({
  spentNanoUsd,
  costNanoUsd,
}: Pick<AgentState, 'spentNanoUsd' | 'costNanoUsd'>): number {
  return spentNanoUsd ?? costNanoUsd ?? 0
}
