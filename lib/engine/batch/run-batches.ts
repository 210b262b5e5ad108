import { failure } from '@/lib/core/agent/failure'
import { modelRules } from '@/lib/core/money/models'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import type { Admission } from '@/lib/core/ports/dispatcher'
import type { Envelope } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { Needs, PartsForBatches, RunBatches } from '../context/active-run'
import {
  BatchSlot,
  nothingLost,
  nothingSpent,
  slotKey,
  type TurnRef,
  unmeteredOf,
} from '../context/batch-slot'
import type { TurnPlan } from '../context/turn-plan'
import { isShutdown } from '../parts/stops'
import { bookFailure, commitTurn } from '../turn/booking'
import { promptTokenBound } from '../turn/prompt-size'
import { shownCharacters } from '../turn/shown-request'
import { requestOf } from '../turn/turn-request'
import { BatchCollector } from './batch-collector'
import { type OpenTurn, openBatches } from './open-batches'
import { SubmittedBatch } from './submitted-batch'

/** Bytes of JSON an estimated token comes to at most: see the bound it is estimated by. */
const BYTES_PER_TOKEN = 4

/** Digits of a digest that tell a turn from every other one a credential ever sent. */
const DIGEST_DIGITS = 24

/**
 * The batches of one run. Turns join, and leave together as a batch once nobody of their phase is on the way
 * any more; a turn whose agent has gone is still booked when it comes back, since it is billed.
 */
export class BatchesOfRun implements RunBatches {
  readonly #collectors = new Map<string, BatchCollector>()
  readonly #open = new Map<string, BatchSlot>()
  readonly #batches = new Set<SubmittedBatch>()
  readonly #batchOf = new Map<BatchSlot, SubmittedBatch>()
  readonly #stop = new AbortController()
  #waiters: ((isSettled: boolean) => void)[] = []
  #lastBatch = 0
  #isSettling = false
  /** The provider has no batches: everybody goes on live. */
  areRefused = false

  /** The run that these batches are part of. */
  private readonly run: PartsForBatches & Needs<'batches'>

  constructor(parts: PartsForBatches) {
    this.run = { ...parts, batches: this }
    const { signal } = parts.stops
    // What a batch carries is taken up by the next process: nobody leaves it.
    signal.addEventListener('abort', () => isShutdown(signal) && this.halt(), { once: true })
  }

  /** Takes up what earlier processes left with a provider. What was reserved for it is reserved again. */
  restore(journal: readonly Envelope[], agents: ReadonlyMap<string, StoredAgent>): void {
    for (const { event } of journal)
      if (event.type === 'turn.started' && event.batchId !== null)
        this.#lastBatch = Math.max(this.#lastBatch, Number(event.batchId.slice(1)))
    for (const open of openBatches(journal)) {
      const slots = new Map<string, BatchSlot>()
      for (const [key, customId] of open.customIds) {
        const started = open.turns.get(key)
        if (started === undefined) continue
        const agent = agents.get(started.event.agentId)
        const slot = this.#restored(started, agent)
        slots.set(customId, slot)
      }
      const { batchId: id, phase, isExtended } = open.prepared
      this.#drive(
        new SubmittedBatch(
          this.run,
          id,
          phase,
          isExtended,
          slots,
          open.providerBatchId,
          open.preparedAtMs,
          this.#stop.signal,
          this.#bookAbandoned,
        ),
        false,
      )
    }
  }

  #restored({ event, at }: OpenTurn, agent: StoredAgent | undefined): BatchSlot {
    const { run } = this
    const { agentId, turn, attempt, maxTokens, clampedBy } = event
    const phase = agent?.state.phase ?? null
    const reserved = {
      phase: phase ?? unphased,
      nanoUsd: event.reservedNanoUsd,
      tokens: event.reservedTokens,
    }
    const settle = run.providerContext.dispatcher.restoreReservation(run.id, reserved)
    const slot = new BatchSlot(
      { agentId, turn, attempt },
      event.model,
      phase,
      { ...reserved, maxTokens, clampedBy },
      null,
      agent?.spec.tools ?? [],
      0,
      0,
      settle,
    )
    slot.startedAt = at
    slot.isAbandoned = agent === undefined || agent.state.endedAt !== null || agent.state.attempt !== attempt
    this.#open.set(slotKey(slot.ref), slot)
    return slot
  }

  /** Whether this turn is with a provider already. */
  isInBatch(ref: TurnRef): boolean {
    return this.#open.has(slotKey(ref))
  }

  /** The slot of a turn that an earlier process sent on its way; null when it has to set out. */
  slotOf(ref: TurnRef): BatchSlot | null {
    return this.#open.get(slotKey(ref)) ?? null
  }

  /** A turn joins the next batch of its phase. */
  join(plan: TurnPlan, admission: Extract<Admission, { kind: 'admitted' }>): BatchSlot {
    const { agentId } = plan.spec
    const { maxTokens, reservedNanoUsd: nanoUsd, clampedBy } = admission
    const inputTokens = promptTokenBound(plan.spec, plan.messages, plan.known)
    const slot = new BatchSlot(
      { agentId, turn: plan.turn, attempt: plan.attempt },
      plan.model,
      plan.phase,
      { maxTokens, nanoUsd, clampedBy, tokens: inputTokens + maxTokens },
      requestOf({ ...plan, messages: [...plan.messages] }, maxTokens, 'standard', '1h'),
      plan.spec.tools,
      plan.position,
      inputTokens * BYTES_PER_TOKEN + shownCharacters(plan.messages),
      (settlement) => admission.settle(settlement),
    )
    this.#open.set(slotKey(slot.ref), slot)
    const collector = this.#collectorOf(plan.phase, maxTokens > modelRules(plan.model).maxOutputTokens)
    collector.add(slot)
    slot.onAbandon(() => {
      if (collector.remove(slot)) this.forget(slot)
      else this.#leave(slot)
    })
    return slot
  }

  /** A place that is booked, or never left: it is nobody's any more. */
  forget(slot: BatchSlot): void {
    if (!slot.isBooked) slot.settle(nothingSpent)
    this.#open.delete(slotKey(slot.ref))
    this.#batchOf.delete(slot)
    this.#tellIfSettled()
  }

  #leave(slot: BatchSlot): void {
    // The server stops: the batch is taken up by the next process, as it is.
    if (this.#stop.signal.aborted) return
    slot.isAbandoned = true
    if (slot.hasResult) void this.#bookAbandoned(slot)
    this.#batchOf.get(slot)?.cancelIfUnwanted()
  }

  #collectorOf(phase: string | null, isExtended: boolean): BatchCollector {
    const key = JSON.stringify([phase, isExtended])
    const known = this.#collectors.get(key)
    if (known !== undefined) return known
    const collector = new BatchCollector(this.run, phase, this.#stop.signal, {
      maySubmit: () => ![...this.#batches].some((batch) => batch.phase === phase && batch.isUnresolved),
      isHandedOut: () => this.#isHandedOut(phase),
      submit: (slots) => this.#submit(phase, isExtended, slots),
    })
    this.#collectors.set(key, collector)
    return collector
  }

  /** Answers that are back and not booked yet, or a batch of which some are back and the others follow. */
  #isHandedOut(phase: string | null): boolean {
    const returns = (slot: BatchSlot) => slot.hasResult && !slot.isAbandoned
    const isHalfBack = ({ slots }: SubmittedBatch) =>
      [...slots.values()].some(returns) && [...slots.values()].some(({ isAwaited }) => isAwaited)
    return (
      [...this.#open.values()].some((slot) => slot.phase === phase && returns(slot)) ||
      [...this.#batches].some((batch) => batch.phase === phase && isHalfBack(batch))
    )
  }

  #submit(phase: string | null, isExtended: boolean, slots: readonly BatchSlot[]): void {
    this.#lastBatch += 1
    const id = `b${this.#lastBatch}`
    const named = new Map(slots.map((slot) => [this.#customId(id, slot.ref), slot]))
    const batch = new SubmittedBatch(
      this.run,
      id,
      phase,
      isExtended,
      named,
      null,
      this.run.ports.clock.now(),
      this.#stop.signal,
      this.#bookAbandoned,
    )
    this.#drive(batch, true)
  }

  #drive(batch: SubmittedBatch, isFresh: boolean): void {
    const { run } = this
    this.#batches.add(batch)
    for (const slot of batch.slots.values()) this.#batchOf.set(slot, batch)
    const led = async () => {
      try {
        if (isFresh) await batch.prepare()
        await batch.drive(isFresh)
      } catch (error) {
        if (this.#stop.signal.aborted) return
        run.ports.report(error)
        const why = failure('internal', 'Internal error in this batch; see the server log.')
        for (const slot of batch.slots.values()) {
          slot.resolve({ kind: 'failure', failure: why, ...slot.mostLost })
          if (slot.isAbandoned) void this.#bookAbandoned(slot)
        }
      } finally {
        this.#batches.delete(batch)
      }
    }
    void led()
  }

  /** `custom_id` of a turn: readable at its front, and unlike any other this credential ever sent. */
  #customId(batch: string, { agentId, turn, attempt }: TurnRef): string {
    const { id, ports } = this.run
    const digest = ports.digest(`${id} ${batch} ${agentId} ${turn} ${attempt}`).slice(0, DIGEST_DIGITS)
    return `${agentId.replace(/[^a-zA-Z0-9]/g, '-').slice(0, 24)}-t${turn}-${attempt}-${digest}`
  }

  /** Books a turn whose agent has gone: what was finished is billed, whether or not anybody waits for it. */
  readonly #bookAbandoned = async (slot: BatchSlot): Promise<void> => {
    const result = slot.abandonedResult
    if (result === null || slot.isBooked) return
    const { run } = this
    try {
      slot.isBooked = true
      if (result.kind === 'turn') {
        const fence = (await run.ports.store.loadAgent(run.id, slot.ref.agentId))?.fence ?? 0
        const times = { startedAt: slot.startedAt, firstTokenAt: null }
        slot.settle(await commitTurn(run, slot.booked(fence), result.turn, times, () => unmeteredOf(slot)))
      } else if (result.kind !== 'not-submitted') {
        const { unsettledNanoUsd, unsettledTokens } = result.kind === 'failure' ? result : nothingLost
        const { failure: why } = result
        const lost = { model: slot.model, failure: why, unsettledNanoUsd, unsettledTokens, willRetry: false }
        await bookFailure(run, slot.booked(0), lost)
        slot.settle({ ...nothingSpent, unsettledNanoUsd, tokens: unsettledTokens, failure: why })
      }
    } catch (error) {
      run.ports.report(error)
      slot.settle(nothingSpent)
    }
    this.forget(slot)
  }

  /** Turns submitted to a provider whose results are not booked yet. */
  get turnsInBatch(): number {
    return this.#open.size
  }

  /**
   * Call when the rest of the run is done. Resolves true once every batched turn is booked, false if the
   * server stops first.
   */
  async settled(): Promise<boolean> {
    this.#isSettling = true
    for (const slot of [...this.#open.values()]) this.#leave(slot)
    if (this.#open.size === 0) return true
    if (this.#stop.signal.aborted) return false
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Nobody wants to wait for what is still away: what it can have cost at most is counted as unsettled. */
  giveUp(): void {
    const why = failure('interrupted', 'The batch was abandoned. Its maximum cost is counted as unsettled.')
    for (const slot of [...this.#open.values()]) {
      slot.isAbandoned = true
      slot.resolve({ kind: 'failure', failure: why, ...slot.mostLost })
      void this.#bookAbandoned(slot)
    }
    for (const batch of this.#batches) void batch.abandon().catch(this.run.ports.report)
    this.#stop.abort(new Error('The batches of this run were abandoned'))
  }

  /** Stops looking; batches go on where they are. */
  halt(): void {
    this.#stop.abort(new Error('The run is no longer active here'))
    for (const tell of this.#waiters.splice(0)) tell(false)
  }

  #tellIfSettled(): void {
    if (!this.#isSettling || this.#open.size > 0) return
    for (const tell of this.#waiters.splice(0)) tell(true)
  }
}
