import type { AlertStore } from '@/lib/core/money/money-store'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { runNotices } from '@/lib/view/run/run-notices'
import { pending } from './alert-watch'
import type { Receiver } from './deliveries'
import { noticeBody } from './notice-body'

type Sources = {
  store: AlertStore
  receiver(): Receiver | null
  wakeDeliveries(): void
  report(error: unknown): void
}

/**
 * Keeps a notice for each fact of a run that the webhook's receiver wants to be told of. Its id is the fact's
 * place in the journal, so a receiver that hears of it twice can tell.
 */
export class RunNotices {
  constructor(private readonly sources: Sources) {}

  /** Receives every commit. */
  onEvent(envelopes: readonly Envelope[], { run, totals }: RunState): void {
    const { store, receiver, wakeDeliveries, report } = this.sources
    const to = receiver()
    if (to === null || to.runNotices.length === 0 || run.id.startsWith(trialRunPrefix) || run.dryRun !== null)
      return
    for (const { kind, seq, text } of runNotices(envelopes, { run, totals })) {
      if (!to.runNotices.includes(kind)) continue
      const id = `${run.id}.${seq}`
      const at = envelopes.find((envelope) => envelope.seq === seq)?.at ?? run.createdAt
      const notice = { id, type: 'run', event: kind, at, simulated: run.simulated, runId: run.id, text }
      store
        .addDelivery({ ...pending(id, at), kind: 'run', body: noticeBody(to, notice) })
        .then(wakeDeliveries, report)
    }
  }
}
