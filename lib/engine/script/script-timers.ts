import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import type { Cancel } from '@/lib/core/ports/clock'
import type { Command } from '@/lib/core/ports/sandbox'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'

type SetTimer = Extract<Command, { do: 'set-timer' }>

/**
 * The timers of a script. One is found again on replay by its scope, its delay and how often that came
 * before, so calls added or forgotten elsewhere in the script do not move it.
 */
export class ScriptTimers {
  readonly #due = new Map<string, string>()
  readonly #waiting = new Map<string, Cancel>()
  readonly #idOf = new Map<number, string>()

  constructor(
    private readonly run: Needs<'facts' | 'id' | 'ports' | 'replaySource'>,
    private readonly occurrences: OccurrenceCounter,
  ) {}

  remember(event: EventOf<'timer.set'>): void {
    this.#due.set(event.timerId, event.dueAt)
  }

  /** Nothing could run for `ms`: timers that were already set are due that much later. */
  rememberSkip(ms: number): void {
    for (const [timerId, dueAt] of this.#due)
      this.#due.set(timerId, new Date(Date.parse(dueAt) + ms).toISOString())
  }

  set(command: SetTimer, events: RunEvent[]): void {
    const { facts, ports } = this.run
    const timerId = this.#identify(command)
    this.#idOf.set(command.id, timerId)
    facts.ask(sourceOf.timer(timerId), () => ({ id: command.id, kind: 'timer' }))
    if (facts.isRecorded(sourceOf.timer(timerId))) return
    const dueAt =
      this.#due.get(timerId) ?? new Date(ports.clock.now() + command.delayMs * this.#pace()).toISOString()
    if (!this.#due.has(timerId)) events.push({ type: 'timer.set', timerId, dueAt })
    if (this.run.replaySource?.hasFired(timerId) === true) {
      this.run.replaySource.await(sourceOf.timer(timerId), {
        source: sourceOf.timer(timerId),
        fact: { id: command.id, kind: 'timer' },
        events: [{ type: 'timer.fired', timerId }],
        writes: [],
        patch: null,
        byTheClock: () => this.#wait(timerId, dueAt),
      })
      return
    }
    this.#wait(timerId, dueAt)
  }

  #wait(timerId: string, dueAt: string): void {
    const { ports, id: runId } = this.run
    const fire = () => {
      this.#waiting.delete(timerId)
      ports.recorder.record(runId, [{ type: 'timer.fired', timerId }]).catch(ports.report)
    }
    const waitMs = Math.max(0, Date.parse(dueAt) - ports.clock.now())
    this.#waiting.set(timerId, ports.clock.awake.after(waitMs, fire))
  }

  clear(id: number): void {
    const timerId = this.#idOf.get(id)
    if (timerId === undefined) return
    this.#waiting.get(timerId)?.()
    this.#waiting.delete(timerId)
    this.run.facts.forget(sourceOf.timer(timerId))
    this.run.replaySource?.forget(sourceOf.timer(timerId))
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel()
  }

  /**
   * In a trial run agents answer at once, so waiting for the script's timers would only delay the person who
   * asked.
   */
  #pace(): number {
    return this.run.id.startsWith(trialRunPrefix) ? 0.01 : 1
  }

  #identify({ id, scope, delayMs }: SetTimer): string {
    const kind = `timer:${delayMs}`
    const timerId = `${scope}:${delayMs}:${this.occurrences.next(scope, kind)}`
    // Journals of the first version named timers by the number of the call.
    return !this.#due.has(timerId) && this.#due.has(String(id)) ? String(id) : timerId
  }
}
