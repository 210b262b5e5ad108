import Anthropic from '@anthropic-ai/sdk'
import { failure } from '@/lib/core/agent/failure'
import { jsonValue } from '@/lib/core/base/json'
import type { BatchProvider, BatchRequest, ProviderBatch, Reply } from '@/lib/core/ports/ports'
import { type Batch, readBatch, readBatchPage, readBatchResult } from './read-batch'
import { batchBody, extendedOutputHeaders } from './request-body'
import { mostRead, TooMuchError } from './stream/answer-bounds'
import { watchIdle } from './stream/idle-watch'
import { linesOf } from './stream/response-lines'
import { type Connection, requestFailure } from './stream/stream-turn'

/** Questions about a batch are answered at once, or not at all. */
const BRIEF_MS = 30_000
/** A hundred megabytes take their time on a slow line. */
const UPLOAD_MS = 15 * 60_000
const PAGE = 100
/** Longest silence in the middle of results. */
const SILENT_MS = 60_000

/** The Message Batches API of a connection. */
export function createBatchProvider(connection: Connection): BatchProvider {
  const { client, clock } = connection
  const asked = connection.asked('the batch')
  const brief = (signal: AbortSignal) => ({ signal, timeout: BRIEF_MS })
  const refused = (error: unknown) => ({
    ok: false as const,
    failure: requestFailure(error, asked, clock.now()),
  })

  return {
    async create(requests, { isExtended, signal }) {
      try {
        const options = { signal, timeout: UPLOAD_MS, headers: isExtended ? extendedOutputHeaders : {} }
        const made = read(
          await client.messages.batches.create({ requests: requests.map(wireRequest) }, options),
        )
        if (made !== null) return { ok: true, value: made }
        const message = `${asked.host} took a batch and did not say what it is called.`
        return { ok: false, failure: failure('server-error', message), mayExist: true, isUnknown: false }
      } catch (error) {
        return { ...refused(error), mayExist: mayExist(error), isUnknown: isUnknown(error) }
      }
    },

    async look(id, signal) {
      try {
        const batch = read(await client.messages.batches.retrieve(id, {}, brief(signal)))
        if (batch !== null) return { ok: true, value: batch }
        return {
          ok: false,
          failure: failure('server-error', `${asked.host} sent a batch that cannot be read.`),
        }
      } catch (error) {
        return statusOf(error) === 404 ? { ok: true, value: null } : refused(error)
      }
    },

    async recent(sinceMs, signal) {
      try {
        const found: ProviderBatch[] = []
        let pages = 0
        for (let after: string | null = null; ; ) {
          pages += 1
          if (pages > mostRead.pages) throw new TooMuchError(`${mostRead.pages} pages of batches`)
          const query: Anthropic.Messages.BatchListParams = {
            limit: PAGE,
            ...(after === null ? {} : { after_id: after }),
          }
          const page = await client.messages.batches.list(query, brief(signal))
          const { batches, next } = readBatchPage(
            jsonValue({ data: page.data, has_more: page.has_more, last_id: page.last_id }),
          )
          const young = batches.filter(
            ({ createdAt }) => createdAt === null || Date.parse(createdAt) >= sinceMs,
          )
          found.push(...young.map(described))
          if (next === null || young.length < batches.length) return { ok: true, value: found }
          after = next
        }
      } catch (error) {
        return refused(error)
      }
    },

    async results(id, { modelOf, toolsOf, onAnswer, signal }): Promise<Reply<'read' | null>> {
      const watch = watchIdle(signal, SILENT_MS, connection.clock.awake)
      try {
        // Read by our own hand: one line that is no JSON must not take the others with it.
        const response = await client
          .get(`/v1/messages/batches/${encodeURIComponent(id)}/results`, {
            signal: watch.signal,
            timeout: BRIEF_MS,
            headers: { accept: 'application/binary' },
          })
          .asResponse()
        for await (const line of linesOf(response.body, watch.alive)) {
          const answer = readBatchResult(line, (customId) => connection.asked(modelOf(customId)), toolsOf)
          if (answer !== null) onAnswer(answer)
        }
        return { ok: true, value: 'read' }
      } catch (error) {
        if (watch.reason() === 'stalled')
          return {
            ok: false,
            failure: failure('stalled', `${asked.host} stopped sending in the middle of the results.`),
          }
        return statusOf(error) === 404 ? { ok: true, value: null } : refused(error)
      } finally {
        watch.end()
      }
    },

    async withdraw(id, signal) {
      try {
        await client.messages.batches.cancel(id, {}, brief(signal))
        return { ok: true, value: 'asked' }
      } catch (error) {
        // It has ended by itself in the meantime: there is nothing left to ask for.
        return statusOf(error) === 400 || statusOf(error) === 409
          ? { ok: true, value: 'asked' }
          : refused(error)
      }
    },
  }
}

function wireRequest({ customId, request }: BatchRequest): Anthropic.Messages.BatchCreateParams.Request {
  return { custom_id: customId, params: batchBody(request) }
}

function read(wire: unknown): ProviderBatch | null {
  const batch = readBatch(jsonValue(wire))
  return batch === null ? null : described(batch)
}

function described({ resultsUrl, endedAt: _ended, ...batch }: Batch): ProviderBatch {
  return { ...batch, hasResults: resultsUrl !== null }
}

/**
 * Only an answer that says no is one. What broke off on the way, or behind a gateway, may have been taken.
 */
function mayExist(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== null) return status >= 500 && status !== 529 && status !== 501
  return !isRefusedConnection(error)
}

/** Servers that speak Messages and not batches answer so. */
function isUnknown(error: unknown): boolean {
  return [404, 405, 501].includes(statusOf(error) ?? 0)
}

function isRefusedConnection(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false
  if ('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')) return true
  return isRefusedConnection(error instanceof AggregateError ? error.errors[0] : error.cause, depth + 1)
}

function statusOf(error: unknown): number | null {
  return error instanceof Anthropic.APIError && typeof error.status === 'number' ? error.status : null
}
