import type { Json, JsonObject } from '@/lib/core/base/json'
import { errorBody, invalid, Refused } from './errors'
import { arrayOf, isObject, stringOf } from './json'

type Ending = { at: number; results: JsonObject[] }
type BatchedRequest = { customId: string; params: Json | undefined; doneAt: number }
interface Batch {
  id: string
  createdAt: number
  endsAt: number
  expiresAt: number
  cancelInitiatedAt: number | null
  /** Betas the headers named. */
  betas: readonly string[]
  requests: BatchedRequest[]
  ending: Ending | null
}

/**
 * What batches need from the server: a clock, ids, their simulated duration, and an answer to one request.
 */
export interface BatchContext {
  now(): number
  newId(prefix: string): string
  /** How long one request takes, and how long a batch may take. */
  durationMs(params: Json | undefined): number
  expiryMs(): number
  /** Longest until a cancelled batch has ended. */
  cancelMs(): number
  answer(params: Json | undefined, betas: readonly string[]): JsonObject
}

export interface Batches {
  create(body: Json | undefined, betas: readonly string[], origin: string): JsonObject
  retrieve(id: string, origin: string): JsonObject
  list(query: URLSearchParams, origin: string): JsonObject
  cancel(id: string, origin: string): JsonObject
  remove(id: string): JsonObject
  results(id: string): string
}

/** Parameters that cannot be used inside a batch. */
const NOT_IN_BATCHES = [
  'stream',
  'speed',
  'thread',
  'store',
  'previous_thread_event_id',
  'cache_hint',
  'context_hint',
]

/**
 * Message batches in memory. A batch ends when all its requests are done, when it is cancelled or when it
 * expires; what was done by then is answered, the rest is not. Answers are computed when someone looks.
 */
export function createBatches(context: BatchContext): Batches {
  const batches = new Map<string, Batch>()

  const find = (id: string): Batch => {
    const batch = batches.get(id)
    if (batch === undefined) throw new Refused(404, `Message Batch ${id} not found.`)
    if (batch.ending === null && context.now() >= batch.endsAt) batch.ending = endBatch(batch, context)
    return batch
  }

  return {
    create(body, betas, origin) {
      const now = context.now()
      const requests = readRequests(body).map((one) => ({
        ...one,
        doneAt: now + context.durationMs(one.params),
      }))
      const expiresAt = now + context.expiryMs()
      const id = context.newId('msgbatch')
      const batch: Batch = {
        id,
        createdAt: now,
        betas,
        expiresAt,
        endsAt: Math.min(expiresAt, Math.max(...requests.map(({ doneAt }) => doneAt))),
        cancelInitiatedAt: null,
        requests,
        ending: null,
      }
      batches.set(id, batch)
      return describe(batch, origin)
    },
    retrieve: (id, origin) => describe(find(id), origin),
    list(query, origin) {
      const newestFirst = [...batches.keys()].toReversed()
      const after = query.get('after_id')
      const before = query.get('before_id')
      const from = after === null ? 0 : newestFirst.indexOf(after) + 1
      const to = before === null ? newestFirst.length : newestFirst.indexOf(before)
      const within = newestFirst.slice(from, Math.max(from, to))
      const limit = Number(query.get('limit') ?? 20)
      const shown = before === null ? within.slice(0, limit) : within.slice(-limit)
      const data = shown.map((id) => describe(find(id), origin))
      return {
        data,
        has_more: within.length > shown.length,
        first_id: shown[0] ?? null,
        last_id: shown.at(-1) ?? null,
      }
    },
    cancel(id, origin) {
      const batch = find(id)
      if (batch.ending !== null)
        throw invalid(`Message Batch ${id} cannot be canceled because it has already ended.`)
      batch.cancelInitiatedAt ??= context.now()
      batch.endsAt = Math.min(batch.endsAt, batch.cancelInitiatedAt + context.cancelMs())
      return describe(batch, origin)
    },
    remove(id) {
      if (find(id).ending === null)
        throw invalid(`Message Batch ${id} cannot be deleted while it is being processed.`)
      batches.delete(id)
      return { id, type: 'message_batch_deleted' }
    },
    results(id) {
      const { ending } = find(id)
      if (ending === null) throw new Refused(404, `Message Batch ${id} has no available results.`)
      return ending.results.map((line) => `${JSON.stringify(line)}\n`).join('')
    },
  }
}

function readRequests(body: Json | undefined): Omit<BatchedRequest, 'doneAt'>[] {
  const listed = arrayOf(isObject(body) ? body.requests : undefined)
  if (listed.length === 0) throw invalid('requests: List should have at least 1 item')
  if (listed.length > 100_000) throw new Refused(413)
  const seen = new Set<string>()
  return listed.map((entry, index) => {
    const customId = stringOf(isObject(entry) ? entry.custom_id : undefined)
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(customId)) {
      throw invalid(`requests.${index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`)
    }
    if (seen.has(customId)) throw invalid(`requests.${index}.custom_id: Duplicate custom_id: ${customId}`)
    seen.add(customId)
    return { customId, params: isObject(entry) ? entry.params : undefined }
  })
}

function endBatch(batch: Batch, context: BatchContext): Ending {
  const undone = batch.cancelInitiatedAt !== null ? 'canceled' : 'expired'
  const until = batch.cancelInitiatedAt ?? batch.endsAt
  const results = batch.requests.map(({ customId, params, doneAt }): JsonObject => {
    if (doneAt > until) return { custom_id: customId, result: { type: undone } }
    return { custom_id: customId, result: answerOne(params, batch.betas, context) }
  })
  return { at: batch.endsAt, results }
}

function answerOne(params: Json | undefined, betas: readonly string[], context: BatchContext): JsonObject {
  try {
    const misplaced = NOT_IN_BATCHES.find((name) => isObject(params) && params[name] !== undefined)
    if (misplaced !== undefined) throw invalid(`${misplaced}: not supported in batch requests`)
    if (isObject(params) && params.max_tokens === 0)
      throw invalid('max_tokens: must be at least 1 in batch requests')
    return { type: 'succeeded', message: context.answer(params, betas) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { type: 'errored', error: errorBody(error, null) }
  }
}

function describe(batch: Batch, origin: string): JsonObject {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const statusIfOpen = batch.cancelInitiatedAt === null ? 'in_progress' : 'canceling'
  const status = batch.ending === null ? statusIfOpen : 'ended'
  const count = (type: string) =>
    batch.ending?.results.filter((line) => isObject(line.result) && line.result.type === type).length ?? 0
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: status,
    // Counts move all at once when the batch ends, as on the real API.
    request_counts: {
      processing: batch.ending === null ? batch.requests.length : 0,
      succeeded: count('succeeded'),
      errored: count('errored'),
      canceled: count('canceled'),
      expired: count('expired'),
    },
    created_at: time(batch.createdAt),
    expires_at: time(batch.expiresAt),
    ended_at: time(batch.ending?.at ?? null),
    archived_at: null,
    cancel_initiated_at: time(batch.cancelInitiatedAt),
    results_url: batch.ending === null ? null : `${origin}/v1/messages/batches/${batch.id}/results`,
  }
}
