import type { AgentState } from '@/lib/core/agent'
import type { Cancel } from '@/lib/core/clock'
import type { RunEvent } from '@/lib/core/events'
import type { ActiveRun } from './active-run'
import type { Place } from './place'

/** The API takes 100,000 requests and 256 MB (batch-processing page); smaller ones are handed over sooner and read back easier. */
const MOST_PLACES = 10_000
const MOST_BYTES = 100_000_000

/** A round that gathers for longer than this is worth telling. */
const TOLD_AFTER_MS = 1000

type Station = {
  /** False while it is not known whether an earlier round of this phase was taken. */
  mayLeave(): boolean
  /** Whether a round of this phase is just being handed out: its agents have tools to run, or a turn to come. */
  isHandedOut(): boolean
  depart(places: readonly Place[]): void
}

/**
 * Turns of one phase that wait to leave together. They leave once it has been quiet for a moment and no other agent of
 * the phase is on its way here: an answer just back, tools at work, a try that failed. Late ones get the next round.
 */
export class Gathering {
  #places = new Set<Place>()
  #firstMs = 0
  #cancel: Cancel = () => {}
  readonly #told = new Set<Place>()

  constructor(
    private readonly run: ActiveRun,
    private readonly phase: string | null,
    private readonly signal: AbortSignal,
    private readonly station: Station,
  ) {}

  add(place: Place): void {
    if (this.#places.size === 0) this.#firstMs = this.run.ports.clock.awake.now()
    this.#places.add(place)
    this.#lookAgain()
  }

  /** True when it was still here. */
  remove(place: Place): boolean {
    this.#told.delete(place)
    return this.#places.delete(place)
  }

  #lookAgain(): void {
    this.#cancel()
    this.#cancel = this.run.ports.clock.awake.after(this.run.providerContext.batchPace.gatherMs, () => this.#look())
  }

  #look(): void {
    if (this.#places.size === 0 || this.signal.aborted) return
    // A pause lets what is in flight finish, and nothing new leaves.
    if (!this.run.gate.isOpen) {
      for (const place of this.#take([...this.#places])) place.arrive({ kind: 'stayed' })
      return
    }
    const waitedMs = this.run.ports.clock.awake.now() - this.#firstMs
    const isLate = waitedMs >= this.run.providerContext.batchPace.gatherMostMs
    if (!this.station.mayLeave() || (!isLate && (this.station.isHandedOut() || this.#isSomebodyComing()))) {
      if (waitedMs >= TOLD_AFTER_MS) this.#tell()
      this.#lookAgain()
      return
    }
    for (const places of loads(this.#take([...this.#places]))) this.station.depart(places)
  }

  #take(places: Place[]): Place[] {
    this.#places = new Set()
    this.#told.clear()
    return places.sort((a, b) => a.position - b.position)
  }

  #isSomebodyComing(): boolean {
    const here = new Set([...this.#places].map(({ ref }) => ref.agentId))
    for (const agent of this.run.state.agents.values())
      if (agent.phase === this.phase && agent.delivery === 'batch' && !here.has(agent.id) && isComing(agent))
        return true
    return false
  }

  #tell(): void {
    const news = [...this.#places].filter((place) => !this.#told.has(place))
    if (news.length === 0) return
    for (const place of news) this.#told.add(place)
    const events = news.map(
      ({ ref }): RunEvent => ({ type: 'agent.waiting', agentId: ref.agentId, reason: 'batch', until: null }),
    )
    this.run.ports.recorder.record(this.run.id, events).catch(this.run.ports.report)
  }
}

/** At work, so that its next turn can be expected soon. One that waits for money, a pause or other agents is not. */
function isComing(agent: AgentState): boolean {
  if (agent.status === 'waiting') return agent.reason === 'slot' || agent.reason === 'back-off'
  return agent.status === 'queued' || agent.status === 'running'
}

/** Cut to what one batch takes. */
function loads(places: readonly Place[]): Place[][] {
  const cut: Place[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const place of places) {
    const last = cut.at(-1)
    if (last === undefined || last.length >= MOST_PLACES || bytes + place.bytes > MOST_BYTES) {
      cut.push([place])
      bytes = place.bytes
    } else {
      last.push(place)
      bytes += place.bytes
    }
  }
  return cut
}
