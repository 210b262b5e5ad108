import type { OccurrenceCounter } from '@/lib/core/agent/call-key'
import type { QuoteCheck } from '@/lib/core/agent/quoted'
import { canonicalJson } from '@/lib/core/base/json'
import type { Fact, QuotesCommand } from '@/lib/core/ports/sandbox'
import type { EventOf } from '@/lib/core/run/events'
import type { ScriptedRun } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'

/**
 * The quotes that a script has looked up. What was found is recorded, so a replay looks nothing up; a fork takes
 * it over where quotes and files are the same.
 */
export class QuoteChecks {
  readonly #known = new Map<string, readonly QuoteCheck[]>()

  constructor(
    private readonly run: ScriptedRun,
    private readonly occurrences: OccurrenceCounter,
  ) {}

  remember({ key, checks }: EventOf<'quotes.checked'>): void {
    this.#known.set(key, checks)
  }

  /** Begins to look; null when it is known what is found. */
  call(command: QuotesCommand): Promise<void> | null {
    const { facts } = this.run
    const tree = this.run.files?.scriptTree ?? null
    const key = this.#keyOf(command, tree)
    const source = sourceOf.quotes(key)
    facts.ask(source, () => this.#fact(command, key))
    if (facts.isRecorded(source) || this.#inherit(command, key)) return null
    return this.#look(command, key, tree)
  }

  #keyOf({ scope, quotes }: QuotesCommand, tree: string | null): string {
    const files = tree ?? this.run.journal.state.run.workspace?.revision ?? null
    const digest = this.run.ports.digest(canonicalJson({ quotes, files }))
    return `${scope}:quotes:${digest}:${this.occurrences.next(scope, `quotes:${digest}`)}`
  }

  #fact({ id, quotes }: QuotesCommand, key: string): Fact {
    const checks = this.#known.get(key) ?? []
    const value = quotes.map((one, at) => ({ ...one, ...(checks[at] ?? unknown('Nothing is known of it.')) }))
    return { id, kind: 'value', value }
  }

  #inherit(command: QuotesCommand, key: string): boolean {
    const { replaySource } = this.run
    const event = replaySource?.quotes(key) ?? null
    if (replaySource === null || event === null) return false
    this.remember(event)
    const source = sourceOf.quotes(key)
    const fact = this.#fact(command, key)
    replaySource.await(source, { source, fact, events: [event], writes: [], patch: null, byTheClock: null })
    return true
  }

  async #look({ quotes }: QuotesCommand, key: string, tree: string | null): Promise<void> {
    const bySource = new Map<string, number[]>()
    for (const [at, { source }] of quotes.entries())
      bySource.set(source, [...(bySource.get(source) ?? []), at])
    const checks = quotes.map(() => unknown('Nothing is known of it.'))
    // One file after the other: a script that names a thousand is one run among others.
    for (const [source, places] of bySource) {
      const found = await this.#find(
        source,
        places.map((at) => quotes[at]?.quote ?? ''),
        tree,
      )
      if (this.run.stops.signal.aborted) return
      for (const [index, at] of places.entries()) {
        const place = found.ok ? (found.places[index] ?? null) : null
        checks[at] = found.ok ? { found: place !== null, place, why: null } : unknown(found.problem)
      }
    }
    const event = { type: 'quotes.checked' as const, key, checks }
    this.remember(event)
    await this.run.journal.record([event])
  }

  async #find(source: string, quotes: readonly string[], tree: string | null) {
    const { tools, stops, ports } = this.run
    if (tools === null || tools.findQuotes === null)
      return { ok: false as const, problem: 'There are no files to look in: the run has no workspace.' }
    try {
      return await tools.findQuotes(source, quotes, tree, stops.signal)
    } catch (error) {
      if (!stops.signal.aborted) ports.report(error)
      return { ok: false as const, problem: 'The file could not be looked in; see the server log.' }
    }
  }
}

function unknown(why: string): QuoteCheck {
  return { found: false, place: null, why }
}
