import type { Patch } from '@/lib/core/agent/patch'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import type { Write } from '@/lib/core/ports/journal-store'
import type { Fact } from '@/lib/core/ports/sandbox'
import type { Envelope, EventOf, RunEvent } from '@/lib/core/run/events'
import { sourceIn } from './fact-sources'
import { type ScriptSpent, spentWith } from './script-spent'

/**
 * What a forked run inherits from: everything of the origin that a call of the script may be answered from.
 */
export type Origin = {
  runId: string
  journal: readonly Envelope[]
  agents: readonly StoredAgent[]
  /** Sources of called workflows, by digest. */
  sources: ReadonlyMap<string, string>
  /** Whether its agents are found by what they were asked, since nobody knows the keys of their calls. */
  byPrompt?: boolean | undefined
}

/** A patch that is taken over with an answer. */
export type InheritedPatch = {
  agentId: string
  patch: Patch
  /** How it was merged in the origin; null where it was not. */
  merged: EventOf<'run.merged'> | null
  /** Whether it waits for a merge that the script asks for. */
  isIsolated: boolean
}

/** A merge of the origin: whose changes, what became of each, and what the script was told. */
export type OriginMerge = {
  begun: EventOf<'merge.begun'>
  ended: EventOf<'merge.ended'>
  merges: (EventOf<'run.merged'> | EventOf<'run.merge-refused'>)[]
  /** Digests of the changes, in the order of `begun.agents`. */
  patches: (string | undefined)[]
}

/** Something the origin knows that this run's script waits for. */
export type InheritedAnswer = {
  source: string
  fact: Fact
  /** What is recorded in this run when the script learns of it. */
  events: RunEvent[]
  writes: Write[]
  /** What the agent had changed, and what became of it there; null where it changed nothing. */
  patch: InheritedPatch | null
  /** For what only time makes true: how it comes about once time runs differently here. */
  byTheClock: (() => void) | null
}

type Recorded = { seq: number; spent: ScriptSpent }

/**
 * The answers of another run, given out in the order in which they came there, so races, timers and
 * budget loops of the script repeat. Once the fork has bought something of its own, timers run by the clock
 * again.
 */
export class ReplaySource {
  readonly #agents = new Map<string, StoredAgent>()
  readonly #asked = new Map<string, StoredAgent[]>()
  readonly #recorded = new Map<string, Recorded>()
  readonly #questions = new Map<string, EventOf<'checkpoint.opened'>>()
  readonly #answers = new Map<string, EventOf<'checkpoint.answered'>>()
  readonly #workflows = new Map<string, EventOf<'workflow.entered'>>()
  readonly #quotes = new Map<string, EventOf<'quotes.checked'>>()
  readonly #fired = new Set<string>()
  readonly #merges = new Map<string, EventOf<'run.merged'>>()
  #pending: (InheritedAnswer & { seq: number; spent: ScriptSpent })[] = []
  #hasDiverged = false

  constructor(private readonly origin: Origin) {
    for (const agent of origin.agents) {
      if (!agent.hasResult || agent.state.parentId !== null) continue
      this.#agents.set(agent.spec.key, agent)
      const prompt = agent.spec.prompt.trim()
      if (origin.byPrompt === true) this.#asked.set(prompt, [...(this.#asked.get(prompt) ?? []), agent])
    }
    let spent: ScriptSpent = { outputTokens: 0, costNanoUsd: 0 }
    for (const { seq, event } of origin.journal) {
      if (event.type === 'turn.committed') spent = spentWith(spent, event)
      if (event.type === 'agent.ended' && event.reusedFrom?.spent) spent = event.reusedFrom.spent
      if (event.type === 'run.merged') this.#merges.set(event.agentId, event)
      if (event.type === 'timer.fired') this.#fired.add(event.timerId)
      if (event.type === 'checkpoint.opened') this.#questions.set(event.key, event)
      if (event.type === 'checkpoint.answered') this.#answers.set(event.checkpointId, event)
      if (event.type === 'workflow.entered') this.#workflows.set(event.scope, event)
      if (event.type === 'quotes.checked') this.#quotes.set(event.key, event)
      const source = sourceIn(event)
      if (source !== null) this.#recorded.set(source, { seq, spent })
    }
  }

  get runId(): string {
    return this.origin.runId
  }

  /** The agent that answered this call in the origin; null when none did. */
  agent(key: string): StoredAgent | null {
    const found = this.#agents.get(key)
    return found !== undefined && this.#recorded.has(found.state.id) ? found : null
  }

  /**
   * The agent that answered a call in the origin: by the call's key, or where keys are not known the next that was
   * asked the very same.
   */
  agentOf(key: string, prompt: string): StoredAgent | null {
    return this.agent(key) ?? this.#asked.get(prompt.trim())?.shift() ?? null
  }

  /** What was spent when the origin heard of one of its agents. */
  spentAt(agentId: string): ScriptSpent {
    return this.#recorded.get(agentId)?.spent ?? { outputTokens: 0, costNanoUsd: 0 }
  }

  /** How the patch of one of its agents was merged in the origin; null where it was not. */
  mergeOf(agentId: string): EventOf<'run.merged'> | null {
    return this.#merges.get(agentId) ?? null
  }

  /** What a merge of this key came to in the origin; null where there was none, or it never ended. */
  mergeBy(key: string): OriginMerge | null {
    const { journal } = this.origin
    const from = journal.findIndex(({ event }) => event.type === 'merge.begun' && event.key === key)
    const to = journal.findIndex(({ event }) => event.type === 'merge.ended' && event.key === key)
    const [begun, ended] = [journal[from]?.event, journal[to]?.event]
    if (begun?.type !== 'merge.begun' || ended?.type !== 'merge.ended') return null
    const merges = journal
      .slice(from, to)
      .map(({ event }) => event)
      .filter((event) => event.type === 'run.merged' || event.type === 'run.merge-refused')
      .filter(({ agentId }) => begun.agents.includes(agentId))
    const patches = begun.agents.map((id) => merges.find(({ agentId }) => agentId === id)?.patch.digest)
    return { begun, ended, merges, patches }
  }

  /** Whether a timer fired in the origin, and time here still runs as it did there. */
  hasFired(timerId: string): boolean {
    return !this.#hasDiverged && this.#fired.has(timerId)
  }

  question(
    key: string,
  ): { opened: EventOf<'checkpoint.opened'>; answered: EventOf<'checkpoint.answered'> } | null {
    const opened = this.#questions.get(key)
    const answered = opened === undefined ? undefined : this.#answers.get(opened.checkpointId)
    return opened === undefined || answered === undefined ? null : { opened, answered }
  }

  /** What came of the same quotes, looked up in the same files. */
  quotes(key: string): EventOf<'quotes.checked'> | null {
    return this.#quotes.get(key) ?? null
  }

  workflow(scope: string): { entered: EventOf<'workflow.entered'>; source: string } | null {
    const entered = this.#workflows.get(scope)
    const source = entered === undefined ? undefined : this.origin.sources.get(entered.digest)
    return entered === undefined || source === undefined ? null : { entered, source }
  }

  /** The script waits for what the origin knows under this name. */
  await(sourceThere: string, inherited: InheritedAnswer): void {
    const recorded = this.#recorded.get(sourceThere)
    if (recorded === undefined) throw new Error(`The origin knows nothing of ${sourceThere}`)
    this.#pending.push({ ...inherited, ...recorded })
    this.#pending.sort((a, b) => a.seq - b.seq)
  }

  forget(source: string): void {
    this.#pending = this.#pending.filter((inherited) => inherited.source !== source)
  }

  /** The next thing the script learns from the origin, with what had been spent by then. */
  next(): { inherited: InheritedAnswer; spent: ScriptSpent } | null {
    const first = this.#pending.shift()
    return first === undefined ? null : { inherited: first, spent: first.spent }
  }

  /** From the first call on that is bought here, time is this run's own. */
  endReplay(): void {
    if (this.#hasDiverged) return
    this.#hasDiverged = true
    const timed = this.#pending.filter(({ byTheClock }) => byTheClock !== null)
    this.#pending = this.#pending.filter(({ byTheClock }) => byTheClock === null)
    for (const { byTheClock } of timed) byTheClock?.()
  }
}
