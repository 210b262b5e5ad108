import type { BudgetReading } from '@/lib/core/ports/sandbox'
import type { Envelope } from '@/lib/core/run/events'
import { sourceIn, sourceOf } from './fact-sources'
import { spentWith } from './script-spent'

const nothingSpent: BudgetReading = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: null }

/** A fact in the journal: its place, what had been spent by then, and the run's files, if it changes any. */
export type Recorded = { seq: number; budget: BudgetReading; tree: string | null }

export type Pending<T> = Recorded & { fact: T }

/**
 * Time inside a script is the journal: of all facts that answer a call the script has made, the one with the
 * lowest seq is next. Fed with every envelope of the run, at first from the journal and then live, it gives
 * the same order both times, and the same spending beside each fact.
 */
export class FactQueue<T> {
  #recorded = new Map<string, Recorded>()
  #asked = new Map<string, () => T>()
  #ready: Pending<T>[] = []
  #budget: BudgetReading = nothingSpent
  #inherited: Pick<BudgetReading, 'outputTokens' | 'costNanoUsd'> = nothingSpent
  #wake: (() => void) | null = null
  #tree: string | null = null

  /** What had been spent by now, what was inherited included. */
  reading(inherited: Pick<BudgetReading, 'outputTokens' | 'costNanoUsd'>): BudgetReading {
    return add(this.#budget, inherited)
  }

  /** Notes what an envelope means for the script. */
  onEvent({ seq, event }: Envelope): void {
    if (event.type === 'turn.committed') {
      this.#budget = { ...this.#budget, ...spentWith(this.#budget, event) }
    }
    if (event.type === 'run.files-opened' || event.type === 'run.merged') this.#tree = event.tree
    if (event.type === 'run.merge-refused') this.#tree = event.tree ?? this.#tree
    // A cap raised in mid-run is seen from the next fact on, and at the same fact when the run is replayed.
    if (event.type === 'run.created')
      this.#budget = { ...this.#budget, capNanoUsd: event.spec.limits.nanoUsd }
    if (event.type === 'run.limits-changed')
      this.#budget = { ...this.#budget, capNanoUsd: event.limits.nanoUsd }
    if (event.type === 'agent.ended' && event.reusedFrom?.spent) this.#inherited = event.reusedFrom.spent
    if (event.type === 'run.retried') {
      for (const id of event.forgotten) this.#recorded.delete(sourceOf.agent(id))
      for (const key of event.refusals) this.#recorded.delete(sourceOf.call(key))
    }
    const source = sourceIn(event)
    if (source === null) return
    this.#recorded.set(source, { seq, budget: add(this.#budget, this.#inherited), tree: this.#tree })
    this.#pair(source)
  }

  /** The script waits for this source; `fact` makes the fact when it is due. */
  ask(source: string, fact: () => T): void {
    this.#asked.set(source, fact)
    this.#pair(source)
  }

  forget(source: string): void {
    this.#asked.delete(source)
    this.#ready = this.#ready.filter((pending) => pending.seq !== this.#recorded.get(source)?.seq)
  }

  isRecorded(source: string): boolean {
    return this.#recorded.has(source)
  }

  /** True while the script waits for something that has not happened yet. */
  get isWaiting(): boolean {
    return this.#asked.size > 0
  }

  get isDue(): boolean {
    return this.#ready.length > 0
  }

  /** Whether a fact is due of which this holds. */
  someDue(holds: (fact: T) => boolean): boolean {
    return this.#ready.some(({ fact }) => holds(fact))
  }

  /** The first facts that are due, in order. Call `delivered` with their outcome. */
  take(most: number): Pending<T>[] {
    return this.#ready.splice(0, most)
  }

  /** The script heard the first `taken` of these; the rest are due again. */
  delivered(due: readonly Pending<T>[], taken: number): void {
    for (const unheard of due.slice(taken)) this.#insert(unheard)
  }

  /** Resolves when a fact is due. */
  async due(): Promise<void> {
    while (this.#ready.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #pair(source: string): void {
    const recorded = this.#recorded.get(source)
    const fact = this.#asked.get(source)
    if (recorded === undefined || fact === undefined) return
    this.#asked.delete(source)
    this.#insert({ ...recorded, fact: fact() })
  }

  #insert(pending: Pending<T>): void {
    const at = this.#ready.findIndex((other) => other.seq > pending.seq)
    this.#ready.splice(at < 0 ? this.#ready.length : at, 0, pending)
    this.#wake?.()
  }
}

function add(
  budget: BudgetReading,
  { outputTokens, costNanoUsd }: Pick<BudgetReading, 'outputTokens' | 'costNanoUsd'>,
): BudgetReading {
  return {
    ...budget,
    outputTokens: budget.outputTokens + outputTokens,
    costNanoUsd: budget.costNanoUsd + costNanoUsd,
  }
}
