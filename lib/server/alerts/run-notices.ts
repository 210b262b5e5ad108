import { z } from 'zod'
import type { AlertStore } from '@/lib/core/money/money-store'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { runNotices } from '@/lib/view/run/run-notices'
import { pending } from './alert-watch'
import type { Receiver } from './deliveries'

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
      const whole = { id, type: 'run', event: kind, at, simulated: run.simulated, runId: run.id, text }
      store
        .addDelivery({ ...pending(id, at), kind: 'run', body: noticeBody(to, whole) })
        .then(wakeDeliveries, report)
    }
  }
}

/** A notice as its receiver reads it: Slack takes a text and nothing else. */
export function noticeBody({ format }: Pick<Receiver, 'format'>, notice: { text: string }): string {
  if (format !== 'slack') return JSON.stringify(notice)
  return JSON.stringify({ text: escapedForSlack(notice.text) })
}

/** Slack reads these three as marks of its own; https://docs.slack.dev/messaging/formatting-message-text. */
function escapedForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const textSchema = z.object({ text: z.string() })

/** What a notice says, whatever its format; '' for one that cannot be read. */
export function textOfNotice(body: unknown): string {
  const parsed = textSchema.safeParse(body)
  return parsed.success ? parsed.data.text : ''
}
