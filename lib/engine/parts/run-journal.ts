import type { AgentState } from '@/lib/core/agent/agent'
import { utcDay } from '@/lib/core/base/utc-day'
import { payerOf, rollupPayer } from '@/lib/core/money/quotas'
import type { Clock } from '@/lib/core/ports/clock'
import type { RollupKey, Write } from '@/lib/core/ports/journal-store'
import type { RunEvent } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import type { Recorder } from './recorder'

/** The journal of one run: its state as of the last committed event, and the way to record another one. */
export class RunJournal {
  readonly #noted = new Set<string>()

  constructor(
    private readonly id: string,
    private readonly recorder: Recorder,
    private readonly clock: Clock,
  ) {}

  /** The run as of its last committed event. */
  get state(): RunState {
    const state = this.recorder.state(this.id)
    if (state === null) throw new Error(`Run ${this.id} is not being recorded`)
    return state
  }

  agent(agentId: string): AgentState {
    const agent = this.state.agents.get(agentId)
    if (agent === undefined) throw new Error(`Run ${this.id} has no agent ${agentId}`)
    return agent
  }

  /** Resolves once events and writes are on disk, together or not at all. */
  record(events: readonly RunEvent[], writes: readonly Write[] = []): Promise<unknown> {
    return this.recorder.record(this.id, events, writes)
  }

  /** Those of these notes that were not taken before: said once a run, not once a call. */
  newNotes(notes: readonly string[]): string[] {
    const fresh = [...new Set(notes)].filter((note) => !this.#noted.has(note))
    for (const note of fresh) this.#noted.add(note)
    return fresh
  }

  /** Where a turn is counted; null in a dry run, which costs nothing. */
  rollup(model: string, phase: string | null): RollupKey | null {
    const { run } = this.state
    if (run.dryRun !== null) return null
    return {
      day: utcDay(this.clock.now()),
      model,
      workflow: run.workflow?.name ?? 'ad hoc',
      phase: phase ?? unphased,
      launchedBy: run.launchedBy.id,
      project: run.project,
      ...rollupPayer(payerOf(run)),
      simulated: run.simulated,
    }
  }

  /** The time by the wall, as events have it. */
  iso(): string {
    return new Date(this.clock.now()).toISOString()
  }
}
