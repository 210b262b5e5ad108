import { SharedStreamLeader } from './shared-stream-leader'
import {
  type SharedStreamMessage,
  type Subscription,
  sharedStreamMessageSchema,
  type TopicFrame,
} from './shared-stream-messages'
import type { SharedStreamPorts } from './shared-stream-ports'

export type TopicEvent = 'open' | 'lost' | 'gone' | 'events' | 'pulse' | 'end' | 'overview'

/**
 * What one view hears of its topic: `open` whenever it is live, `lost` while the connection is away, and its
 * frames.
 */
export type TopicStream = {
  addEventListener: (type: TopicEvent, listener: (event: { data?: unknown }) => void) => void
  /** Asks for the live text of these agents, and no others. */
  watch: (agents: readonly string[]) => void
  /** Asks for the live text again, from offset 0. */
  rewatch: () => void
  close: () => void
}

/** Opens a topic (a run's id, or `overview`) above a cursor. */
export type OpenStream = (topic: string, after: number, agents: readonly string[]) => TopicStream

/** Silence after which a follower no longer believes in its leader; the server beats every five seconds. */
const SILENCE_MS = 20_000
const CHECK_MS = 5_000

type View = { subscription: Subscription; isOpen: boolean; receive: (type: string, data?: string) => void }

/**
 * The one connection that all tabs of a browser share. The tab that holds the leader lock is the leader: it
 * keeps the stream and tells the others what comes. When it closes, freezes or falls silent the next one
 * begins where each tab stands, so nothing is lost; a frame that a tab has already is dropped by that tab's
 * fold, so nothing is doubled.
 */
export function createSharedStream(ports: SharedStreamPorts): OpenStream {
  const views = new Map<number, View>()
  let leader: SharedStreamLeader | null = null
  let term = 0
  let nextId = 1
  let lastHeardMs = 0
  let releaseLeaderLock: (() => void) | null = null

  const publishSubscriptions = () => {
    const subscriptions = [...views.values()].map(({ subscription }) => subscription)
    if (leader !== null) leader.subscribe(ports.tab, subscriptions)
    else ports.post({ kind: 'subscribe', tab: ports.tab, subscriptions })
  }

  const shut = () => {
    for (const view of views.values()) view.isOpen = false
    lastHeardMs = ports.awakeMs()
  }

  const requestLeaderLock = (isStealing: boolean) => {
    releaseLeaderLock?.()
    releaseLeaderLock = ports.acquireLeaderLock(isStealing, becomeLeader, stepDown)
  }

  const becomeLeader = () => {
    term = Math.max(ports.nowMs(), term + 1)
    shut()
    leader = new SharedStreamLeader(ports, term, deliver)
    ports.post({ kind: 'leader', term })
    publishSubscriptions()
  }

  /** Somebody else leads: this tab follows, and waits for the leader lock again. */
  const stepDown = () => {
    if (leader === null) return
    leader.close()
    leader = null
    shut()
    requestLeaderLock(false)
    publishSubscriptions()
  }

  const follow = (newTerm: number) => {
    term = newTerm
    if (leader !== null) return stepDown()
    shut()
    publishSubscriptions()
  }

  const deliver = (message: SharedStreamMessage) => {
    lastHeardMs = ports.awakeMs()
    if (message.kind === 'opened' && message.tab === ports.tab)
      for (const id of message.ids) begin(views.get(id))
    if (message.kind === 'frame') pass(message.frame)
    if (message.kind !== 'lost') return
    shut()
    for (const view of [...views.values()]) view.receive('lost')
  }

  const begin = (view: View | undefined) => {
    if (view === undefined) return
    view.isOpen = true
    view.receive('open')
  }

  const pass = ({ topic, type, data, seq }: TopicFrame) => {
    for (const view of [...views.values()]) {
      if (!view.isOpen || view.subscription.topic !== topic) continue
      if (seq !== null)
        view.subscription = { ...view.subscription, after: Math.max(view.subscription.after, seq) }
      view.receive(type, data)
    }
  }

  const receive = (raw: unknown) => {
    const parsed = sharedStreamMessageSchema.safeParse(raw)
    // A tab with another version of this page may be open beside this one; what it says is its own affair.
    if (!parsed.success) return
    const message = parsed.data
    switch (message.kind) {
      case 'subscribe':
        if (leader?.subscribe(message.tab, message.subscriptions))
          ports.onTabGone(message.tab, () => leader?.forget(message.tab))
        return
      case 'rewatch':
        return leader?.rewatch(message.topic)
      case 'bye':
        return leader?.forget(message.tab)
      default:
        if (message.term < term) return
        if (message.term > term) follow(message.term)
        deliver(message)
    }
  }

  const check = () => {
    if (views.size === 0) return
    if (leader !== null) leader.check()
    else if (ports.awakeMs() - lastHeardMs > SILENCE_MS) requestLeaderLock(true)
  }

  const leave = () => {
    leader?.close()
    leader = null
    releaseLeaderLock?.()
    releaseLeaderLock = null
    shut()
    ports.post({ kind: 'bye', tab: ports.tab })
  }

  const comeBack = () => {
    if (releaseLeaderLock !== null || views.size === 0) return
    requestLeaderLock(false)
    publishSubscriptions()
  }

  ports.listen(receive)
  ports.every(check, CHECK_MS)
  ports.onAway(leave)
  ports.onBack(comeBack)

  return (topic, after, agents) => {
    const id = nextId++
    const listeners = new Map<string, (event: { data?: unknown }) => void>()
    const view: View = {
      subscription: { id, topic, after, agents: [...agents] },
      isOpen: false,
      receive: (type, data) => listeners.get(type)?.({ data }),
    }
    if (views.size === 0) lastHeardMs = ports.awakeMs()
    views.set(id, view)
    if (releaseLeaderLock === null) requestLeaderLock(false)
    publishSubscriptions()
    return {
      addEventListener: (type, listener) => listeners.set(type, listener),
      watch: (wantedAgents) => {
        if (wantedAgents.join() === view.subscription.agents.join()) return
        view.subscription = { ...view.subscription, agents: [...wantedAgents] }
        if (views.has(id)) publishSubscriptions()
      },
      rewatch: () => {
        if (leader !== null) leader.rewatch(topic)
        else ports.post({ kind: 'rewatch', tab: ports.tab, topic })
      },
      close: () => {
        if (views.delete(id)) publishSubscriptions()
      },
    }
  }
}
