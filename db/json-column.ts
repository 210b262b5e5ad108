import { customType } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'
import { agentTypeSchema } from '@/lib/core/agent/agent-type'
import { phaseStateSchema } from '@/lib/core/agent/phase-state'
import { totalsSchema } from '@/lib/core/agent/totals'
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema, jsonValue } from '@/lib/core/base/json'
import { treeSchema } from '@/lib/core/base/tree-name'
import { usageSchema } from '@/lib/core/money/usage'
import type { AgentSpec, InFlightTurnRow } from '@/lib/core/ports/agent-store'
import { runHeaderSchema } from '@/lib/core/run/state'
import { deliverySchema, outcomeCountsSchema, speedSchema } from '@/lib/core/spec/run'
import { serverToolSchema } from '@/lib/core/spec/server-tools'

/** What JSON texts of a column are read with: a schema, mostly. */
type Reader<T> = { parse(value: unknown): T }

/** A column of JSON text, read with its schema wherever a query selects it, and nowhere else. */
export function json<T>(reader: Reader<T>) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    fromDriver: (text) => reader.parse(JSON.parse(text)),
    toDriver: (value) => JSON.stringify(value),
  })
}

/** Stored JSON text. */
export function parsed(text: string): Json {
  return jsonValue(JSON.parse(text))
}

/** Any JSON: it was written by `JSON.stringify`, and is nothing else. */
export const anyJson: Reader<Json> = { parse: jsonValue }

/** A secret that counts until a moment. */
export const formerSecretSchema = z.object({ sealed: z.string(), until: z.string() })

/** A run without its agents, as the fold has it. */
export const headSchema = z.object({
  run: runHeaderSchema,
  phases: z.array(phaseStateSchema),
  totals: totalsSchema,
  outcomeCounts: outcomeCountsSchema,
  seq: z.number().int(),
})

const toolSchema = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: jsonObjectSchema,
  strict: z.boolean().optional(),
  acts: z.boolean().optional(),
  hasOwnQueue: z.boolean().optional(),
  varies: z.boolean().optional(),
})

/** What an agent was asked; what later versions added has the value that went without saying before. */
export const specSchema = z.object({
  agentId: z.string(),
  key: z.string(),
  prompt: z.string(),
  system: z.string(),
  tools: z.array(toolSchema),
  serverTools: z.array(serverToolSchema).optional(),
  schema: jsonSchema.nullable(),
  options: z.object({
    model: z.string(),
    effort: z.string().nullable(),
    stallMs: z.number(),
    maxTurns: z.number(),
    tree: treeSchema.optional(),
    isIsolated: z.boolean().optional(),
    maxTokens: z.number(),
    retries: z.number(),
    depth: z.number().default(0),
    speed: speedSchema.default('standard'),
    delivery: deliverySchema.default('live'),
    timeoutMs: z.number().nullable().default(null),
    nanoUsd: z.number().nullable().default(null),
    tokens: z.number().nullable().default(null),
    agentType: z.object({ asked: z.string(), type: agentTypeSchema }).nullable().default(null),
    check: z.literal('workflow').nullable().default(null),
  }),
}) satisfies z.ZodType<AgentSpec, unknown>

/** A cost as it is stored. */
export const costSchema = z.object({
  totalNanoUsd: z.number(),
  byKind: z.object({
    input: z.number(),
    cacheWrite5m: z.number(),
    cacheWrite1h: z.number(),
    cacheRead: z.number(),
    output: z.number(),
    webSearch: z.number(),
  }),
  uncachedNanoUsd: z.number().optional(),
  isLongPrompt: z.boolean().optional(),
})

/** What was heard of a turn in flight. */
export const inFlightTurnSchema = z.object({
  agentId: z.string(),
  turn: z.number(),
  attempt: z.number(),
  model: z.string(),
  usage: usageSchema,
  outputCharacters: z.number(),
  silentMs: z.number().default(0),
  startedAt: z.string(),
}) satisfies z.ZodType<InFlightTurnRow, unknown>

/** Which turns a re-pricing is about. */
export const repricingAskedSchema = z.object({
  from: z.string(),
  to: z.string(),
  model: z.string().nullable(),
  simulated: z.boolean(),
})

/**
 * Content of a message. The blocks were ours or the provider's own and go back as they are, so they are not
 * re-checked.
 */
export const blocks: Reader<JsonObject[]> = {
  parse(stored) {
    const value = jsonValue(stored)
    // Only arrays of objects are ever stored.
    return Array.isArray(value)
      ? value.filter(
          (block): block is JsonObject =>
            typeof block === 'object' && block !== null && !Array.isArray(block),
        )
      : []
  },
}
