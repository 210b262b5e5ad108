import { type Failure, failure } from '@/lib/core/agent/failure'
import type { Clock } from '@/lib/core/ports/clock'
import type { BatchAnswer, BatchProvider, BatchRequest, ProviderBatch } from '@/lib/core/ports/ports'
import { failureOf, type Reply, type Sent, sentOf, turnOf } from './scripted-provider'

/** Batches that a provider has taken, whoever still knows of them. A kill of the engine leaves them. */
export type TakenBatch = {
  id: string
  createdMs: number
  isExtended: boolean
  requests: readonly BatchRequest[]
  replies: ReadonlyMap<string, Reply>
  /** Since when no more of it is to be done; null while nobody has asked for that. */
  withdrawnMs: number | null
}

/** What goes otherwise than well, by the number of the call, from 1. Left out, all goes well. */
export type BatchScript = {
  /**
   * `lost`: it is taken, and the answer never arrives. `hangs`: nobody hears anything at all. `nowhere`: the
   * line broke, and nothing was taken. `none`: there are no batches here.
   */
  create?(nth: number): 'taken' | 'lost' | 'hangs' | 'nowhere' | 'none' | Failure
  look?(nth: number): 'known' | 'gone' | Failure
  results?(answers: readonly BatchAnswer[], nth: number): readonly BatchAnswer[] | 'gone' | Failure
  recent?(nth: number): 'listed' | Failure
  withdraw?(nth: number): 'asked' | Failure
}

/** The batches of a scripted provider, and how often each of its calls was made. */
export type BatchWorld = {
  readonly taken: TakenBatch[]
  readonly asked: Record<keyof BatchScript, number>
}

/** A provider that has not seen a batch yet. */
export function emptyBatchWorld(): BatchWorld {
  return { taken: [], asked: { create: 0, look: 0, results: 0, recent: 0, withdraw: 0 } }
}

const broken = () => failure('connection', 'The line broke.')

/** Batches of the scripted provider: each request is answered as it would be live, after its own time. */
export function scriptedBatches(
  clock: Clock,
  world: BatchWorld,
  script: BatchScript,
  decide: (sent: Sent) => Reply,
): BatchProvider {
  const called = async (what: keyof BatchScript, signal: AbortSignal): Promise<number> => {
    world.asked[what] += 1
    const nth = world.asked[what]
    await clock.sleep(1, signal)
    return nth
  }
  const take = (requests: readonly BatchRequest[], isExtended: boolean): TakenBatch => {
    const replies = new Map(requests.map((one) => [one.customId, decide(sentOf(one.request, true))]))
    const id = `msgbatch_${world.taken.length + 1}`
    const batch = { id, createdMs: clock.now(), isExtended, requests, replies, withdrawnMs: null }
    world.taken.push(batch)
    return batch
  }
  const find = (id: string) => world.taken.find((batch) => batch.id === id) ?? null
  return {
    async create(requests, { isExtended, signal }) {
      const nth = await called('create', signal)
      const what = script.create?.(nth) ?? 'taken'
      if (what === 'none')
        return { ok: false, failure: failure('model-not-found', 'No.'), mayExist: false, isUnknown: true }
      if (typeof what === 'object') return { ok: false, failure: what, mayExist: false, isUnknown: false }
      if (what === 'nowhere') return { ok: false, failure: broken(), mayExist: true, isUnknown: false }
      const batch = take(requests, isExtended)
      if (what === 'hangs') return new Promise(() => {})
      if (what === 'lost') return { ok: false, failure: broken(), mayExist: true, isUnknown: false }
      return { ok: true, value: described(batch, clock.now()) }
    },
    async look(id, signal) {
      const nth = await called('look', signal)
      const what = script.look?.(nth) ?? 'known'
      if (typeof what === 'object') return { ok: false, failure: what }
      const batch = what === 'gone' ? null : find(id)
      return { ok: true, value: batch === null ? null : described(batch, clock.now()) }
    },
    async recent(sinceMs, signal) {
      const nth = await called('recent', signal)
      const what = script.recent?.(nth) ?? 'listed'
      if (typeof what === 'object') return { ok: false, failure: what }
      const since = world.taken.filter(({ createdMs }) => createdMs >= sinceMs)
      return { ok: true, value: since.reverse().map((batch) => described(batch, clock.now())) }
    },
    async results(id, { onAnswer, signal }) {
      const nth = await called('results', signal)
      const batch = find(id)
      const answers = batch === null ? [] : answersOf(batch)
      const given = script.results?.(answers, nth) ?? answers
      if (given === 'gone') return { ok: true, value: null }
      if (!isList(given)) return { ok: false, failure: given }
      for (const answer of given) onAnswer(answer)
      return { ok: true, value: 'read' }
    },
    async withdraw(id, signal) {
      const nth = await called('withdraw', signal)
      const what = script.withdraw?.(nth) ?? 'asked'
      if (typeof what === 'object') return { ok: false, failure: what }
      const batch = find(id)
      if (batch !== null) batch.withdrawnMs ??= clock.now()
      return { ok: true, value: 'asked' }
    },
  }
}

function isList(given: readonly BatchAnswer[] | Failure): given is readonly BatchAnswer[] {
  return Array.isArray(given)
}

/** When a request is answered; never where the provider falls silent. */
function dueMs(batch: TakenBatch, customId: string): number {
  const reply = batch.replies.get(customId)
  return reply === undefined || reply.kind === 'silence'
    ? Number.POSITIVE_INFINITY
    : batch.createdMs + reply.afterMs
}

/** Whether a request was given up with its batch before it was answered. */
function isCanceled(batch: TakenBatch, customId: string): boolean {
  return batch.withdrawnMs !== null && dueMs(batch, customId) > batch.withdrawnMs
}

function described(batch: TakenBatch, nowMs: number): ProviderBatch {
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
  for (const { customId } of batch.requests) {
    const reply = batch.replies.get(customId)
    if (isCanceled(batch, customId)) counts.canceled += 1
    else if (dueMs(batch, customId) > nowMs) counts.processing += 1
    else if (reply?.kind === 'failure') counts[reply.failure === 'timeout' ? 'expired' : 'errored'] += 1
    else counts.succeeded += 1
  }
  const status = counts.processing > 0 ? ('in_progress' as const) : ('ended' as const)
  return {
    id: batch.id,
    status,
    counts,
    createdAt: new Date(batch.createdMs).toISOString(),
    expiresAt: new Date(batch.createdMs + 86_400_000).toISOString(),
    hasResults: status === 'ended',
  }
}

function answersOf(batch: TakenBatch): BatchAnswer[] {
  return batch.requests.map(({ customId, request }): BatchAnswer => {
    const reply = batch.replies.get(customId)
    if (reply === undefined || reply.kind === 'silence' || isCanceled(batch, customId)) {
      const canceled = failure('interrupted', 'The request was cancelled with its batch.')
      return { customId, ok: false, failure: canceled, mayBeBilled: false }
    }
    // An answer that was given and cannot be read is billed all the same.
    if (reply.kind === 'partial')
      return { customId, ok: false, failure: failure('server-error', 'Unreadable.'), mayBeBilled: true }
    if (reply.kind === 'failure')
      return { customId, ok: false, failure: failureOf(reply), mayBeBilled: false }
    const turn = turnOf(reply, request.model)
    return { customId, ok: true, turn: { ...turn, usage: { ...turn.usage, serviceTier: 'batch' } } }
  })
}
