import type { Timeline } from '@/lib/core/ports/clock'
import { workedMs } from '@/lib/core/run/phase-clock'
import type { RunState } from '@/lib/core/run/state'

/**
 * How long a run has worked, in awake time: it stops while the run is paused, and a closed lid or starved
 * machine does not count. The time of earlier processes is read from the journal once, when the run is taken
 * up.
 */
export class WorkTime {
  #passedMs = 0
  #sinceMs: number | null = null
  #earlierMs = 0
  #seenMs = 0
  readonly #phases = new Map<string, number>()

  constructor(private readonly awake: Timeline) {}

  /**
   * Continues from the journal; `nowMs` is the wall-clock time up to which skipped time has been recorded.
   */
  recall(state: RunState, nowMs: number): void {
    const { startedAt, pausedAt, pausedMs } = state.run
    const untilMs = pausedAt === null ? nowMs : Date.parse(pausedAt)
    this.#earlierMs = startedAt === null ? 0 : Math.max(0, untilMs - Date.parse(startedAt) - pausedMs)
    for (const phase of state.phases) this.#phases.set(phase.title, workedMs(phase, nowMs))
  }

  go(): void {
    this.#sinceMs ??= this.awake.now()
  }

  stand(): void {
    this.#passedMs = this.now()
    this.#sinceMs = null
  }

  /** Milliseconds that the run has worked in this process. */
  now(): number {
    return this.#passedMs + (this.#sinceMs === null ? 0 : this.awake.now() - this.#sinceMs)
  }

  /** Milliseconds that the run has worked since it started, in all processes. */
  totalMs(): number {
    return this.#earlierMs + this.now()
  }

  /** Adds the time since the last call to the phases that are open; called about once a second. */
  addToPhases(state: RunState): void {
    const passedMs = this.now() - this.#seenMs
    this.#seenMs += passedMs
    for (const { title, workingSince } of state.phases)
      if (workingSince !== null) this.#phases.set(title, this.phaseMs(title) + passedMs)
  }

  /** Milliseconds in which the run worked and the phase was open, as of the last `addToPhases`. */
  phaseMs(title: string): number {
    return this.#phases.get(title) ?? 0
  }
}

/** Time that agents have spent waiting for a batch: it is not work and counts against no time limit. */
export class BatchWaitTime {
  readonly #spent = new Map<string, number>()
  readonly #since = new Map<string, number>()

  enters(agentId: string, nowMs: number): void {
    this.#since.set(agentId, nowMs)
  }

  returns(agentId: string, nowMs: number): void {
    this.#spent.set(agentId, this.ms(agentId, nowMs))
    this.#since.delete(agentId)
  }

  /** Milliseconds so far, what goes on included. */
  ms(agentId: string, nowMs: number): number {
    const since = this.#since.get(agentId)
    return (this.#spent.get(agentId) ?? 0) + (since === undefined ? 0 : Math.max(0, nowMs - since))
  }
}
