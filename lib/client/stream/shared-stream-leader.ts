import { streamAddress } from '@/lib/api/first/stream-address'
import { reconnectWaitMs } from './reconnect-wait'
import type { SharedStreamMessage, Subscription } from './shared-stream-messages'
import type { SharedStreamPorts, Source } from './shared-stream-ports'

/** Tabs that open together are met by one new stream, not by one each. */
const DEBOUNCE_MS = 30
/** The server beats every five seconds. */
const SILENCE_MS = 12_000
/** As many agents as the server takes in one watch. */
const MOST_WATCHED = 50

export const overviewTopic = 'overview'

/**
 * A subscription as the leader keeps it: `after` moves with the frames, `isServed` once its tab is sent them.
 */
type TrackedSubscription = Subscription & { isServed: boolean }

/**
 * The tab that leads: one stream for the subscriptions of all tabs, reopened from the lowest cursor when
 * that changes.
 */
export class SharedStreamLeader {
  readonly #subscriptions = new Map<string, TrackedSubscription[]>()
  #source: Source | null = null
  #isOpen = false
  /** Topics on the open stream, with the last seq of each. */
  #carried = new Map<string, number>()
  #watcher = ''
  #sentWatches = new Map<string, string>()
  readonly #rewatching = new Set<string>()
  #attempt = 0
  #cancelWait: (() => void) | null = null
  #lastHeardMs = 0

  constructor(
    private readonly ports: SharedStreamPorts,
    private readonly term: number,
    private readonly deliver: (message: SharedStreamMessage) => void,
  ) {}

  /** All subscriptions of a tab from now on. True when the tab was not known. */
  subscribe(tab: string, subscriptions: readonly Subscription[]): boolean {
    const before = this.#subscriptions.get(tab)
    const tracked = subscriptions.map((subscription): TrackedSubscription => {
      const known = before?.find(({ id }) => id === subscription.id)
      return {
        ...subscription,
        after: Math.max(subscription.after, known?.after ?? 0),
        isServed: known?.isServed ?? false,
      }
    })
    if (tracked.length === 0) this.#subscriptions.delete(tab)
    else this.#subscriptions.set(tab, tracked)
    this.#plan()
    return before === undefined && tracked.length > 0
  }

  /** Drops the subscriptions of a tab that is not there any more. */
  forget(tab: string): void {
    if (this.#subscriptions.delete(tab)) this.#plan()
  }

  rewatch(topic: string): void {
    if (!this.#isOpen || !this.#carried.has(topic) || this.#rewatching.has(topic)) return
    this.#rewatching.add(topic)
    // The server forgets how much it has sent of an agent that nobody wants, and begins at 0 when it is
    // wanted again.
    this.ports
      .putWatch(topic, this.#watcher, [])
      .then(() => this.#sendWatch(topic))
      .catch((error: unknown) => console.warn('Live text has a hole.', error))
      .finally(() => this.#rewatching.delete(topic))
  }

  /** Looks whether the stream is still alive; called every few seconds. */
  check(): void {
    if (this.#source !== null && this.ports.awakeMs() - this.#lastHeardMs > SILENCE_MS) this.#fail()
  }

  close(): void {
    this.#cancelWait?.()
    this.#cancelWait = null
    this.#shut()
  }

  get #tracked(): TrackedSubscription[] {
    return [...this.#subscriptions.values()].flat()
  }

  #plan(): void {
    const needed = new Set(this.#tracked.map(({ topic }) => topic))
    if (needed.size === 0) this.close()
    // A stream that is waited for takes with it whatever is wanted by then.
    if (needed.size === 0 || this.#cancelWait !== null) return
    const isShort = this.#tracked.some(
      (subscription) => !subscription.isServed && !this.#reaches(subscription),
    )
    const isWide = [...this.#carried.keys()].some((topic) => !needed.has(topic))
    if (this.#source === null || isShort || isWide) this.#openIn(DEBOUNCE_MS)
    else if (this.#isOpen) this.#admit()
  }

  /** Whether everything above a subscription's cursor is still to come on the open stream. */
  #reaches(subscription: Subscription): boolean {
    const at = this.#carried.get(subscription.topic)
    return at !== undefined && at <= subscription.after
  }

  #openIn(ms: number): void {
    this.#cancelWait = this.ports.wait(() => {
      this.#cancelWait = null
      this.#open()
    }, ms)
  }

  #open(): void {
    this.#shut()
    for (const { topic, after } of this.#tracked)
      this.#carried.set(topic, Math.min(after, this.#carried.get(topic) ?? Number.POSITIVE_INFINITY))
    if (this.#carried.size === 0) return
    this.#watcher = `w${Math.floor(this.ports.random() * 1e12).toString(36)}`
    this.#lastHeardMs = this.ports.awakeMs()
    const runs = [...this.#carried]
      .filter(([topic]) => topic !== overviewTopic)
      .map(([id, after]) => `${id}~${after}`)
    const overview = this.#carried.has(overviewTopic) ? '1' : '0'
    const source = this.ports.openSource(
      streamAddress({ runs: runs.join(), overview, watcher: this.#watcher }),
    )
    this.#source = source
    source.addEventListener('open', () => {
      if (this.#source !== source) return
      this.#attempt = 0
      this.#isOpen = true
      this.#lastHeardMs = this.ports.awakeMs()
      this.#admit()
    })
    source.addEventListener('beat', () => {
      this.#lastHeardMs = this.ports.awakeMs()
      this.#broadcast({ kind: 'beat', term: this.term }, () => true)
    })
    source.addEventListener('error', () => {
      // The browser would come back with the address it first had; the cursors have moved on since.
      if (this.#source === source) this.#fail()
    })
    for (const topic of this.#carried.keys())
      for (const type of topic === overviewTopic ? ['overview'] : ['events', 'pulse', 'end', 'gone'])
        source.addEventListener(`${topic}/${type}`, ({ data, lastEventId }) => {
          if (this.#source === source)
            this.#pass(topic, type, String(data), type === 'events' ? Number(lastEventId) : null)
        })
  }

  #pass(topic: string, type: string, data: string, seq: number | null): void {
    this.#lastHeardMs = this.ports.awakeMs()
    if (seq !== null) {
      this.#carried.set(topic, Math.max(seq, this.#carried.get(topic) ?? 0))
      for (const subscription of this.#tracked)
        if (subscription.isServed && subscription.topic === topic)
          subscription.after = Math.max(subscription.after, seq)
    }
    if (type === 'end' || type === 'gone') {
      // Nothing more comes of it, and the stream goes on for the others.
      this.#carried.delete(topic)
      this.#sentWatches.delete(topic)
    }
    this.#broadcast(
      { kind: 'frame', term: this.term, frame: { topic, type, data, seq } },
      (subscription) => subscription.topic === topic,
    )
  }

  /**
   * Tells the subscriptions that the open stream reaches that they are served now, and sees to those it does
   * not.
   */
  #admit(): void {
    for (const [tab, subscriptions] of this.#subscriptions) {
      const fresh = subscriptions.filter(
        (subscription) => !subscription.isServed && this.#reaches(subscription),
      )
      if (fresh.length === 0) continue
      for (const subscription of fresh) subscription.isServed = true
      const message: SharedStreamMessage = {
        kind: 'opened',
        term: this.term,
        tab,
        ids: fresh.map(({ id }) => id),
      }
      if (tab === this.ports.tab) this.deliver(message)
      else this.ports.post(message)
    }
    for (const topic of this.#carried.keys())
      if (topic !== overviewTopic && (this.#sentWatches.get(topic) ?? '') !== this.#watched(topic).join())
        this.#sendWatch(topic)
    if (this.#tracked.some((subscription) => !subscription.isServed)) this.#plan()
  }

  #watched(topic: string): string[] {
    const agents = this.#tracked
      .filter((subscription) => subscription.topic === topic)
      .flatMap((subscription) => subscription.agents)
    return [...new Set(agents)].sort().slice(0, MOST_WATCHED)
  }

  #sendWatch(topic: string): void {
    const agents = this.#watched(topic)
    this.#sentWatches.set(topic, agents.join())
    // A watch that is lost only costs live text; the transcript still arrives with the commit.
    this.ports
      .putWatch(topic, this.#watcher, agents)
      .catch((error: unknown) => console.warn('Not watching live text.', error))
  }

  #fail(): void {
    this.#shut()
    for (const subscription of this.#tracked) subscription.isServed = false
    this.#attempt += 1
    this.#cancelWait?.()
    this.#openIn(reconnectWaitMs(this.#attempt, this.ports.random))
    this.#broadcast({ kind: 'lost', term: this.term }, () => true)
  }

  #shut(): void {
    this.#source?.close()
    this.#source = null
    this.#isOpen = false
    this.#carried.clear()
    this.#sentWatches.clear()
  }

  /**
   * To this tab, and to the others if one of them subscribes to it: a single tab pays nothing for sharing.
   */
  #broadcast(message: SharedStreamMessage, concerns: (subscription: TrackedSubscription) => boolean): void {
    const isElsewhere = [...this.#subscriptions].some(
      ([tab, subscriptions]) => tab !== this.ports.tab && subscriptions.some(concerns),
    )
    if (isElsewhere) this.ports.post(message)
    this.deliver(message)
  }
}
