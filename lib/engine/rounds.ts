import type { Admission } from '@/lib/core/dispatcher'
import type { Envelope } from '@/lib/core/events'
import { failure } from '@/lib/core/failure'
import { modelRules } from '@/lib/core/models'
import { unphased } from '@/lib/core/phases'
import type { StoredAgent } from '@/lib/core/store'
import type { ActiveRun, RunRounds } from './active-run'
import { bookFailure, commitTurn } from './booking'
import { Gathering } from './gathering'
import { type OpenTurn, openRounds } from './open-rounds'
import { nothingLost, nothingSpent, Place, placeKey, type TurnRef, unmeteredOf } from './place'
import { promptTokenBound } from './prompt-size'
import { Round } from './round'
import type { TurnPlan } from './turn-plan'
import { requestOf } from './turn-request'

/** Bytes of JSON an estimated token comes to at most: see the bound it is estimated by. */
const BYTES_PER_TOKEN = 4

/** Digits of a digest that tell a turn from every other one a credential ever sent. */
const DIGEST_DIGITS = 24

/**
 * The batches of one run. Turns join, and leave together as a round once nobody of their phase is on the way any more;
 * a turn whose agent has gone is booked all the same when it comes back, since it is billed.
 */
export class Rounds implements RunRounds {
  readonly #gatherings = new Map<string, Gathering>()
  readonly #open = new Map<string, Place>()
  readonly #rounds = new Set<Round>()
  readonly #roundOf = new Map<Place, Round>()
  readonly #stop = new AbortController()
  #waiters: ((isSettled: boolean) => void)[] = []
  #lastRound = 0
  #isSettling = false
  /** The provider has no batches: everybody goes on live. */
  areRefused = false

  constructor(private readonly run: ActiveRun) {}

  /** Takes up what earlier processes left with a provider. What was reserved for it is reserved again. */
  restore(journal: readonly Envelope[], agents: ReadonlyMap<string, StoredAgent>): void {
    for (const { event } of journal)
      if (event.type === 'turn.started' && event.round !== null)
        this.#lastRound = Math.max(this.#lastRound, Number(event.round.slice(1)))
    for (const open of openRounds(journal)) {
      const places = new Map<string, Place>()
      for (const [key, customId] of open.customIds) {
        const started = open.turns.get(key)
        if (started === undefined) continue
        const agent = agents.get(started.event.agentId)
        const place = this.#restored(started, agent)
        places.set(customId, place)
      }
      const { round: id, phase, isExtended } = open.prepared
      this.#lead(
        new Round(
          this.run,
          id,
          phase,
          isExtended,
          places,
          open.batchId,
          open.preparedAtMs,
          this.#stop.signal,
          this.#bookLeft,
        ),
        false,
      )
    }
  }

  #restored({ event, at }: OpenTurn, agent: StoredAgent | undefined): Place {
    const { run } = this
    const { agentId, turn, attempt, maxTokens, clampedBy } = event
    const phase = agent?.state.phase ?? null
    const reserved = { phase: phase ?? unphased, nanoUsd: event.reservedNanoUsd, tokens: event.reservedTokens }
    const settle = run.providerContext.dispatcher.restoreReservation(run.id, reserved)
    const place = new Place(
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
    place.startedAt = at
    place.isLeft = agent === undefined || agent.state.endedAt !== null || agent.state.attempt !== attempt
    this.#open.set(placeKey(place.ref), place)
    return place
  }

  /** Whether this turn is with a provider already. */
  isAway(ref: TurnRef): boolean {
    return this.#open.has(placeKey(ref))
  }

  /** The place of a turn that an earlier process sent on its way; null when it has to set out. */
  placeOf(ref: TurnRef): Place | null {
    return this.#open.get(placeKey(ref)) ?? null
  }

  /** A turn joins the next round of its phase. */
  join(plan: TurnPlan, admission: Extract<Admission, { kind: 'admitted' }>): Place {
    const { agentId } = plan.spec
    const { maxTokens, reservedNanoUsd: nanoUsd, clampedBy } = admission
    const inputTokens = promptTokenBound(plan.spec, plan.messages)
    const place = new Place(
      { agentId, turn: plan.turn, attempt: plan.attempt },
      plan.model,
      plan.phase,
      { maxTokens, nanoUsd, clampedBy, tokens: inputTokens + maxTokens },
      requestOf({ ...plan, messages: [...plan.messages] }, maxTokens, 'standard', '1h'),
      plan.spec.tools,
      plan.position,
      inputTokens * BYTES_PER_TOKEN,
      (settlement) => admission.settle(settlement),
    )
    this.#open.set(placeKey(place.ref), place)
    const gathering = this.#gatheringOf(plan.phase, maxTokens > modelRules(plan.model).maxOutputTokens)
    gathering.add(place)
    place.onLeave(() => {
      if (gathering.remove(place)) this.forget(place)
      else this.#leave(place)
    })
    return place
  }

  /** A place that is booked, or never left: it is nobody's any more. */
  forget(place: Place): void {
    if (!place.isBooked) place.settle(nothingSpent)
    this.#open.delete(placeKey(place.ref))
    this.#roundOf.delete(place)
    this.#tellIfSettled()
  }

  #leave(place: Place): void {
    // The server stops: the round is taken up by the next process, as it is.
    if (this.#stop.signal.aborted) return
    place.isLeft = true
    if (place.hasArrived) void this.#bookLeft(place)
    this.#roundOf.get(place)?.look()
  }

  #gatheringOf(phase: string | null, isExtended: boolean): Gathering {
    const key = JSON.stringify([phase, isExtended])
    const known = this.#gatherings.get(key)
    if (known !== undefined) return known
    const gathering = new Gathering(this.run, phase, this.#stop.signal, {
      mayLeave: () => ![...this.#rounds].some((round) => round.phase === phase && round.isUnresolved),
      isHandedOut: () => this.#isHandedOut(phase),
      depart: (places) => this.#depart(phase, isExtended, places),
    })
    this.#gatherings.set(key, gathering)
    return gathering
  }

  /** Answers that are back and not booked yet, or a round of which some are back and the others follow. */
  #isHandedOut(phase: string | null): boolean {
    const isBack = (place: Place) => place.hasArrived && !place.isLeft
    const isHalfBack = ({ places }: Round) =>
      [...places.values()].some(isBack) && [...places.values()].some(({ isAwaited }) => isAwaited)
    return (
      [...this.#open.values()].some((place) => place.phase === phase && isBack(place)) ||
      [...this.#rounds].some((round) => round.phase === phase && isHalfBack(round))
    )
  }

  #depart(phase: string | null, isExtended: boolean, places: readonly Place[]): void {
    this.#lastRound += 1
    const id = `r${this.#lastRound}`
    const named = new Map(places.map((place) => [this.#customId(id, place.ref), place]))
    const round = new Round(
      this.run,
      id,
      phase,
      isExtended,
      named,
      null,
      this.run.ports.clock.now(),
      this.#stop.signal,
      this.#bookLeft,
    )
    this.#lead(round, true)
  }

  #lead(round: Round, isFresh: boolean): void {
    const { run } = this
    this.#rounds.add(round)
    for (const place of round.places.values()) this.#roundOf.set(place, round)
    const led = async () => {
      try {
        if (isFresh) await round.prepare()
        await round.lead(isFresh)
      } catch (error) {
        if (this.#stop.signal.aborted) return
        run.ports.report(error)
        const why = failure('internal', 'Skein itself failed while it led this batch; the server log says more.')
        for (const place of round.places.values()) {
          place.arrive({ kind: 'failure', failure: why, ...place.mostLost })
          if (place.isLeft) void this.#bookLeft(place)
        }
      } finally {
        this.#rounds.delete(round)
      }
    }
    void led()
  }

  /** `custom_id` of a turn: readable at its front, and unlike any other this credential ever sent. */
  #customId(round: string, { agentId, turn, attempt }: TurnRef): string {
    const { id, ports } = this.run
    const digest = ports.digest(`${id} ${round} ${agentId} ${turn} ${attempt}`).slice(0, DIGEST_DIGITS)
    return `${agentId.replace(/[^a-zA-Z0-9]/g, '-').slice(0, 24)}-t${turn}-${attempt}-${digest}`
  }

  /** Books a turn whose agent has gone: what was finished is billed, whether or not anybody waits for it. */
  readonly #bookLeft = async (place: Place): Promise<void> => {
    const arrival = place.left
    if (arrival === null || place.isBooked) return
    const { run } = this
    try {
      place.isBooked = true
      if (arrival.kind === 'turn') {
        const fence = (await run.ports.store.loadAgent(run.id, place.ref.agentId))?.fence ?? 0
        const times = { startedAt: place.startedAt, firstTokenAt: null }
        place.settle(await commitTurn(run, place.booked(fence), arrival.turn, times, () => unmeteredOf(place)))
      } else if (arrival.kind !== 'stayed') {
        const { unsettledNanoUsd, unsettledTokens } = arrival.kind === 'failure' ? arrival : nothingLost
        const { failure: why } = arrival
        const lost = { model: place.model, failure: why, unsettledNanoUsd, unsettledTokens, willRetry: false }
        await bookFailure(run, place.booked(0), lost)
        place.settle({ ...nothingSpent, unsettledNanoUsd, tokens: unsettledTokens, failure: why })
      }
    } catch (error) {
      run.ports.report(error)
      place.settle(nothingSpent)
    }
    this.forget(place)
  }

  /** Turns that are with a provider, or on their way back. */
  get turnsAway(): number {
    return this.#open.size
  }

  /**
   * Everything else of the run has come to rest: whoever still has a place has left it. Resolves once all of them are
   * booked, which takes as long as the provider takes to end what is under way; with false when the server stops first.
   */
  async settled(): Promise<boolean> {
    this.#isSettling = true
    for (const place of [...this.#open.values()]) this.#leave(place)
    if (this.#open.size === 0) return true
    if (this.#stop.signal.aborted) return false
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Nobody wants to wait for what is still away: what it can have cost at most is counted as unsettled. */
  giveUp(): void {
    const why = failure(
      'interrupted',
      'Nobody waited for the batch to end. What it may cost at most is counted as unsettled.',
    )
    for (const place of [...this.#open.values()]) {
      place.isLeft = true
      place.arrive({ kind: 'failure', failure: why, ...place.mostLost })
      void this.#bookLeft(place)
    }
    for (const round of this.#rounds) void round.abandon().catch(this.run.ports.report)
    this.#stop.abort(new Error('Nobody waits for the batches of this run'))
  }

  /** Stops looking; batches go on where they are. */
  halt(): void {
    this.#stop.abort(new Error('The run is no longer worked on here'))
    for (const tell of this.#waiters.splice(0)) tell(false)
  }

  #tellIfSettled(): void {
    if (!this.#isSettling || this.#open.size > 0) return
    for (const tell of this.#waiters.splice(0)) tell(true)
  }
}
