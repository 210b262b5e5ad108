import { type Failure, failure } from '@/lib/core/agent/failure'
import type { Actor } from '@/lib/core/base/actor'
import { adviceOnEnd, adviceOnPause, type CapReason } from '@/lib/core/caps/advice'
import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { QuotaMet } from '@/lib/core/spec/quota-met'
import type { PauseReason } from '@/lib/core/spec/run'
import type { PauseGate } from './pause-gate'
import type { RunEnding } from './run-ending'
import type { RunJournal } from './run-journal'
import type { Stops } from './stops'

/** What pauses need to know and do. */
type Partners = {
  journal: RunJournal
  gate: PauseGate
  stops: Stops
  ending: RunEnding
  clock: Clock
  report(error: unknown): void
}

/** Pauses of a run, and how they end: by a person, or by themselves at a date. */
export class RunPauses {
  #cancelResume: Cancel = () => {}

  constructor(private readonly partners: Partners) {
    partners.stops.signal.addEventListener('abort', () => this.#cancelResume(), { once: true })
  }

  /** Pauses once: a thousand agents that hit the same cap make one pause. Turns in flight finish. */
  async pause(
    reason: PauseReason,
    detail: string,
    actor: Actor | null,
    {
      phase = null,
      quota = null,
      resumesAtMs = null,
    }: { phase?: string | null; quota?: QuotaMet | null; resumesAtMs?: number | null } = {},
  ): Promise<void> {
    const { gate, stops, journal } = this.partners
    if (!gate.isOpen || stops.signal.aborted) return
    gate.shut()
    const resumesAt = resumesAtMs === null ? null : new Date(resumesAtMs).toISOString()
    await journal.record([{ type: 'run.paused', reason, detail, phase, resumesAt, quota, actor }])
    this.resumeByItself()
  }

  /** Ends a pause: turns leave again. */
  async resume(actor: Actor | null): Promise<void> {
    const { gate, journal, clock } = this.partners
    this.#cancelResume()
    const { pausedAt } = journal.state.run
    const pausedMs = pausedAt === null ? 0 : Math.max(0, clock.now() - Date.parse(pausedAt))
    await journal.record([{ type: 'run.resumed', pausedMs, actor }])
    gate.open()
  }

  /** A pause with a date ends by itself then, also one that an earlier process began. */
  resumeByItself(): void {
    const { journal, stops, clock, report } = this.partners
    const { status, resumesAt, pausedAt } = journal.state.run
    this.#cancelResume()
    if (status !== 'paused' || resumesAt === null) return
    this.#cancelResume = clock.after(Math.max(0, Date.parse(resumesAt) - clock.now()), () => {
      const { run } = journal.state
      if (stops.signal.aborted || run.status !== 'paused' || run.pausedAt !== pausedAt) return
      this.resume(null).catch(report)
    })
  }

  /**
   * What reaching a cap leads to: a pause that a person can end, or a failure given to the script. Both say
   * what to do.
   */
  async reachCap(met: {
    reason: CapReason
    detail: string
    phase: string | null
    quota: QuotaMet | null
  }): Promise<Failure | null> {
    const { journal, ending } = this.partners
    const { reason, detail, phase, quota } = met
    if (journal.state.run.onLimit === 'pause') {
      await this.pause(reason, `${detail} ${adviceOnPause(reason)}`, null, { phase, quota })
      return null
    }
    const why = `${detail} ${adviceOnEnd}`
    ending.byLimit ??= why
    return failure('limit', why)
  }
}
