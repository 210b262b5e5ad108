import type { PulseFrame } from '@/lib/api/stream'
import { type Cancel, type Clock, every } from '@/lib/core/ports/clock'
import type { JournalStore } from '@/lib/core/ports/journal-store'
import type { RunStore } from '@/lib/core/ports/run-store'
import type { ActiveRun } from '@/lib/engine/context/active-run'
import { Backlog } from './backlog'
import type { Sink, SseEvent } from './event-sink'
import { type Frame, frameOf, type Hub, paced } from './hub'
import { PULSE_MS, Pulse, type Sent, unsentText } from './pulse'

type Watcher = {
  id: string
  watched: Set<string>
  sent: Map<string, Sent>
  sink: Sink
}

/** What the tail reads from. */
export type TailSources = {
  store: JournalStore & RunStore
  hub: Hub
  active(runId: string): ActiveRun | null
  clock: Clock
  report(error: unknown): void
}

/** The streams of runs: backlog from the database, then live frames, both under one cursor. */
export class Tails {
  readonly #watchers = new Map<string, Set<Watcher>>()
  readonly #pulses = new Map<string, Cancel>()

  readonly #backlog: Backlog

  constructor(private readonly sources: TailSources) {
    this.#backlog = new Backlog(sources.store, sources.clock)
  }

  /** Sends everything above `after` to a sink, and what follows until the run ends or the watcher leaves. */
  follow(
    runId: string,
    after: number,
    watch: { id: string; agents: readonly string[] },
    sink: Sink,
  ): () => void {
    const watcher: Watcher = { id: watch.id, watched: new Set(watch.agents), sent: new Map(), sink }
    const early: Frame[] = []
    let cursor = after
    let isLive = false
    const send = (frame: Frame) => {
      if (frame.lastSeq <= cursor) return
      const rest =
        frame.firstSeq > cursor ? frame : frameOf(frame.envelopes.filter(({ seq }) => seq > cursor))
      if (rest === null) return
      cursor = rest.lastSeq
      sink.send(rest.event)
      if (rest.envelopes.some(({ event }) => event.type === 'run.ended')) end(sink, cursor)
    }
    const unsubscribe = this.sources.hub.subscribe(runId, (frame) =>
      isLive ? send(frame) : early.push(frame),
    )
    const catchUp = async () => {
      for await (const frame of this.#backlog.pages(runId, cursor)) {
        send(frame)
        if (!sink.isOpen) break
      }
      isLive = true
      for (const frame of early.splice(0)) send(frame)
      // A run that had already ended sends nothing more, so a watcher that is up to date gets its end here.
      if (sink.isOpen && this.sources.active(runId) === null) await this.#endIfOver(runId, cursor, sink)
    }
    catchUp().catch((error) => {
      this.sources.report(error)
      sink.close()
    })
    this.#add(runId, watcher)
    return () => {
      unsubscribe()
      this.#remove(runId, watcher)
    }
  }

  /** Changes whose text a watcher gets. False when there is no such watcher. */
  watch(runId: string, watcherId: string, agents: readonly string[]): boolean {
    const watcher = [...(this.#watchers.get(runId) ?? [])].find(({ id }) => id === watcherId)
    if (watcher === undefined) return false
    watcher.watched = new Set(agents)
    for (const id of watcher.sent.keys()) if (!watcher.watched.has(id)) watcher.sent.delete(id)
    return true
  }

  get count(): number {
    return [...this.#watchers.values()].reduce((sum, watchers) => sum + watchers.size, 0)
  }

  async #endIfOver(runId: string, cursor: number, sink: Sink): Promise<void> {
    const head = await this.sources.store.loadHead(runId)
    if (head === null || (head.run.endedAt !== null && head.seq <= cursor)) end(sink, cursor)
  }

  #add(runId: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(runId) ?? new Set()
    watchers.add(watcher)
    this.#watchers.set(runId, watchers)
    if (!this.#pulses.has(runId)) this.#startPulse(runId)
  }

  #remove(runId: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(runId)
    watchers?.delete(watcher)
    if (watchers === undefined || watchers.size > 0) return
    this.#watchers.delete(runId)
    this.#pulses.get(runId)?.()
    this.#pulses.delete(runId)
  }

  #startPulse(runId: string): void {
    let pulse: Pulse | null = null
    let of: ActiveRun | null = null
    let lastMs = Number.NEGATIVE_INFINITY
    const { clock } = this.sources
    const beat = () => {
      const run = this.sources.active(runId)
      if (run === null) return
      // A beat may come a little early or late of the last one; only whole ones are left out.
      const dueMs = lastMs + paced(PULSE_MS, this.#watchers.get(runId)?.size ?? 0) - PULSE_MS / 2
      if (clock.now() < dueMs && clock.now() >= lastMs) return
      lastMs = clock.now()
      if (pulse === null || of !== run) {
        pulse = new Pulse(run, clock.now)
        of = run
      }
      this.#beat(run, pulse)
    }
    this.#pulses.set(runId, every(clock, PULSE_MS, beat))
  }

  #beat(run: ActiveRun, pulse: Pulse): void {
    const common = pulse.read()
    const head = JSON.stringify(common ?? { agents: [], tokensPerSecond: 0 }).slice(1, -1)
    const withoutText: SseEvent = { name: 'pulse', data: `{${head},"text":[]}` }
    for (const watcher of this.#watchers.get(run.id) ?? []) {
      const text: PulseFrame['text'] =
        watcher.watched.size === 0 ? [] : unsentText(run, watcher.watched, watcher.sent)
      if (common === null && text.length === 0) continue
      watcher.sink.send(
        text.length === 0 ? withoutText : { name: 'pulse', data: `{${head},"text":${JSON.stringify(text)}}` },
      )
    }
  }
}

function end(sink: Sink, seq: number): void {
  sink.send({ name: 'end', data: JSON.stringify({ seq }) })
  sink.close()
}
