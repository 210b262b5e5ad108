import { LineLead } from './line-lead'
import { type LineFrame, type LineMessage, lineMessageSchema, type Want } from './line-messages'
import type { LinePorts } from './line-ports'

export type LineEvent = 'open' | 'lost' | 'gone' | 'events' | 'pulse' | 'end' | 'wall'

/** What one view hears of its topic: `open` whenever it is live, `lost` while the connection is away, and its frames. */
export type LineStream = {
  addEventListener: (type: LineEvent, listener: (event: { data?: unknown }) => void) => void
  /** Asks for the live text of these agents, and no others. */
  watch: (agents: readonly string[]) => void
  /** Asks for the live text again, from offset 0. */
  rewatch: () => void
  close: () => void
}

/** Opens a topic (a run's id, or `wall`) above a cursor. */
export type OpenStream = (topic: string, after: number, agents: readonly string[]) => LineStream

/** Silence after which a follower no longer believes in its leader; the server beats every five seconds. */
const SILENCE_MS = 20_000
const CHECK_MS = 5_000

type View = { want: Want; isOpen: boolean; hear: (type: string, data?: string) => void }

/**
 * The one connection that all tabs of a browser share. The tab that holds the lock leads: it keeps the stream and
 * tells the others what comes. When it closes, freezes or falls silent the next one begins where each tab stands, so
 * nothing is lost; a frame that a tab has already is dropped by that tab's fold, so nothing is doubled.
 */
export function createLine(ports: LinePorts): OpenStream {
  const views = new Map<number, View>()
  let lead: LineLead | null = null
  let term = 0
  let nextId = 1
  let heardMs = 0
  let leaveLead: (() => void) | null = null

  const restate = () => {
    const wants = [...views.values()].map(({ want }) => want)
    if (lead !== null) lead.want(ports.tab, wants)
    else ports.post({ kind: 'want', tab: ports.tab, wants })
  }

  const shut = () => {
    for (const view of views.values()) view.isOpen = false
    heardMs = ports.awakeMs()
  }

  const seek = (isStealing: boolean) => {
    leaveLead?.()
    leaveLead = ports.lead(isStealing, takeLead, loseLead)
  }

  const takeLead = () => {
    term = Math.max(ports.nowMs(), term + 1)
    shut()
    lead = new LineLead(ports, term, deliver)
    ports.post({ kind: 'lead', term })
    restate()
  }

  /** Somebody else leads: this tab follows, and stands in line again. */
  const loseLead = () => {
    if (lead === null) return
    lead.close()
    lead = null
    shut()
    seek(false)
    restate()
  }

  const follow = (heardTerm: number) => {
    term = heardTerm
    if (lead !== null) return loseLead()
    shut()
    restate()
  }

  const deliver = (message: LineMessage) => {
    heardMs = ports.awakeMs()
    if (message.kind === 'opened' && message.tab === ports.tab) for (const id of message.ids) begin(views.get(id))
    if (message.kind === 'frame') pass(message.frame)
    if (message.kind !== 'lost') return
    shut()
    for (const view of [...views.values()]) view.hear('lost')
  }

  const begin = (view: View | undefined) => {
    if (view === undefined) return
    view.isOpen = true
    view.hear('open')
  }

  const pass = ({ topic, type, data, seq }: LineFrame) => {
    for (const view of [...views.values()]) {
      if (!view.isOpen || view.want.topic !== topic) continue
      if (seq !== null) view.want = { ...view.want, after: Math.max(view.want.after, seq) }
      view.hear(type, data)
    }
  }

  const hear = (raw: unknown) => {
    const parsed = lineMessageSchema.safeParse(raw)
    // A tab with another version of this page may be open beside this one; what it says is its own affair.
    if (!parsed.success) return
    const message = parsed.data
    switch (message.kind) {
      case 'want':
        if (lead?.want(message.tab, message.wants)) ports.onTabGone(message.tab, () => lead?.forget(message.tab))
        return
      case 'rewatch':
        return lead?.rewatch(message.topic)
      case 'bye':
        return lead?.forget(message.tab)
      default:
        if (message.term < term) return
        if (message.term > term) follow(message.term)
        deliver(message)
    }
  }

  const check = () => {
    if (views.size === 0) return
    if (lead !== null) lead.check()
    else if (ports.awakeMs() - heardMs > SILENCE_MS) seek(true)
  }

  const leave = () => {
    lead?.close()
    lead = null
    leaveLead?.()
    leaveLead = null
    shut()
    ports.post({ kind: 'bye', tab: ports.tab })
  }

  const comeBack = () => {
    if (leaveLead !== null || views.size === 0) return
    seek(false)
    restate()
  }

  ports.listen(hear)
  ports.every(check, CHECK_MS)
  ports.onAway(leave)
  ports.onBack(comeBack)

  return (topic, after, agents) => {
    const id = nextId++
    const listeners = new Map<string, (event: { data?: unknown }) => void>()
    const view: View = {
      want: { id, topic, after, agents: [...agents] },
      isOpen: false,
      hear: (type, data) => listeners.get(type)?.({ data }),
    }
    if (views.size === 0) heardMs = ports.awakeMs()
    views.set(id, view)
    if (leaveLead === null) seek(false)
    restate()
    return {
      addEventListener: (type, listener) => listeners.set(type, listener),
      watch: (wanted) => {
        if (wanted.join() === view.want.agents.join()) return
        view.want = { ...view.want, agents: [...wanted] }
        if (views.has(id)) restate()
      },
      rewatch: () => {
        if (lead !== null) lead.rewatch(topic)
        else ports.post({ kind: 'rewatch', tab: ports.tab, topic })
      },
      close: () => {
        if (views.delete(id)) restate()
      },
    }
  }
}
