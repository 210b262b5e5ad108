import type { EventsFrame, PulseFrame } from '@/lib/api/stream'
import { foldAll } from '@/lib/core/run/fold'
import { fromSnapshot, type Snapshot } from '@/lib/core/run/state'
import { addPulse, type ClosedTurns, settle } from './in-flight-overlay'
import { type Connection, emptyView, type RunView } from './run-view'

export type RunStore = {
  /** The view as of the last notification; stable between two of them. */
  getView: () => RunView
  subscribe: (listener: () => void) => () => void
  hydrate: (snapshot: Snapshot) => void
  receiveEvents: (frame: EventsFrame) => void
  receivePulse: (frame: PulseFrame) => void
  connect: (connection: Connection) => void
  /** Last seq folded; where a tail has to begin. */
  seq: () => number
  /**
   * Calls back with every batch of events once it is folded, and with an empty one when a snapshot has
   * replaced the state.
   */
  onEvents: (listener: (envelopes: EventsFrame['events']) => void) => () => void
}

export type StoreSignals = {
  /** Events are missing: only a new snapshot helps. */
  onGap: () => void
  /** A piece of live text is missing: it must be asked for again. */
  onLostText: () => void
}

/** Calls back once, before the next paint. */
export type Schedule = (callback: () => void) => void

/**
 * One run outside React. Frames are folded in a microtask, so a hidden tab stays correct; subscribers hear of
 * it at most once a paint. Snapshot and tail go through the same fold as on the server.
 */
export function createRunStore(
  schedule: Schedule,
  signals: () => StoreSignals,
  opening: RunView = emptyView,
): RunStore {
  let current: RunView = opening
  let published: RunView = opening
  let inbox: EventsFrame['events'] = []
  let isPaintAsked = false
  const closed: ClosedTurns = new Map()
  const listeners = new Set<() => void>()
  const eventListeners = new Set<(envelopes: EventsFrame['events']) => void>()

  const replace = (change: Partial<RunView>) => {
    current = { ...current, ...change }
    if (isPaintAsked) return
    isPaintAsked = true
    schedule(() => {
      isPaintAsked = false
      published = current
      for (const listener of listeners) listener()
    })
  }

  const drain = () => {
    const { state } = current
    if (state === null || inbox.length === 0) return
    const events = inbox.filter((envelope) => envelope.seq > state.seq)
    inbox = []
    if (events.length === 0) return
    try {
      replace({ state: foldAll(state, events), ...settle(current, events, closed) })
      for (const listener of eventListeners) listener(events)
    } catch (cause) {
      console.warn('The tail does not fit the snapshot; asking for a new one.', cause)
      signals().onGap()
    }
  }

  return {
    getView: () => published,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hydrate: (snapshot) => {
      closed.clear()
      replace({ state: fromSnapshot(snapshot), isWhole: true, pulses: new Map(), texts: new Map() })
      for (const listener of eventListeners) listener([])
      drain()
    },
    receiveEvents: (frame) => {
      if (inbox.length === 0) queueMicrotask(drain)
      inbox.push(...frame.events)
    },
    receivePulse: (frame) => {
      drain()
      const { lostText, ...overlay } = addPulse(current, frame, current.state, closed)
      replace(overlay)
      if (lostText) signals().onLostText()
    },
    connect: (connection) => replace({ connection }),
    seq: () => current.state?.seq ?? 0,
    onEvents: (listener) => {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
  }
}

/**
 * Nobody reads numbers that change more often; a thousand live agents then cost a third of a frame each time.
 */
const restMs = 80

/**
 * Before a paint, no more than a dozen times a second. A hidden tab never paints, so there a timer is used.
 */
export function paintSchedule(): Schedule {
  let last = 0
  return (callback) => {
    const notify = () => {
      last = performance.now()
      callback()
    }
    const rest = Math.max(0, last + restMs - performance.now())
    if (document.hidden) setTimeout(notify, 200)
    else if (rest === 0) requestAnimationFrame(notify)
    else setTimeout(() => (document.hidden ? notify() : requestAnimationFrame(notify)), rest)
  }
}
