import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { Envelope } from '@/lib/core/run/events'
import type { SseEvent } from './event-sink'

/**
 * Frames leave at most 25 a second: a commit is on screen within 40 ms, and a thousand commits cost no more.
 */
const FRAME_MS = 40

/** So many watchers of a run get frames and pulses at full pace; of more each gets them as much less often. */
const AT_FULL_PACE = 30

/** Time between two messages to each of so many watchers, where it is `ms` for a few. */
export function paced(ms: number, watchers: number): number {
  return ms * Math.max(1, watchers / AT_FULL_PACE)
}

/** Committed envelopes of one run, encoded once for all who watch. */
export type Frame = { firstSeq: number; lastSeq: number; envelopes: readonly Envelope[]; event: SseEvent }

type Listener = (frame: Frame) => void
type Channel = { listeners: Set<Listener>; waiting: Envelope[]; timer: Cancel | null; lastSentMs: number }

/** Carries committed envelopes to the watchers of a run. Without watchers it costs a map look-up. */
export class Hub {
  readonly #channels = new Map<string, Channel>()

  constructor(private readonly clock: Clock) {}

  publish(runId: string, envelopes: readonly Envelope[]): void {
    const channel = this.#channels.get(runId)
    if (channel === undefined) return
    channel.waiting.push(...envelopes)
    if (channel.timer !== null) return
    const frameMs = paced(FRAME_MS, channel.listeners.size)
    const dueMs = Math.max(0, channel.lastSentMs + frameMs - this.clock.now())
    channel.timer = this.clock.after(Math.min(dueMs, frameMs), () => this.#send(channel))
  }

  /** Frames from now on; the function ends it. */
  subscribe(runId: string, listener: Listener): () => void {
    const channel = this.#channels.get(runId) ?? {
      listeners: new Set(),
      waiting: [],
      timer: null,
      lastSentMs: 0,
    }
    this.#channels.set(runId, channel)
    channel.listeners.add(listener)
    return () => {
      channel.listeners.delete(listener)
      if (channel.listeners.size > 0) return
      channel.timer?.()
      this.#channels.delete(runId)
    }
  }

  #send(channel: Channel): void {
    channel.timer = null
    channel.lastSentMs = this.clock.now()
    const frame = frameOf(channel.waiting)
    channel.waiting = []
    if (frame !== null) for (const listener of channel.listeners) listener(frame)
  }
}

/** A frame of these envelopes, or null when there are none. */
export function frameOf(envelopes: readonly Envelope[]): Frame | null {
  const first = envelopes[0]
  const last = envelopes.at(-1)
  if (first === undefined || last === undefined) return null
  return {
    firstSeq: first.seq,
    lastSeq: last.seq,
    envelopes,
    event: { name: 'events', id: last.seq, data: JSON.stringify({ events: envelopes }) },
  }
}
