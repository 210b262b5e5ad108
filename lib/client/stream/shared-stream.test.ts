import { describe, expect, it } from 'vitest'
import { createSharedStream, type OpenStream, type TopicStream } from './shared-stream'
import type { SharedStreamMessage } from './shared-stream-messages'
import type { SharedStreamPorts, Source } from './shared-stream-ports'

type Heard = { status: string; seqs: number[]; texts: string[]; ends: number }
type Waiter = { tab: string; onAcquired: () => void; onLost: () => void }

/** A browser with tabs, locks and a channel, and a server behind it that numbers what it sends. */
class Browser {
  nowMs = 1_000
  readonly journals = new Map<string, number>()
  readonly sources: {
    url: URL
    isOpen: boolean
    emit: (type: string, data?: string, id?: string) => void
  }[] = []
  readonly watches: string[] = []
  isServerAway = false
  readonly #tabs = new Map<
    string,
    { receive: (raw: unknown) => void; tick: () => void; away: () => void; back: () => void }
  >()
  readonly #gone = new Map<string, (() => void)[]>()
  /** What a frozen tab finds when it wakes, in order, as a browser keeps it. */
  readonly #frozen = new Map<string, (() => void)[]>()
  #holder: Waiter | null = null
  #queue: Waiter[] = []
  #waits: (() => void)[] = []

  tab(name: string): OpenStream {
    const hooks = { receive: (_raw: unknown) => {}, tick: () => {}, away: () => {}, back: () => {} }
    this.#tabs.set(name, hooks)
    const ports: SharedStreamPorts = {
      tab: name,
      acquireLeaderLock: (isStealing, onAcquired, onLost) => {
        const waiter: Waiter = { tab: name, onAcquired, onLost }
        const former = this.#holder
        if (isStealing) {
          this.#holder = waiter
          if (former !== null) this.#in(former.tab, former.onLost)
          onAcquired()
        } else {
          this.#queue.push(waiter)
          this.#serve()
        }
        return () => this.#release(waiter)
      },
      onTabGone: (tab, callback) => void this.#gone.set(tab, [...(this.#gone.get(tab) ?? []), callback]),
      post: (message: SharedStreamMessage) => {
        if (this.#frozen.has(name)) return
        for (const [other, { receive }] of this.#tabs)
          if (other !== name) this.#in(other, () => receive(message))
      },
      listen: (receive) => {
        hooks.receive = receive
      },
      openSource: (url) => this.#open(name, url),
      putWatch: async (runId, _watcher, agents) => void this.watches.push(`${runId}: ${agents.join()}`),
      wait: (callback) => {
        let isOff = false
        this.#waits.push(() => {
          if (!isOff && this.#tabs.has(name) && !this.#frozen.has(name)) callback()
        })
        return () => {
          isOff = true
        }
      },
      every: (callback) => {
        hooks.tick = callback
      },
      onAway: (callback) => {
        hooks.away = callback
      },
      onBack: (callback) => {
        hooks.back = callback
      },
      nowMs: () => this.nowMs,
      awakeMs: () => this.nowMs,
      random: () => 0.5,
    }
    return createSharedStream(ports)
  }

  /** Lets everything that waits for time happen. */
  settle(): void {
    for (let round = 0; round < 5; round++) for (const due of this.#waits.splice(0)) due()
  }

  /** The tab's process is gone: its locks are free and its sockets closed, and it has said nothing. */
  kill(name: string): void {
    this.#tabs.delete(name)
    for (const source of this.sources) if (source.url.hash === `#${name}`) source.isOpen = false
    for (const callback of this.#gone.get(name) ?? []) callback()
    this.#queue = this.#queue.filter(({ tab }) => tab !== name)
    if (this.#holder?.tab !== name) return
    this.#holder = null
    this.#serve()
  }

  freeze(name: string): void {
    this.#frozen.set(name, [])
  }

  thaw(name: string): void {
    const kept = this.#frozen.get(name) ?? []
    this.#frozen.delete(name)
    for (const happen of kept) happen()
  }

  putAway(name: string): void {
    this.#tabs.get(name)?.away()
    this.freeze(name)
  }

  bringBack(name: string): void {
    this.thaw(name)
    this.#tabs.get(name)?.back()
  }

  pass(ms: number): void {
    this.nowMs += ms
    for (const [name, { tick }] of this.#tabs) if (!this.#frozen.has(name)) tick()
    this.settle()
  }

  /** Something that no tab of this version would say. */
  shout(raw: unknown): void {
    for (const { receive } of this.#tabs.values()) receive(raw)
  }

  /** The run moves on by one event, and the server tells its followers. */
  move(run: string): void {
    const seq = (this.journals.get(run) ?? 0) + 1
    this.journals.set(run, seq)
    for (const source of this.open) this.#send(source, run, seq)
  }

  end(run: string): void {
    for (const source of this.open) source.emit(`${run}/end`, '{}')
  }

  get open() {
    return this.sources.filter((source) => source.isOpen)
  }

  fail(): void {
    for (const source of this.open) source.emit('error')
  }

  #send(source: Browser['sources'][number], run: string, seq: number): void {
    if (cursorsOf(source.url).has(run)) source.emit(`${run}/events`, String(seq), String(seq))
  }

  #open(tab: string, address: string): Source {
    const url = new URL(`http://x${address}#${tab}`)
    const listeners = new Map<string, (event: { data?: unknown; lastEventId?: string }) => void>()
    const source = {
      url,
      isOpen: true,
      emit: (type: string, data = '', lastEventId = '') => {
        if (this.#tabs.has(tab)) this.#in(tab, () => listeners.get(type)?.({ data, lastEventId }))
      },
    }
    this.sources.push(source)
    this.#waits.push(() => {
      if (!source.isOpen) return
      if (this.isServerAway) return source.emit('error')
      source.emit('open')
      for (const [run, after] of cursorsOf(url))
        for (let seq = after + 1; seq <= (this.journals.get(run) ?? 0); seq++) this.#send(source, run, seq)
    })
    return {
      addEventListener: (type, listener) => listeners.set(type, listener),
      close: () => {
        source.isOpen = false
      },
    }
  }

  #in(tab: string, happen: () => void): void {
    const kept = this.#frozen.get(tab)
    if (kept === undefined) happen()
    else kept.push(happen)
  }

  #release(waiter: Waiter): void {
    this.#queue = this.#queue.filter((one) => one !== waiter)
    if (this.#holder !== waiter) return
    this.#holder = null
    this.#serve()
  }

  #serve(): void {
    const next = this.#holder === null ? this.#queue.shift() : undefined
    if (next === undefined) return
    this.#holder = next
    next.onAcquired()
  }
}

function cursorsOf(url: URL): Map<string, number> {
  const pairs = (url.searchParams.get('runs') ?? '').split(',').filter(Boolean)
  return new Map(pairs.map((pair) => [pair.split('~')[0] ?? '', Number(pair.split('~')[1])]))
}

/** A view that folds as a run's store does: what it has already is dropped, and a hole is an error. */
function view(
  open: OpenStream,
  topic: string,
  after = 0,
  agents: string[] = [],
): Heard & { stream: TopicStream } {
  const stream = open(topic, after, agents)
  const heard: Heard & { stream: TopicStream } = {
    status: 'connecting',
    seqs: [],
    texts: [],
    ends: 0,
    stream,
  }
  stream.addEventListener('open', () => {
    heard.status = 'live'
  })
  stream.addEventListener('lost', () => {
    heard.status = 'reconnecting'
  })
  stream.addEventListener('events', ({ data }) => {
    const seq = Number(data)
    const last = heard.seqs.at(-1) ?? after
    if (seq <= last) return
    if (seq !== last + 1) throw new Error(`${topic}: ${seq} after ${last}`)
    heard.seqs.push(seq)
  })
  stream.addEventListener('pulse', ({ data }) => heard.texts.push(String(data)))
  stream.addEventListener('end', () => {
    heard.ends += 1
    stream.close()
  })
  return heard
}

function eightTabs(topic: (at: number) => string) {
  const browser = new Browser()
  const views = Array.from({ length: 8 }, (_, at) => view(browser.tab(`tab${at}`), topic(at)))
  browser.settle()
  return { browser, views }
}

const statuses = (views: Heard[]) => [...new Set(views.map(({ status }) => status))]

describe('the stream that tabs share', () => {
  it('keeps eight tabs of one run live with one stream', () => {
    const { browser, views } = eightTabs(() => 'r')
    browser.move('r')
    browser.move('r')
    expect(browser.open).toHaveLength(1)
    expect(statuses(views)).toEqual(['live'])
    expect(views.map(({ seqs }) => seqs)).toEqual(views.map(() => [1, 2]))
  })

  it('keeps eight tabs of eight runs live with one stream', () => {
    const { browser, views } = eightTabs((at) => `r${at}`)
    for (let at = 0; at < 8; at++) browser.move(`r${at}`)
    expect(browser.open).toHaveLength(1)
    expect(statuses(views)).toEqual(['live'])
    expect(views.map(({ seqs }) => seqs)).toEqual(views.map(() => [1]))
  })

  it('goes on with the next tab when the one that leads is killed, from where each tab stands', () => {
    const { browser, views } = eightTabs(() => 'r')
    browser.move('r')
    for (let at = 0; at < 7; at++) {
      browser.kill(`tab${at}`)
      // What happens while nobody is connected is caught up with.
      browser.journals.set('r', (browser.journals.get('r') ?? 0) + 1)
      browser.settle()
      browser.move('r')
    }
    expect(views[7]?.seqs).toEqual(Array.from({ length: 15 }, (_, at) => at + 1))
    expect(browser.open).toHaveLength(1)
  })

  it('gives a tab that comes later everything above its own cursor, and the others nothing twice', () => {
    const browser = new Browser()
    browser.journals.set('r', 5)
    const first = view(browser.tab('a'), 'r', 5)
    browser.settle()
    browser.move('r')
    browser.move('r')
    const late = view(browser.tab('b'), 'r', 6)
    const later = view(browser.tab('c'), 'r', 7)
    browser.settle()
    browser.move('r')
    expect([first.seqs, late.seqs, later.seqs]).toEqual([[6, 7, 8], [7, 8], [8]])
  })

  it('opens no new stream for a tab that the open one reaches', () => {
    const browser = new Browser()
    view(browser.tab('a'), 'r')
    browser.settle()
    browser.move('r')
    view(browser.tab('b'), 'r', 1)
    browser.settle()
    expect(browser.sources).toHaveLength(1)
  })

  it('is taken from a leader that is silent, and a leader that wakes again follows', () => {
    const { browser, views } = eightTabs(() => 'r')
    browser.move('r')
    browser.freeze('tab0')
    browser.move('r')
    browser.pass(21_000)
    browser.move('r')
    expect(views.slice(1).map(({ seqs }) => seqs)).toEqual(Array.from({ length: 7 }, () => [1, 2, 3]))
    browser.thaw('tab0')
    browser.move('r')
    browser.settle()
    browser.move('r')
    expect(views.map(({ seqs }) => seqs)).toEqual(views.map(() => [1, 2, 3, 4, 5]))
    expect(browser.open).toHaveLength(1)
  })

  it('is handed over by a page that is put away, which comes back as one of the others', () => {
    const { browser, views } = eightTabs(() => 'r')
    browser.putAway('tab0')
    browser.settle()
    browser.move('r')
    expect(views[3]?.seqs).toEqual([1])
    browser.bringBack('tab0')
    browser.settle()
    expect(views[0]?.seqs).toEqual([1])
    expect(statuses(views)).toEqual(['live'])
  })

  it('says in every tab that the connection is away, and that it is back', () => {
    const { browser, views } = eightTabs((at) => `r${at % 3}`)
    browser.isServerAway = true
    browser.fail()
    expect(statuses(views)).toEqual(['reconnecting'])
    browser.settle()
    browser.isServerAway = false
    browser.journals.set('r1', 4)
    browser.settle()
    expect(statuses(views)).toEqual(['live'])
    expect(views[1]?.seqs).toEqual([1, 2, 3, 4])
  })

  it('believes in no stream that does not beat', () => {
    const { browser, views } = eightTabs(() => 'r')
    browser.pass(13_000)
    expect(browser.sources.length).toBeGreaterThan(1)
    expect(browser.open).toHaveLength(1)
    expect(statuses(views)).toEqual(['live'])
  })

  it('asks for the live text that any of its tabs shows, and no longer for that of a closed one', () => {
    const browser = new Browser()
    const a = view(browser.tab('a'), 'r', 0, ['x'])
    const b = view(browser.tab('b'), 'r')
    browser.settle()
    b.stream.watch(['y', 'x'])
    expect(browser.watches.at(-1)).toBe('r: x,y')
    browser.open[0]?.emit('r/pulse', 'text')
    expect([a.texts, b.texts]).toEqual([['text'], ['text']])
    browser.kill('b')
    expect(browser.watches.at(-1)).toBe('r: x')
  })

  it('asks for a text with a hole in it from its beginning', async () => {
    const browser = new Browser()
    view(browser.tab('a'), 'r')
    const b = view(browser.tab('b'), 'r', 0, ['y'])
    browser.settle()
    browser.watches.length = 0
    b.stream.rewatch()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(browser.watches).toEqual(['r: ', 'r: y'])
  })

  it('lets a run end in every tab without touching the others, and closes when nobody subscribes to anything', () => {
    const { browser, views } = eightTabs((at) => `r${at % 2}`)
    browser.end('r0')
    expect(views.map(({ ends }) => ends)).toEqual([1, 0, 1, 0, 1, 0, 1, 0])
    browser.settle()
    expect(browser.sources.at(-1)).toBe(browser.open[0])
    browser.move('r1')
    expect(views[7]?.seqs).toEqual([1])
    browser.end('r1')
    browser.settle()
    expect(browser.open).toHaveLength(0)
  })

  it('carries the overview beside the runs', () => {
    const browser = new Browser()
    const overviews: string[] = []
    view(browser.tab('a'), 'r')
    const open = browser.tab('b')
    open('overview', 0, []).addEventListener('overview', ({ data }) => overviews.push(String(data)))
    browser.settle()
    expect(browser.open.map(({ url }) => url.searchParams.get('overview'))).toEqual(['1'])
    browser.open[0]?.emit('overview/overview', 'frame')
    expect(overviews).toEqual(['frame'])
  })

  it('takes no notice of what it does not understand', () => {
    const { browser, views } = eightTabs(() => 'r')
    for (const rubbish of [
      null,
      'leader',
      { kind: 'leader' },
      { kind: 'frame', term: 1e15, frame: 7 },
      { kind: 'subscribe' },
    ])
      browser.shout(rubbish)
    browser.move('r')
    expect(views.map(({ seqs }) => seqs)).toEqual(views.map(() => [1]))
  })
})
