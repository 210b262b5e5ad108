import { type Approved, approvalInput } from '@/lib/core/spec/approval'
import type { AgentCounts } from './agent-counts'
import type { RunJournal } from './run-journal'

/** What asking needs of the run that asks. */
type Partners = {
  journal: Pick<RunJournal, 'state' | 'record'>
  agentCounts: Pick<AgentCounts, 'bought'>
  /** Turns that are in flight or in batches: what they cost is not known yet. */
  turnsOut(): number
}

/**
 * Asks before a run passes what somebody approved: the agents that may be bought, and the dollars. A call that
 * would pass it waits for the answer, everything else goes on. There is one question at a time, and it is a
 * checkpoint of its own kind.
 */
export class Approval {
  #tell: (() => void)[] = []
  #asking: Promise<unknown> | null = null
  /**
   * Agents whose next turn was allowed but has not been sent yet. When a wave begins, that is most of them,
   * and they have to count.
   */
  readonly #leaving = new Set<string>()

  constructor(private readonly run: Partners) {}

  /** Why nothing more may be bought; null while buying is allowed. */
  get stopped(): string | null {
    return this.run.journal.state.run.approvalStopped
  }

  /** Whether buying `agents` more would exceed the approved number. */
  holds(agents: number): boolean {
    const approved = this.#approved?.agents ?? null
    return this.stopped === null && approved !== null && this.run.agentCounts.bought + agents > approved
  }

  /** The new totals when a person approves `agents` and `nanoUsd` on top of what has been bought. */
  beyond({ agents, nanoUsd }: Approved): Approved {
    return {
      agents: agents === null ? null : this.run.agentCounts.bought + agents,
      nanoUsd: nanoUsd === null ? null : this.#spent + nanoUsd,
    }
  }

  /** Called when a question was answered. */
  answered(): void {
    this.#asking = null
    for (const tell of this.#tell.splice(0)) tell()
  }

  /** Resolves with the next answer. Rejects with the signal's reason on abort. */
  async changed(signal: AbortSignal): Promise<void> {
    await toBeTold(this.#tell, signal)
  }

  /** Waits until `agents` more may be bought; null then, or the sentence they are refused with. */
  async passAgents(agents: number, signal: AbortSignal): Promise<string | null> {
    while (this.holds(agents)) {
      await this.askForAgents(agents)
      await this.changed(signal)
    }
    return this.stopped
  }

  /** Waits until one more turn may leave, and gives null; or the sentence it is refused with. */
  async passTurn(agentId: string, signal: AbortSignal, onWait: () => void): Promise<string | null> {
    this.#leaving.delete(agentId)
    while (this.#isPast) {
      if (this.stopped !== null) return this.stopped
      await this.#askForDollars()
      onWait()
      await this.changed(signal)
    }
    this.#leaving.add(agentId)
    return null
  }

  /** Told when the turn of an agent has left and is counted as one that is out, or will not leave any more. */
  left(agentId: string): void {
    this.#leaving.delete(agentId)
  }

  /** Asks for agents that wait, unless something is asked already. */
  async askForAgents(waiting: number): Promise<void> {
    const { run } = this
    const approved = this.#approved?.agents ?? 0
    const asked = run.agentCounts.bought + waiting
    const each = this.#nanoUsdEach
    const more = each === null ? null : each * waiting
    await this.#ask(
      `${this.#name} needs ${count(asked)} agents; ${count(approved)} are approved.`,
      more === null ? '' : `About ${dollars(more)} more.`,
      { agents: asked, usd: more === null ? null : cents(this.#spent + more) },
    )
  }

  async #askForDollars(): Promise<void> {
    const approved = this.#approved?.nanoUsd ?? 0
    await this.#ask(
      `${this.#name} has cost ${dollars(this.#spent)} and is about to exceed the approved ${dollars(approved)}.`,
      '',
      { agents: this.#approved?.agents ?? null, usd: cents(Math.max(this.#spent, approved) * 2) },
    )
  }

  get #approved(): Approved | null {
    return this.run.journal.state.run.approved
  }

  get #name(): string {
    const { run } = this.run.journal.state
    return run.workflow?.name ?? run.title
  }

  get #spent(): number {
    const { spentNanoUsd, unsettledNanoUsd } = this.run.journal.state.totals
    return spentNanoUsd + unsettledNanoUsd
  }

  /** Whether one more turn, with those in flight or let go, is likely to pass the dollars that were approved. */
  get #isPast(): boolean {
    const approved = this.#approved?.nanoUsd ?? null
    if (approved === null) return false
    const { run } = this
    const { turns } = run.journal.state.totals
    // Before the first turn is paid, one is taken to cost what an agent was estimated to.
    const each = turns === 0 ? (this.#nanoUsdEach ?? 0) : this.#spent / turns
    return this.#spent + each * (run.turnsOut() + this.#leaving.size + 1) > approved
  }

  /** Average cost of an agent of this run, or the estimated one; null where neither is known. */
  get #nanoUsdEach(): number | null {
    const { agents, run } = this.run.journal.state
    const ended = [...agents.values()].filter((agent) => agent.endedAt !== null && agent.turns > 0).length
    if (ended > 0) return this.#spent / ended
    const { costNanoUsd = null, agents: estimated = null } = run.estimate ?? {}
    return costNanoUsd === null || estimated === null || estimated.likely === 0
      ? null
      : costNanoUsd.likely / estimated.likely
  }

  async #ask(
    title: string,
    detail: string,
    suggested: { agents: number | null; usd: number | null },
  ): Promise<void> {
    const { run } = this
    const known = run.journal.state.checkpoints.filter(({ kind }) => kind === 'approval')
    if (this.#asking === null && !known.some(({ status }) => status === 'open')) {
      const number = known.length + 1
      this.#asking = run.journal.record([
        {
          type: 'checkpoint.opened',
          checkpointId: `g${number}`,
          key: `approval:${number}`,
          scope: '',
          kind: 'approval',
          title,
          detail,
          input: approvalInput(suggested),
          dueAt: null,
          hasDefault: false,
          default: null,
          callSite: null,
        },
      ])
    }
    await this.#asking
  }
}

/** Resolves when it is told through `tell`. Rejects with the signal's reason on abort. */
export async function toBeTold(tell: (() => void)[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    tell.push(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}

function count(agents: number): string {
  return agents.toLocaleString('en')
}

function dollars(nanoUsd: number): string {
  const usd = nanoUsd / 1e9
  if (usd < 0.1) return `$${usd.toFixed(4)}`
  return `$${usd.toFixed(usd < 100 ? 2 : 0)}`
}

/** Dollars, up to the next cent. */
function cents(nanoUsd: number): number {
  return Math.max(0.01, Math.ceil(nanoUsd / 1e7) / 100)
}
