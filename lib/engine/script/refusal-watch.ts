import type { Fact } from '@/lib/core/ports/sandbox'
import type { Needs } from '../context/active-run'
import { isAtRest } from './agent-calls'
import { CapWatch } from './cap-watch'
import type { Refusals } from './refusals'

/** More than any script has fallbacks: it asks for what cannot be had, and catches the refusal, for ever. */
const MOST_ROUNDS = 100

/** How often to check whether the other agents have ended; nothing urgent depends on it. */
const CHECK_AGAIN_MS = 250

/**
 * Ends a script that does nothing but catch refusals of whatever kind: a schema nobody can meet, a workflow
 * that is not there. Refusals at a cap end a run much sooner; these leave room for a long list of things to
 * try in turn.
 */
export class RefusalWatch {
  readonly #watch = new CapWatch(MOST_ROUNDS)
  #last = ''

  constructor(
    private readonly run: Needs<'facts' | 'journal' | 'ports' | 'stops'>,
    private readonly refusals: Refusals,
  ) {}

  /** The script made a call that may be refused. */
  asked(): void {
    this.#watch.asked()
  }

  /** Receives every fact that was delivered to the script, in order. */
  heard(fact: Fact): void {
    const why = this.refusals.why(fact)
    if (why !== null) {
      this.#last = why
      this.#watch.refused()
    } else if (fact.kind === 'workflow') this.#watch.passed()
    else if (fact.kind !== 'timer') this.#watch.answered()
  }

  /** Why the script is ended, since all it can still learn is refusals; null when it goes on. */
  async stuck(): Promise<string | null> {
    const { run } = this
    while (this.#watch.isBarren) {
      // An agent at work may still bring something else.
      if (run.facts.someDue((fact) => fact.kind !== 'timer' && this.refusals.why(fact) === null)) return null
      if (isAtRest(run))
        return `The script was stopped: every call was refused repeatedly, last with “${this.#last}”`
      await run.ports.clock.sleep(CHECK_AGAIN_MS, run.stops.signal)
    }
    return null
  }
}
