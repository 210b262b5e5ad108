import { dueTime } from '@/lib/core/base/due-time'
import type { AlertStore, Delivery } from '@/lib/core/money/money-store'
import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { NoticeKind } from '@/lib/core/spec/run-notice'
import { send } from './send'

/** Waits between the tries of a notice: ten seconds to six hours, seven tries within about nine hours. */
export const deliveryDelaysMs: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000]

/** Where notices go, and what is wanted there beside alerts. */
export type Receiver = {
  url: string
  secret: string
  /** `json` is a notice with its fields, `slack` a text as Slack's incoming webhooks take it. */
  format: 'json' | 'slack'
  runNotices: readonly NoticeKind[]
}

type Sources = {
  store: AlertStore
  receiver(): Receiver | null
  allowsLoopback: boolean
  delaysMs: readonly number[]
  clock: Clock
  report(error: unknown): void
}

/** Sends stored notices, and retries each until the receiver accepts it or its attempts are used up. */
export class Deliveries {
  #timer: Cancel | null = null
  #going: Promise<void> | null = null
  #isClosed = false
  #isAsked = false

  constructor(private readonly sources: Sources) {}

  /** Something may be due; also at the start, for what the last process left. */
  wake(): void {
    if (this.#isClosed) return
    this.#isAsked = true
    this.#going ??= this.#sendDue()
      .catch(this.sources.report)
      .finally(() => {
        this.#going = null
        if (this.#isAsked) this.wake()
      })
  }

  /** Tries one notice now, before those that wait. */
  async tryNow(delivery: Delivery): Promise<void> {
    await this.#try(delivery)
    this.wake()
  }

  /** Resolves once what was due has been tried. */
  async atRest(): Promise<void> {
    while (this.#going !== null) await this.#going
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#isAsked = false
    this.#timer?.()
    await this.#going
  }

  async #sendDue(): Promise<void> {
    const { store, clock } = this.sources
    this.#isAsked = false
    this.#timer?.()
    for (const delivery of await store.pendingDeliveries()) {
      if (this.#isClosed) return
      if (dueTime(delivery.nextAt, clock.now()) <= clock.now()) await this.#try(delivery)
    }
    const [next] = await store.pendingDeliveries()
    if (next === undefined || this.#isClosed) return
    const waitMs = Math.max(0, dueTime(next.nextAt, clock.now()) - clock.now())
    // A clock set back must not hold a notice for longer than its wait.
    const mostMs = Math.max(0, ...this.sources.delaysMs)
    this.#timer = clock.after(Math.min(waitMs, mostMs), () => this.wake())
  }

  async #try(delivery: Delivery): Promise<void> {
    const { store, receiver, allowsLoopback, delaysMs, clock } = this.sources
    const to = receiver()
    const { id, body } = delivery
    const { ok, answer } =
      to === null
        ? { ok: false, answer: 'the webhook was removed' }
        : await send({ ...to, allowsLoopback }, { id, body, nowMs: clock.now() })
    const attempts = delivery.attempts + 1
    const at = new Date(clock.now()).toISOString()
    const delayMs = delaysMs[attempts - 1]
    const isOver = to === null || delayMs === undefined
    const statusIfNot = isOver ? 'failed' : 'pending'
    await store.saveDelivery({
      ...delivery,
      attempts,
      lastAnswer: answer,
      status: ok ? 'delivered' : statusIfNot,
      nextAt: ok || isOver ? null : new Date(clock.now() + delayMs).toISOString(),
      deliveredAt: ok ? at : null,
    })
  }
}
