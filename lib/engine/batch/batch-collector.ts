import type { AgentState } from '@/lib/core/agent/agent'
import type { Cancel } from '@/lib/core/ports/clock'
import type { RunEvent } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import type { BatchSlot } from '../context/batch-slot'

/**
 * The API takes 100,000 requests and 256 MB (batch-processing page); smaller ones are handed over sooner and
 * read back easier.
 */
const MOST_SLOTS = 10_000
const MOST_BYTES = 100_000_000

/** A batch that collects for longer than this is reported. */
const TOLD_AFTER_MS = 1000

type Submission = {
  /** False while the provider may or may not have accepted an earlier batch of this phase. */
  maySubmit(): boolean
  /** True while results of a previous batch of this phase are still being delivered. */
  isHandedOut(): boolean
  submit(slots: readonly BatchSlot[]): void
}

/**
 * Turns of one phase that wait to leave together. They leave once it has been quiet for a moment and no other
 * agent of the phase is on its way here: an answer just back, tools at work, a try that failed. Late ones get
 * the next batch.
 */
export class BatchCollector {
  #slots = new Set<BatchSlot>()
  #firstMs = 0
  #cancel: Cancel = () => {}
  readonly #told = new Set<BatchSlot>()

  constructor(
    private readonly run: Needs<'gate' | 'journal' | 'ports' | 'providerContext'>,
    private readonly phase: string | null,
    private readonly signal: AbortSignal,
    private readonly submission: Submission,
  ) {}

  add(slot: BatchSlot): void {
    if (this.#slots.size === 0) this.#firstMs = this.run.ports.clock.awake.now()
    this.#slots.add(slot)
    this.#checkLater()
  }

  /** True when it was still here. */
  remove(slot: BatchSlot): boolean {
    this.#told.delete(slot)
    return this.#slots.delete(slot)
  }

  #checkLater(): void {
    this.#cancel()
    this.#cancel = this.run.ports.clock.awake.after(this.run.providerContext.batchTiming.collectMs, () =>
      this.#check(),
    )
  }

  #check(): void {
    if (this.#slots.size === 0 || this.signal.aborted) return
    // A pause lets what is in flight finish, and nothing new leaves.
    if (!this.run.gate.isOpen) {
      for (const slot of this.#take([...this.#slots])) slot.resolve({ kind: 'not-submitted' })
      return
    }
    const waitedMs = this.run.ports.clock.awake.now() - this.#firstMs
    const isLate = waitedMs >= this.run.providerContext.batchTiming.collectMostMs
    if (
      !this.submission.maySubmit() ||
      (!isLate && (this.submission.isHandedOut() || this.#isSomebodyComing()))
    ) {
      if (waitedMs >= TOLD_AFTER_MS) this.#tell()
      this.#checkLater()
      return
    }
    for (const slots of loads(this.#take([...this.#slots]))) this.submission.submit(slots)
  }

  #take(slots: BatchSlot[]): BatchSlot[] {
    this.#slots = new Set()
    this.#told.clear()
    return slots.sort((a, b) => a.position - b.position)
  }

  #isSomebodyComing(): boolean {
    const here = new Set([...this.#slots].map(({ ref }) => ref.agentId))
    for (const agent of this.run.journal.state.agents.values())
      if (agent.phase === this.phase && agent.delivery === 'batch' && !here.has(agent.id) && isComing(agent))
        return true
    return false
  }

  #tell(): void {
    const news = [...this.#slots].filter((slot) => !this.#told.has(slot))
    if (news.length === 0) return
    for (const slot of news) this.#told.add(slot)
    const events = news.map(
      ({ ref }): RunEvent => ({
        type: 'agent.waiting',
        agentId: ref.agentId,
        reason: 'batch',
        until: null,
        cap: null,
      }),
    )
    this.run.journal.record(events).catch(this.run.ports.report)
  }
}

/**
 * At work, so its next turn can be expected soon. One that waits for money, a pause or other agents is
 * not. One that is back from its batch is still shown to wait for it while its tools are at work.
 */
function isComing(agent: AgentState): boolean {
  if (agent.status === 'waiting' && agent.reason === 'batch') return agent.inBatch.length === 0
  if (agent.status === 'waiting') return agent.reason === 'slot' || agent.reason === 'back-off'
  return agent.status === 'queued' || agent.status === 'running'
}

/** Cut to what one batch takes. */
function loads(slots: readonly BatchSlot[]): BatchSlot[][] {
  const cut: BatchSlot[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const slot of slots) {
    const last = cut.at(-1)
    if (last === undefined || last.length >= MOST_SLOTS || bytes + slot.bytes > MOST_BYTES) {
      cut.push([slot])
      bytes = slot.bytes
    } else {
      last.push(slot)
      bytes += slot.bytes
    }
  }
  return cut
}
