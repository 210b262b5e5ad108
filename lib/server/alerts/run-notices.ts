import type { Delivery } from '@/lib/core/money/money-store'
import type { JournalStore, StoreTransaction } from '@/lib/core/ports/journal-store'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { runNotices } from '@/lib/view/run/run-notices'
import { pending } from './alert-watch'
import type { Receiver } from './deliveries'
import { noticeBody } from './notice-body'

type Sources = {
  receiver(): Receiver | null
  wakeDeliveries(): void
  report(error: unknown): void
}

type Committed = Pick<JournalStore, 'commit'>

/**
 * Keeps a notice for each fact of a run that the webhook's receiver wants to be told of, in the transaction of that
 * fact: whatever ends the process, there is no fact without its notice. Its id is the fact's place in the journal, so a
 * receiver that hears of it twice can tell.
 */
export class RunNotices {
  constructor(private readonly sources: Sources) {}

  /** A journal in which notices are kept with what they tell of. */
  keptIn(store: Committed): Committed {
    const { receiver, wakeDeliveries } = this.sources
    return {
      commit: async (work) => {
        const to = receiver()
        if (to === null || to.runNotices.length === 0) return store.commit(work)
        let kept = 0
        const made = await store.commit((transaction) =>
          work(this.#telling(transaction, to, () => (kept += 1))),
        )
        if (kept > 0) wakeDeliveries()
        return made
      },
    }
  }

  /** A transaction that keeps notices once it knows what a run has become. */
  #telling(transaction: StoreTransaction, to: Receiver, onKept: () => void): StoreTransaction {
    const appended = new Map<string, Envelope[]>()
    return {
      append(runId, at, events) {
        const made = transaction.append(runId, at, events)
        const soFar = appended.get(runId)
        if (soFar === undefined) appended.set(runId, [...made])
        else soFar.push(...made)
        return made
      },
      write: (runId, at, write) => transaction.write(runId, at, write),
      project: (state, changed) => {
        transaction.project(state, changed)
        for (const delivery of this.#deliveriesOf(appended.get(state.run.id) ?? [], state, to)) {
          transaction.write(state.run.id, delivery.createdAt, { do: 'add-delivery', delivery })
          onKept()
        }
      },
    }
  }

  #deliveriesOf(envelopes: readonly Envelope[], { run, totals }: RunState, to: Receiver): Delivery[] {
    if (run.id.startsWith(trialRunPrefix) || run.dryRun !== null) return []
    try {
      return runNotices(envelopes, { run, totals })
        .filter(({ kind }) => to.runNotices.includes(kind))
        .map(({ kind, seq, text }) => {
          const id = `${run.id}.${seq}`
          const at = envelopes.find((envelope) => envelope.seq === seq)?.at ?? run.createdAt
          const notice = { id, type: 'run', event: kind, at, simulated: run.simulated, runId: run.id, text }
          return { ...pending(id, at), kind: 'run' as const, body: noticeBody(to, notice) }
        })
    } catch (error) {
      // A run goes on whatever is wrong with its notices.
      this.sources.report(error)
      return []
    }
  }
}
