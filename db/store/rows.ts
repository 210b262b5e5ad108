import { z } from 'zod'
import { type AgentState, agentStateSchema } from '@/lib/core/agent/agent'
import { agentTypeSchema } from '@/lib/core/agent/agent-type'
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema, jsonValue } from '@/lib/core/base/json'
import { usageSchema } from '@/lib/core/money/usage'
import type { AgentSpec, InFlightTurnRow, StoredAgent, StoredMessage, TurnRow } from '@/lib/core/ports/agent-store'
import type { RunHead } from '@/lib/core/ports/run-store'
import { type Envelope, runEventSchema } from '@/lib/core/run/events'
import { phaseStateSchema, runHeaderSchema, totalsSchema } from '@/lib/core/run/state'
import { upcast } from '@/lib/core/run/upcast'
import { deliverySchema, outcomeCountsSchema, speedSchema } from '@/lib/core/spec/run'

const headSchema = z.object({
  run: runHeaderSchema,
  phases: z.array(phaseStateSchema),
  totals: totalsSchema,
  outcomeCounts: outcomeCountsSchema,
  seq: z.number().int(),
})

const eventRow = z.object({ run_id: z.string(), seq: z.number(), at: z.string(), data: z.string() })

/** A row of a journal that is no event: something other than Skein has written to the database. */
export class UnreadableJournalError extends Error {
  constructor(runId: string, seq: number, cause: unknown) {
    super(
      `Event ${seq} in the journal of run ${runId} cannot be read: it was changed outside of Skein. Restore the database, or delete the run.`,
      { cause },
    )
    this.name = 'UnreadableJournalError'
  }
}

/** A row of `events` as an envelope. */
export function readEnvelope(row: unknown): Envelope {
  const { run_id, seq, at, data } = eventRow.parse(row)
  try {
    return { runId: run_id, seq, at, event: runEventSchema.parse(upcast(parsed(data))) }
  } catch (cause) {
    throw new UnreadableJournalError(run_id, seq, cause)
  }
}

/** The head of a row of `runs`. */
export function readHead(row: unknown): RunHead {
  return headSchema.parse(parsed(z.object({ head: z.string() }).parse(row).head))
}

/** The state of a row of `agents`. */
export function readAgentState(row: unknown): AgentState {
  return agentStateSchema.parse(parsed(z.object({ state: z.string() }).parse(row).state))
}

const toolSchema = z.object({ name: z.string(), description: z.string(), inputSchema: jsonObjectSchema })
const specSchema = z.object({
  agentId: z.string(),
  key: z.string(),
  prompt: z.string(),
  system: z.string(),
  tools: z.array(toolSchema),
  schema: jsonSchema.nullable(),
  options: z.object({
    model: z.string(),
    effort: z.string().nullable(),
    stallMs: z.number(),
    maxTurns: z.number(),
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

const agentRow = z.object({ spec: z.string(), fence: z.number(), result: z.string().nullable() })

/** A whole row of `agents`. */
export function readAgent(row: unknown): StoredAgent {
  const { spec, fence, result } = agentRow.parse(row)
  return {
    state: readAgentState(row),
    spec: specSchema.parse(parsed(spec)),
    fence,
    result: result === null ? null : parsed(result),
    hasResult: result !== null,
  }
}

const messageRow = z.object({
  position: z.number(),
  attempt: z.number(),
  turn: z.number(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
})

/** A row of `messages`. The blocks were ours or the provider's own and go back as they are, so they are not re-checked. */
export function readMessage(row: unknown): StoredMessage {
  const { position, attempt, turn, role, content } = messageRow.parse(row)
  return { position, attempt, turn, message: { role, content: blocks(content) } }
}

const turnRow = z.object({
  agent_id: z.string(),
  turn: z.number(),
  attempt: z.number(),
  model: z.string(),
  usage: z.string(),
  cost: z.string().nullable(),
  stop_reason: z.string(),
  request_id: z.string().nullable(),
  started_at: z.string(),
  first_token_at: z.string().nullable(),
  ended_at: z.string(),
})
const kinds = z.object({
  input: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  cacheRead: z.number(),
  output: z.number(),
  webSearch: z.number(),
})
/** A cost as it is stored. */
export const costSchema = z.object({ totalNanoUsd: z.number(), byKind: kinds, uncachedNanoUsd: z.number().optional() })

/** A row of `turns`. */
export function readTurn(row: unknown): TurnRow {
  const raw = turnRow.parse(row)
  return {
    agentId: raw.agent_id,
    turn: raw.turn,
    attempt: raw.attempt,
    model: raw.model,
    usage: usageSchema.parse(parsed(raw.usage)),
    cost: raw.cost === null ? null : costSchema.parse(parsed(raw.cost)),
    stopReason: raw.stop_reason,
    requestId: raw.request_id,
    startedAt: raw.started_at,
    firstTokenAt: raw.first_token_at,
    endedAt: raw.ended_at,
  }
}

const inFlightTurnSchema = z.object({
  agentId: z.string(),
  turn: z.number(),
  attempt: z.number(),
  model: z.string(),
  usage: usageSchema,
  outputCharacters: z.number(),
  silentMs: z.number().default(0),
  startedAt: z.string(),
}) satisfies z.ZodType<InFlightTurnRow, unknown>

/** A row of `in_flight_turns`. */
export function readInFlightTurn(row: unknown): InFlightTurnRow {
  return inFlightTurnSchema.parse(parsed(z.object({ data: z.string() }).parse(row).data))
}

/** Stored JSON text. */
export function parsed(text: string): Json {
  return jsonValue(JSON.parse(text))
}

/** Content of a message: always an array of objects, because only such are ever stored. */
function blocks(text: string): JsonObject[] {
  const value = parsed(text)
  return Array.isArray(value)
    ? value.filter((block): block is JsonObject => typeof block === 'object' && block !== null && !Array.isArray(block))
    : []
}
