import { type Failure, failure } from '@/lib/core/agent/failure'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { BatchAnswer, ToolDefinition } from '@/lib/core/ports/ports'
import { type Asked, failureOfRefusal } from './failures'
import { parseAnswer } from './stream/answer-bounds'
import { readMessage, readWireError } from './stream/whole-message'

/** A batch as the API describes it. Counts stay all in `processing` until the whole batch has ended. */
export type Batch = {
  id: string
  status: 'in_progress' | 'canceling' | 'ended'
  counts: { processing: number; succeeded: number; errored: number; canceled: number; expired: number }
  createdAt: string | null
  expiresAt: string | null
  endedAt: string | null
  resultsUrl: string | null
}

/** A batch object; null when it is none. */
export function readBatch(wire: Json | undefined): Batch | null {
  if (!isJsonObject(wire) || typeof wire.id !== 'string') return null
  const status = wire.processing_status
  if (status !== 'in_progress' && status !== 'canceling' && status !== 'ended') return null
  const counts: JsonObject = isJsonObject(wire.request_counts) ? wire.request_counts : {}
  return {
    id: wire.id,
    status,
    counts: {
      processing: countOf(counts.processing),
      succeeded: countOf(counts.succeeded),
      errored: countOf(counts.errored),
      canceled: countOf(counts.canceled),
      expired: countOf(counts.expired),
    },
    createdAt: textOf(wire.created_at),
    expiresAt: textOf(wire.expires_at),
    endedAt: textOf(wire.ended_at),
    resultsUrl: textOf(wire.results_url),
  }
}

/** One page of the list of batches; `next` is the id to ask after, null on the last page. */
export function readBatchPage(wire: Json | undefined): { batches: Batch[]; next: string | null } {
  if (!isJsonObject(wire) || !Array.isArray(wire.data)) return { batches: [], next: null }
  const batches = wire.data.map(readBatch).filter((batch) => batch !== null)
  return { batches, next: wire.has_more === true ? textOf(wire.last_id) : null }
}

/**
 * One line of a results file; null for an empty or unreadable one. All of a batch is billed as one, whatever
 * tier the usage names or leaves out.
 */
export function readBatchResult(
  line: string,
  askedOf: (customId: string) => Asked,
  toolsOf: (customId: string) => readonly ToolDefinition[],
): BatchAnswer | null {
  const wire = parseAnswer(line)
  if (!isJsonObject(wire) || typeof wire.custom_id !== 'string' || !isJsonObject(wire.result)) return null
  const customId = wire.custom_id
  const isAnswered = wire.result.type === 'succeeded'
  const turn = isAnswered ? readMessage(wire.result.message, null, toolsOf(customId)) : null
  if (turn === null)
    return {
      customId,
      ok: false,
      failure: failureOfResult(wire.result, askedOf(customId)),
      mayBeBilled: isAnswered,
    }
  const usage = { ...turn.usage, serviceTier: 'batch' as const }
  return { customId, ok: true, turn: { ...turn, usage } }
}

function failureOfResult(result: JsonObject, asked: Asked): Failure {
  switch (result.type) {
    case 'errored': {
      const wire = readWireError(result.error) ?? { type: null, code: null, message: null, requestId: null }
      return failureOfRefusal({ status: null, wire, retryAfterMs: null, requestId: null }, asked)
    }
    case 'canceled':
      return failure('interrupted', `The request to ${asked.model} was cancelled with its batch.`)
    case 'expired':
      return failure(
        'timeout',
        `The batch ended before the request to ${asked.model} was answered. Send it again.`,
      )
    default:
      return failure(
        'server-error',
        `${asked.host} sent a batch result that cannot be read. Send the request again.`,
      )
  }
}

function countOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}
