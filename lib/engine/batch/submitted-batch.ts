import { afterFailedTurn } from '@/lib/core/agent/failed-turn'
import { type Failure, failure, failureRules } from '@/lib/core/agent/failure'
import type { BatchAnswer, BatchRequest, ProviderBatch } from '@/lib/core/ports/ports'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import { type BatchResult, type BatchSlot, nothingLost } from '../context/batch-slot'
import { InterruptibleSleep } from '../parts/interruptible-sleep'
import { credentialDigestOf } from '../turn/credential-digest'
import { pauseFor } from '../turn/pause-for-failure'
import { showsAnything, withShown } from '../turn/shown-request'
import { findBatch } from './find-batch'

/** Slots recorded in one commit: each is an event or two. */
const SLOTS_PER_COMMIT = 100

/**
 * One batch, from being recorded until its results are delivered. One loop drives it, and another process can
 * continue it at any point, since the journal determines the next step.
 */
export class SubmittedBatch {
  readonly #interruptibleSleep: InterruptibleSleep
  #isWithdrawn = false
  #hasAskedBack = false
  #isDelayed = false

  constructor(
    private readonly run: Needs<'batches' | 'id' | 'journal' | 'pauses' | 'ports' | 'providerContext'>,
    readonly id: string,
    readonly phase: string | null,
    readonly isExtended: boolean,
    readonly slots: ReadonlyMap<string, BatchSlot>,
    private providerBatchId: string | null,
    private preparedAtMs: number,
    /** Aborted when the server stops or a person abandons the batch; the batch is left as it is. */
    private readonly signal: AbortSignal,
    /** Called when an abandoned slot has its answer. */
    private readonly onAbandoned: (slot: BatchSlot) => void,
  ) {
    this.#interruptibleSleep = new InterruptibleSleep(run.ports.clock, signal)
    if (providerBatchId !== null) run.providerContext.knownBatches.add(providerBatchId)
  }

  /** True while the submission is in the journal but its outcome is unknown. */
  get isUnresolved(): boolean {
    return this.run.journal.state.batches.some(
      ({ batchId, status }) => batchId === this.id && status === 'unresolved',
    )
  }

  get #isWanted(): boolean {
    return [...this.slots.values()].some((slot) => slot.isAwaited)
  }

  /**
   * Call when a slot is no longer awaited: a batch that no agent waits for is cancelled, to save its cost.
   */
  cancelIfUnwanted(): void {
    if (!this.#isWanted) this.#interruptibleSleep.wake()
  }

  /** A person has given the batch up. */
  async abandon(): Promise<void> {
    await this.#end('lost', null, 'Abandoned.')
  }

  /** Writes the batch down: each turn as started, then the batch as a whole. Only then it may leave. */
  async prepare(): Promise<void> {
    const { run, id } = this
    const slots = [...this.slots]
    const at = run.journal.iso()
    const commits: Promise<unknown>[] = []
    for (let from = 0; from < slots.length; from += SLOTS_PER_COMMIT) {
      const events = slots.slice(from, from + SLOTS_PER_COMMIT).flatMap(([, slot]) => {
        slot.startedAt = at
        return this.#startOf(slot)
      })
      commits.push(run.journal.record(events))
    }
    const prepared: EventOf<'batch.prepared'> = {
      type: 'batch.prepared',
      batchId: id,
      phase: this.phase,
      turns: slots.map(([customId, { ref }]) => ({ ...ref, customId })),
      isExtended: this.isExtended,
    }
    commits.push(run.journal.record([prepared]))
    this.preparedAtMs = run.ports.clock.now()
    await Promise.all(commits)
  }

  #startOf(slot: BatchSlot): RunEvent[] {
    const { agentId, turn, attempt } = slot.ref
    const agent = this.run.journal.agent(agentId)
    const { maxTokens, nanoUsd, tokens, clampedBy } = slot.reserved
    return [
      ...(agent.endedAt === null && (agent.startedAt === null || turn === 0)
        ? [{ type: 'agent.started' as const, agentId, attempt }]
        : []),
      {
        type: 'turn.started',
        ...slot.ref,
        model: slot.model,
        maxTokens,
        reservedNanoUsd: nanoUsd,
        account: credentialDigestOf(this.run),
        batchId: this.id,
        reservedTokens: tokens,
        clampedBy,
      },
    ]
  }

  /** From handing over to the last result. Rejects only when it is stopped. */
  async drive(isFresh: boolean): Promise<void> {
    if (this.providerBatchId === null)
      this.providerBatchId = isFresh ? await this.#submit() : await this.#find()
    if (this.providerBatchId === null) return
    const ended = await this.#pollUntilEnded(this.providerBatchId)
    if (ended === null) {
      const why = `The provider no longer knows the batch ${this.providerBatchId}.`
      await this.#end('lost', null, why)
      this.#rest(lost(why), true)
      return
    }
    await this.#end('ended', ended, null)
    await this.#collect(this.providerBatchId)
  }

  /** Submits the batch, retrying while it is refused for now. Null when it ended without being sent. */
  async #submit(): Promise<string | null> {
    const { run, signal } = this
    for (let failedBefore = 0; ; failedBefore += 1) {
      if (!this.#isWanted) return this.#unsent('No longer needed before it was submitted.')
      const reply = await run.providerContext.provider.batches.create(await this.#requests(), {
        isExtended: this.isExtended,
        signal,
      })
      signal.throwIfAborted()
      if (reply.ok) return await this.#taken(reply.value, false)
      if (reply.isUnknown) {
        run.batches.areRefused = true
        return this.#unsent('This provider has no batches; these agents continue live at full price.')
      }
      if (reply.mayExist) {
        await this.#delay(
          'unresolved',
          `${reply.failure.message} Batch ${this.id} is not resent until its status is known.`,
        )
        const found = await findBatch(this.#search())
        if (found !== null) return await this.#taken(found, true)
        continue
      }
      const policy = run.ports.retryPolicy
      const decision = afterFailedTurn(reply.failure, failedBefore, policy, run.ports.random())
      if (decision.do !== 'retry') {
        await this.#end('refused', null, reply.failure.message)
        this.#rest(reply.failure, false)
        return null
      }
      await this.#delay('refused', reply.failure.message)
      await this.#interruptibleSleep.sleep(decision.delayMs)
    }
  }

  /** Looks for a batch of an earlier process that may have been taken. Null when it was not. */
  async #find(): Promise<string | null> {
    await this.#delay(
      'unresolved',
      `The server stopped while submitting batch ${this.id}. It is not resent until its status is known.`,
    )
    const found = await findBatch(this.#search())
    if (found !== null) return await this.#taken(found, true)
    return this.#unsent('The server stopped before it was submitted. Its turns go into the next batch.')
  }

  #search() {
    const { run, slots, signal } = this
    return {
      run,
      size: slots.size,
      sinceMs: this.preparedAtMs,
      isOurs: (customId: string) => slots.has(customId),
      interruptibleSleep: this.#interruptibleSleep,
      signal,
    }
  }

  async #requests(): Promise<BatchRequest[]> {
    const asked = [...this.slots].flatMap(([customId, { request }]) =>
      request === null ? [] : [{ customId, request }],
    )
    return Promise.all(
      asked.map(async ({ customId, request }) => ({
        customId,
        request: showsAnything(request) ? await withShown(this.run, request) : request,
      })),
    )
  }

  async #taken(providerBatch: ProviderBatch, isFound: boolean): Promise<string> {
    const { run, id: batchId } = this
    run.providerContext.knownBatches.add(providerBatch.id)
    const { id: providerBatchId, expiresAt } = providerBatch
    await run.journal.record([{ type: 'batch.submitted', batchId, providerBatchId, expiresAt, isFound }])
    return providerBatchId
  }

  /** It is certain that nothing of it was bought. */
  async #unsent(detail: string): Promise<null> {
    await this.#end('never-sent', null, detail)
    for (const slot of this.slots.values())
      this.#hand(slot, { kind: 'unsent', failure: failure('interrupted', detail) })
    return null
  }

  /** Polls the batch until it has ended; null when the provider does not know it any more. */
  async #pollUntilEnded(providerBatchId: string): Promise<ProviderBatch | null> {
    const { run, signal } = this
    const { pollFirstMs, pollMostMs } = run.providerContext.batchTiming
    let counts = ''
    for (let pauseMs = pollFirstMs; ; pauseMs = Math.min(pauseMs * 1.5, pollMostMs)) {
      await this.#interruptibleSleep.sleep(this.#isWanted || this.#hasAskedBack ? pauseMs : 0)
      if (!this.#isWanted && !this.#isWithdrawn && (await this.#withdraw(providerBatchId)))
        pauseMs = pollFirstMs
      const reply = await run.providerContext.provider.batches.look(providerBatchId, signal)
      signal.throwIfAborted()
      if (!reply.ok) {
        await this.#delay('refused', `Batch ${this.id} status check failed: ${reply.failure.message}`)
        // Nobody but a person can mend that; the batch goes on meanwhile.
        if (failureRules[reply.failure.kind] === 'pause')
          await pauseFor(run, reply.failure, reply.failure.retryAfterMs)
        // Asking again calmly serves those who wait better than hurrying.
        pauseMs = Math.max(pauseMs, reply.failure.retryAfterMs ?? 0)
        continue
      }
      if (reply.value === null) return null
      const providerBatch = reply.value
      const said = JSON.stringify(providerBatch.counts)
      if (providerBatch.status === 'ended') return providerBatch
      if (this.#isDelayed || (counts !== '' && said !== counts)) await this.#progress(providerBatch)
      counts = said
    }
  }

  async #withdraw(providerBatchId: string): Promise<boolean> {
    const { run, id: batchId } = this
    this.#hasAskedBack = true
    const reply = await run.providerContext.provider.batches.withdraw(providerBatchId, this.signal)
    this.#isWithdrawn = reply.ok
    if (reply.ok) await run.journal.record([{ type: 'batch.withdrawn', batchId }])
    return reply.ok
  }

  /**
   * Hands results out as they are read. After a broken connection it reads from the top and skips those it
   * has.
   */
  async #collect(providerBatchId: string): Promise<void> {
    const { run, signal } = this
    const { pollFirstMs, pollMostMs } = run.providerContext.batchTiming
    for (let pauseMs = pollFirstMs; ; pauseMs = Math.min(pauseMs * 1.5, pollMostMs)) {
      let strangers = 0
      const onAnswer = (answer: BatchAnswer) => {
        const slot = this.slots.get(answer.customId)
        if (slot === undefined) strangers += 1
        else this.#hand(slot, resultOf(answer, slot))
      }
      const modelOf = (customId: string) => this.slots.get(customId)?.model ?? 'a model'
      const toolsOf = (customId: string) => this.slots.get(customId)?.tools ?? []
      const reply = await run.providerContext.provider.batches.results(providerBatchId, {
        modelOf,
        toolsOf,
        onAnswer,
        signal,
      })
      signal.throwIfAborted()
      if (reply.ok) {
        if (strangers > 0)
          await this.#note(
            `The results of batch ${this.id} contain ${strangers} unknown turns; they were ignored.`,
          )
        const why =
          reply.value === null
            ? 'The provider no longer keeps its results.'
            : 'Its results do not include this turn.'
        this.#rest(lost(`The batch ${providerBatchId} has ended. ${why}`), true)
        return
      }
      await this.#delay('refused', `The results of batch ${this.id} cannot be read: ${reply.failure.message}`)
      await this.#interruptibleSleep.sleep(pauseMs)
    }
  }

  /** All turns without a result get this; what may have been billed counts with its full reservation. */
  #rest(why: Failure, mayBeBilled: boolean): void {
    for (const slot of this.slots.values())
      this.#hand(slot, {
        kind: 'failure',
        failure: why,
        ...(mayBeBilled ? slot.mostLost : nothingLost),
      })
  }

  #hand(slot: BatchSlot, result: BatchResult): void {
    if (slot.hasResult) return
    slot.resolve(result)
    if (slot.isAbandoned) this.onAbandoned(slot)
  }

  async #end(
    outcome: EventOf<'batch.ended'>['outcome'],
    providerBatch: ProviderBatch | null,
    detail: string | null,
  ) {
    const { run, id: batchId } = this
    const isKnown = run.journal.state.batches.some((one) => one.batchId === batchId && one.status === 'ended')
    if (isKnown) return
    await run.journal.record([
      { type: 'batch.ended', batchId, outcome, counts: providerBatch?.counts ?? null, detail },
    ])
  }

  async #progress(providerBatch: ProviderBatch): Promise<void> {
    this.#isDelayed = false
    const { run, id: batchId } = this
    await run.journal.record([{ type: 'batch.progressed', batchId, counts: providerBatch.counts }])
  }

  /** Records why the batch is delayed, once and not at every poll. */
  async #delay(reason: EventOf<'batch.delayed'>['reason'], detail: string): Promise<void> {
    const { run, id: batchId } = this
    this.#isDelayed = true
    if (
      run.journal.state.batches.find((providerBatch) => providerBatch.batchId === batchId)?.detail === detail
    )
      return
    await run.journal.record([{ type: 'batch.delayed', batchId, reason, detail }])
  }

  async #note(message: string): Promise<void> {
    await this.run.journal.record([{ type: 'run.noted', message, agentId: null, callSite: null }])
  }
}

function resultOf(answer: BatchAnswer, slot: BatchSlot): BatchResult {
  if (answer.ok) return { kind: 'turn', turn: answer.turn }
  return { kind: 'failure', failure: answer.failure, ...(answer.mayBeBilled ? slot.mostLost : nothingLost) }
}

function lost(why: string): Failure {
  return failure('server-error', `${why} Its maximum cost is counted as unsettled; it is retried.`)
}
