import type { LineMessage, Want } from './line-messages'
import type { LinePorts, Source } from './line-ports'
import { api } from './paths'

/** Tabs that open together are met by one new stream, not by one each. */
const GATHER_MS = 30
/** The server beats every five seconds. */
const SILENCE_MS = 12_000
/** As many agents as the server takes in one watch. */
const MOST_WATCHED = 50

export const wallTopic = 'wall'

/** A want as the leader keeps it: `after` moves with the frames, `isIn` once its tab is sent them. */
type Held = Want & { isIn: boolean }

/** The tab that leads: one stream for what all tabs want, opened anew from the lowest cursor when that changes. */
export class LineLead {
  readonly #wants = new Map<string, Held[]>()
  #source: Source | null = null
  #isOpen = false
  /** Topics on the open stream, and the seq each has come to. */
  #carried = new Map<string, number>()
  #watcher = ''
  #told = new Map<string, string>()
  readonly #rewatching = new Set<string>()
  #attempt = 0
  #cancelWait: (() => void) | null = null
  #heardMs = 0

  constructor(
    private readonly ports: LinePorts,
    private readonly term: number,
    private readonly deliver: (message: LineMessage) => void,
  ) {}

  /** All that a tab wants from now on. True when the tab was not known. */
  want(tab: string, wants: readonly Want[]): boolean {
    const before = this.#wants.get(tab)
    const held = wants.map((want): Held => {
      const known = before?.find(({ id }) => id === want.id)
      return { ...want, after: Math.max(want.after, known?.after ?? 0), isIn: known?.isIn ?? false }
    })
    if (held.length === 0) this.#wants.delete(tab)
    else this.#wants.set(tab, held)
    this.#plan()
    return before === undefined && held.length > 0
  }

  /** A tab that is not there any more wants nothing. */
  forget(tab: string): void {
    if (this.#wants.delete(tab)) this.#plan()
  }

  rewatch(topic: string): void {
    if (!this.#isOpen || !this.#carried.has(topic) || this.#rewatching.has(topic)) return
    this.#rewatching.add(topic)
    // The server forgets how much it has sent of an agent that nobody wants, and begins at 0 when it is wanted again.
    this.ports
      .putWatch(topic, this.#watcher, [])
      .then(() => this.#sendWatch(topic))
      .catch((error: unknown) => console.warn('Live text has a hole.', error))
      .finally(() => this.#rewatching.delete(topic))
  }

  /** Looks whether the stream is still alive; called every few seconds. */
  check(): void {
    if (this.#source !== null && this.ports.awakeMs() - this.#heardMs > SILENCE_MS) this.#fail()
  }

  close(): void {
    this.#cancelWait?.()
    this.#cancelWait = null
    this.#shut()
  }

  get #held(): Held[] {
    return [...this.#wants.values()].flat()
  }

  #plan(): void {
    const needed = new Set(this.#held.map(({ topic }) => topic))
    if (needed.size === 0) this.close()
    // A stream that is waited for takes with it whatever is wanted by then.
    if (needed.size === 0 || this.#cancelWait !== null) return
    const isShort = this.#held.some((want) => !want.isIn && !this.#reaches(want))
    const isWide = [...this.#carried.keys()].some((topic) => !needed.has(topic))
    if (this.#source === null || isShort || isWide) this.#openIn(GATHER_MS)
    else if (this.#isOpen) this.#admit()
  }

  /** Whether everything above a want's cursor is still to come on the open stream. */
  #reaches(want: Want): boolean {
    const at = this.#carried.get(want.topic)
    return at !== undefined && at <= want.after
  }

  #openIn(ms: number): void {
    this.#cancelWait = this.ports.wait(() => {
      this.#cancelWait = null
      this.#open()
    }, ms)
  }

  #open(): void {
    this.#shut()
    for (const { topic, after } of this.#held)
      this.#carried.set(topic, Math.min(after, this.#carried.get(topic) ?? Number.POSITIVE_INFINITY))
    if (this.#carried.size === 0) return
    this.#watcher = `w${Math.floor(this.ports.random() * 1e12).toString(36)}`
    this.#heardMs = this.ports.awakeMs()
    const runs = [...this.#carried].filter(([topic]) => topic !== wallTopic).map(([id, after]) => `${id}~${after}`)
    const wall = this.#carried.has(wallTopic) ? '1' : '0'
    const source = this.ports.openSource(api.stream({ runs: runs.join(), wall, watcher: this.#watcher }))
    this.#source = source
    source.addEventListener('open', () => {
      if (this.#source !== source) return
      this.#attempt = 0
      this.#isOpen = true
      this.#heardMs = this.ports.awakeMs()
      this.#admit()
    })
    source.addEventListener('beat', () => {
      this.#heardMs = this.ports.awakeMs()
      this.#tell({ kind: 'beat', term: this.term }, () => true)
    })
    source.addEventListener('error', () => {
      // The browser would come back with the address it first had; the cursors have moved on since.
      if (this.#source === source) this.#fail()
    })
    for (const topic of this.#carried.keys())
      for (const type of topic === wallTopic ? ['wall'] : ['events', 'pulse', 'end', 'gone'])
        source.addEventListener(`${topic}/${type}`, ({ data, lastEventId }) => {
          if (this.#source === source)
            this.#pass(topic, type, String(data), type === 'events' ? Number(lastEventId) : null)
        })
  }

  #pass(topic: string, type: string, data: string, seq: number | null): void {
    this.#heardMs = this.ports.awakeMs()
    if (seq !== null) {
      this.#carried.set(topic, Math.max(seq, this.#carried.get(topic) ?? 0))
      for (const want of this.#held) if (want.isIn && want.topic === topic) want.after = Math.max(want.after, seq)
    }
    if (type === 'end' || type === 'gone') {
      // Nothing more comes of it, and the stream goes on for the others.
      this.#carried.delete(topic)
      this.#told.delete(topic)
    }
    this.#tell({ kind: 'frame', term: this.term, frame: { topic, type, data, seq } }, (want) => want.topic === topic)
  }

  /** Tells the wants that the open stream reaches that it is theirs now, and sees to those it does not. */
  #admit(): void {
    for (const [tab, wants] of this.#wants) {
      const fresh = wants.filter((want) => !want.isIn && this.#reaches(want))
      if (fresh.length === 0) continue
      for (const want of fresh) want.isIn = true
      const message: LineMessage = { kind: 'opened', term: this.term, tab, ids: fresh.map(({ id }) => id) }
      if (tab === this.ports.tab) this.deliver(message)
      else this.ports.post(message)
    }
    for (const topic of this.#carried.keys())
      if (topic !== wallTopic && (this.#told.get(topic) ?? '') !== this.#watched(topic).join()) this.#sendWatch(topic)
    if (this.#held.some((want) => !want.isIn)) this.#plan()
  }

  #watched(topic: string): string[] {
    const agents = this.#held.filter((want) => want.topic === topic).flatMap((want) => want.agents)
    return [...new Set(agents)].sort().slice(0, MOST_WATCHED)
  }

  #sendWatch(topic: string): void {
    const agents = this.#watched(topic)
    this.#told.set(topic, agents.join())
    // A watch that is lost only costs live text; the transcript still arrives with the commit.
    this.ports
      .putWatch(topic, this.#watcher, agents)
      .catch((error: unknown) => console.warn('Not watching live text.', error))
  }

  #fail(): void {
    this.#shut()
    for (const want of this.#held) want.isIn = false
    this.#attempt += 1
    const bound = Math.min(10_000, 400 * 2 ** Math.min(this.#attempt, 6))
    this.#cancelWait?.()
    this.#openIn(bound / 2 + (this.ports.random() * bound) / 2)
    this.#tell({ kind: 'lost', term: this.term }, () => true)
  }

  #shut(): void {
    this.#source?.close()
    this.#source = null
    this.#isOpen = false
    this.#carried.clear()
    this.#told.clear()
  }

  /** To this tab, and to the others if one of them wants it: a single tab pays nothing for sharing. */
  #tell(message: LineMessage, concerns: (want: Held) => boolean): void {
    const isElsewhere = [...this.#wants].some(([tab, wants]) => tab !== this.ports.tab && wants.some(concerns))
    if (isElsewhere) this.ports.post(message)
    this.deliver(message)
  }
}
