import type { Write } from '@/lib/core/ports/journal-store'
import type { RunEvent } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'

/** Rows written in one commit; their agents begin in one go, so more would hold up the event loop. */
const ROWS_PER_COMMIT = 100

/**
 * What a script's calls have led to and is not on disk yet: rows to write together, and agents to begin
 * afterwards.
 */
export class PendingCommit {
  readonly events: RunEvent[] = []
  readonly writes: Write[] = []
  /** Agents that begin as soon as they are on disk. */
  readonly begun: LiveAgent[] = []
  /**
   * The calls being committed: a stop waits for them, else an agent could be made in a run that has ended.
   */
  committing: Promise<void> = Promise.resolve()

  constructor(
    private readonly run: Needs<'journal' | 'stops'>,
    private readonly begin: (agent: LiveAgent) => void,
  ) {}

  /** Whether enough is pending to commit now instead of waiting for more. */
  get isFull(): boolean {
    return this.events.length + this.writes.length >= ROWS_PER_COMMIT
  }

  /**
   * Commits what was decided, then lets the new agents go. Rejects with the stop reason when the run is
   * stopped.
   */
  async commit(): Promise<void> {
    const { run, events, writes } = this
    run.stops.signal.throwIfAborted()
    if (events.length > 0 || writes.length > 0) {
      const committed = run.journal.record(events.splice(0), writes.splice(0))
      this.committing = committed.then(() => {}).catch(() => {})
      await committed
      run.stops.signal.throwIfAborted()
    }
    for (const agent of this.begun.splice(0)) this.begin(agent)
  }
}
