import type { EventOf, RunEvent } from '@/lib/core/events'
import { type Failure, failure, failureRules } from '@/lib/core/failure'
import type { BatchAnswer, ProviderBatch } from '@/lib/core/ports'
import { decideRetry } from '@/lib/core/retry'
import type { ActiveRun } from './active-run'
import { findBatch } from './find-batch'
import { InterruptibleSleep } from './interruptible-sleep'
import { pauseFor } from './pause-reason'
import { type Arrival, nothingLost, type Place } from './place'

/** Places written down in one commit: each is an event or two. */
const PLACES_PER_COMMIT = 100

/**
 * One round from the moment it is written down until its results are handed out. It is led by one loop that can be
 * taken up by another process at any line of it: what it does next is decided by what the journal says.
 */
export class Round {
  readonly #interruptibleSleep: InterruptibleSleep
  #isWithdrawn = false
  #hasAskedBack = false
  #isDelayed = false

  constructor(
    private readonly run: ActiveRun,
    readonly id: string,
    readonly phase: string | null,
    readonly isExtended: boolean,
    readonly places: ReadonlyMap<string, Place>,
    private batchId: string | null,
    private preparedAtMs: number,
    /** Stops it where it is: the server goes down, or nobody wants to wait any longer. */
    private readonly signal: AbortSignal,
    /** Told of a place that was left and has its answer now. */
    private readonly onLeft: (place: Place) => void,
  ) {
    this.#interruptibleSleep = new InterruptibleSleep(run.ports.clock, signal)
    if (batchId !== null) run.providerContext.knownBatches.add(batchId)
  }

  /** True while the journal knows that it was written down, and nobody knows whether it was taken. */
  get isUnresolved(): boolean {
    return this.run.state.batches.some(({ round, status }) => round === this.id && status === 'unresolved')
  }

  get #isWanted(): boolean {
    return [...this.places.values()].some((place) => place.isAwaited)
  }

  /** Somebody went away: a round that nobody waits for is not paid for further. */
  look(): void {
    if (!this.#isWanted) this.#interruptibleSleep.wake()
  }

  /** Nobody wants to wait for it any longer. */
  async abandon(): Promise<void> {
    await this.#end('lost', null, 'Nobody waited for it to end.')
  }

  /** Writes the round down: each turn as started, then the round as a whole. Only then it may leave. */
  async prepare(): Promise<void> {
    const { run, id } = this
    const places = [...this.places]
    const at = run.iso()
    const commits: Promise<unknown>[] = []
    for (let from = 0; from < places.length; from += PLACES_PER_COMMIT) {
      const events = places.slice(from, from + PLACES_PER_COMMIT).flatMap(([, place]) => {
        place.startedAt = at
        return this.#startOf(place)
      })
      commits.push(run.ports.recorder.record(run.id, events))
    }
    const prepared: EventOf<'batch.prepared'> = {
      type: 'batch.prepared',
      round: id,
      phase: this.phase,
      turns: places.map(([customId, { ref }]) => ({ ...ref, customId })),
      isExtended: this.isExtended,
    }
    commits.push(run.ports.recorder.record(run.id, [prepared]))
    this.preparedAtMs = run.ports.clock.now()
    await Promise.all(commits)
  }

  #startOf(place: Place): RunEvent[] {
    const { agentId, turn, attempt } = place.ref
    const agent = this.run.agent(agentId)
    const { maxTokens, nanoUsd, tokens, clampedBy } = place.reserved
    return [
      ...(agent.endedAt === null && (agent.startedAt === null || turn === 0)
        ? [{ type: 'agent.started' as const, agentId, attempt }]
        : []),
      {
        type: 'turn.started',
        ...place.ref,
        model: place.model,
        maxTokens,
        reservedNanoUsd: nanoUsd,
        round: this.id,
        reservedTokens: tokens,
        clampedBy,
      },
    ]
  }

  /** From handing over to the last result. Rejects only when it is stopped. */
  async lead(isFresh: boolean): Promise<void> {
    if (this.batchId === null) this.batchId = isFresh ? await this.#submit() : await this.#find()
    if (this.batchId === null) return
    const ended = await this.#untilEnded(this.batchId)
    if (ended === null) {
      const why = `The provider no longer knows the batch ${this.batchId}.`
      await this.#end('lost', null, why)
      this.#rest(lost(why), true)
      return
    }
    await this.#end('ended', ended, null)
    await this.#collect(this.batchId)
  }

  /** Hands the round over, again and again while it is refused for now. Null when it is over without having left. */
  async #submit(): Promise<string | null> {
    const { run, signal } = this
    for (let failedBefore = 0; ; failedBefore += 1) {
      if (!this.#isWanted) return this.#unsent('Nobody waited for it any more before it had left.')
      const reply = await run.providerContext.provider.batches.create(this.#requests(), {
        isExtended: this.isExtended,
        signal,
      })
      signal.throwIfAborted()
      if (reply.ok) return await this.#taken(reply.value, false)
      if (reply.isUnknown) {
        run.rounds.areRefused = true
        return this.#unsent('This provider has no batches; its agents go on live, at the full price.')
      }
      if (reply.mayExist) {
        await this.#delay(
          'unresolved',
          `${reply.failure.message} Nothing of round ${this.id} is sent again until it is known whether it was taken.`,
        )
        const found = await findBatch(this.#search())
        if (found !== null) return await this.#taken(found, true)
        continue
      }
      const policy = run.ports.retryPolicy
      const decision = decideRetry(reply.failure, failedBefore, policy, run.ports.random())
      if (decision.do !== 'retry') {
        await this.#end('refused', null, reply.failure.message)
        this.#rest(reply.failure, false)
        return null
      }
      await this.#delay('refused', reply.failure.message)
      await this.#interruptibleSleep.sleep(decision.delayMs)
    }
  }

  /** Looks for a round of an earlier process that may have been taken. Null when it was not. */
  async #find(): Promise<string | null> {
    await this.#delay(
      'unresolved',
      `The server stopped while it handed round ${this.id} over. Nothing of it is sent again until it is known whether it was taken.`,
    )
    const found = await findBatch(this.#search())
    if (found !== null) return await this.#taken(found, true)
    return this.#unsent('The server stopped before it was taken. Its turns leave with the next round.')
  }

  #search() {
    const { run, places, signal } = this
    return {
      run,
      size: places.size,
      sinceMs: this.preparedAtMs,
      isOurs: (customId: string) => places.has(customId),
      interruptibleSleep: this.#interruptibleSleep,
      signal,
    }
  }

  #requests() {
    return [...this.places].flatMap(([customId, { request }]) => (request === null ? [] : [{ customId, request }]))
  }

  async #taken(batch: ProviderBatch, isFound: boolean): Promise<string> {
    const { run, id: round } = this
    run.providerContext.knownBatches.add(batch.id)
    const { id: batchId, expiresAt } = batch
    await run.ports.recorder.record(run.id, [{ type: 'batch.submitted', round, batchId, expiresAt, isFound }])
    return batchId
  }

  /** It is certain that nothing of it was bought. */
  async #unsent(detail: string): Promise<null> {
    await this.#end('never-sent', null, detail)
    for (const place of this.places.values())
      this.#hand(place, { kind: 'unsent', failure: failure('interrupted', detail) })
    return null
  }

  /** Looks at the batch until it has ended; null when the provider knows it no longer. */
  async #untilEnded(batchId: string): Promise<ProviderBatch | null> {
    const { run, signal } = this
    const { pollFirstMs, pollMostMs } = run.providerContext.batchPace
    let counts = ''
    for (let pauseMs = pollFirstMs; ; pauseMs = Math.min(pauseMs * 1.5, pollMostMs)) {
      await this.#interruptibleSleep.sleep(this.#isWanted || this.#hasAskedBack ? pauseMs : 0)
      if (!this.#isWanted && !this.#isWithdrawn && (await this.#withdraw(batchId))) pauseMs = pollFirstMs
      const reply = await run.providerContext.provider.batches.look(batchId, signal)
      signal.throwIfAborted()
      if (!reply.ok) {
        await this.#delay('refused', `Round ${this.id} cannot be looked at: ${reply.failure.message}`)
        // Nobody but a person can mend that; the batch goes on meanwhile.
        if (failureRules[reply.failure.kind] === 'pause') await pauseFor(run, reply.failure, reply.failure.retryAfterMs)
        // Whoever waits is better off asking again calmly than in a hurry.
        pauseMs = Math.max(pauseMs, reply.failure.retryAfterMs ?? 0)
        continue
      }
      if (reply.value === null) return null
      const batch = reply.value
      const said = JSON.stringify(batch.counts)
      if (batch.status === 'ended') return batch
      if (this.#isDelayed || (counts !== '' && said !== counts)) await this.#progress(batch)
      counts = said
    }
  }

  async #withdraw(batchId: string): Promise<boolean> {
    const { run, id: round } = this
    this.#hasAskedBack = true
    const reply = await run.providerContext.provider.batches.withdraw(batchId, this.signal)
    this.#isWithdrawn = reply.ok
    if (reply.ok) await run.ports.recorder.record(run.id, [{ type: 'batch.withdrawn', round }])
    return reply.ok
  }

  /** Hands the results out as they are read. Read again from the top when the line breaks: what came is not taken twice. */
  async #collect(batchId: string): Promise<void> {
    const { run, signal } = this
    const { pollFirstMs, pollMostMs } = run.providerContext.batchPace
    for (let pauseMs = pollFirstMs; ; pauseMs = Math.min(pauseMs * 1.5, pollMostMs)) {
      let strangers = 0
      const onAnswer = (answer: BatchAnswer) => {
        const place = this.places.get(answer.customId)
        if (place === undefined) strangers += 1
        else this.#hand(place, arrivalOf(answer, place))
      }
      const modelOf = (customId: string) => this.places.get(customId)?.model ?? 'a model'
      const toolsOf = (customId: string) => this.places.get(customId)?.tools ?? []
      const reply = await run.providerContext.provider.batches.results(batchId, { modelOf, toolsOf, onAnswer, signal })
      signal.throwIfAborted()
      if (reply.ok) {
        if (strangers > 0)
          await this.#note(
            `The results of round ${this.id} named ${strangers} turns that were not in it; they were ignored.`,
          )
        const why =
          reply.value === null ? 'The provider no longer keeps its results.' : 'Its results do not speak of this turn.'
        this.#rest(lost(`The batch ${batchId} has ended. ${why}`), true)
        return
      }
      await this.#delay('refused', `The results of round ${this.id} cannot be read: ${reply.failure.message}`)
      await this.#interruptibleSleep.sleep(pauseMs)
    }
  }

  /** All that have nothing yet get this; what may have been billed is counted with all that was reserved for it. */
  #rest(why: Failure, mayBeBilled: boolean): void {
    for (const place of this.places.values())
      this.#hand(place, {
        kind: 'failure',
        failure: why,
        ...(mayBeBilled ? place.mostLost : nothingLost),
      })
  }

  #hand(place: Place, arrival: Arrival): void {
    if (place.hasArrived) return
    place.arrive(arrival)
    if (place.isLeft) this.onLeft(place)
  }

  async #end(outcome: EventOf<'batch.ended'>['outcome'], batch: ProviderBatch | null, detail: string | null) {
    const { run, id: round } = this
    const isKnown = run.state.batches.some((one) => one.round === round && one.status === 'ended')
    if (isKnown) return
    await run.ports.recorder.record(run.id, [
      { type: 'batch.ended', round, outcome, counts: batch?.counts ?? null, detail },
    ])
  }

  async #progress(batch: ProviderBatch): Promise<void> {
    this.#isDelayed = false
    const { run, id: round } = this
    await run.ports.recorder.record(run.id, [{ type: 'batch.progressed', round, counts: batch.counts }])
  }

  /** What keeps it, said once and not at every look. */
  async #delay(reason: EventOf<'batch.delayed'>['reason'], detail: string): Promise<void> {
    const { run, id: round } = this
    this.#isDelayed = true
    if (run.state.batches.find((batch) => batch.round === round)?.detail === detail) return
    await run.ports.recorder.record(run.id, [{ type: 'batch.delayed', round, reason, detail }])
  }

  async #note(message: string): Promise<void> {
    await this.run.ports.recorder.record(this.run.id, [{ type: 'run.noted', message, agentId: null, callSite: null }])
  }
}

function arrivalOf(answer: BatchAnswer, place: Place): Arrival {
  if (answer.ok) return { kind: 'turn', turn: answer.turn }
  return { kind: 'failure', failure: answer.failure, ...(answer.mayBeBilled ? place.mostLost : nothingLost) }
}

function lost(why: string): Failure {
  return failure('server-error', `${why} What it may have cost at most is counted as unsettled; it is sent again.`)
}
