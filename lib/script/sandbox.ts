import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { Delivery, Sandbox, SandboxAnswer, SandboxStart } from '@/lib/core/ports/sandbox'
import { overrun, type ToSandbox } from './protocol'
import { SandboxThread, type ThreadAnswer } from './sandbox-thread'

/** Starting a thread costs a quarter of a second of processor time, and keeping one its memory. */
const SPARE_THREADS = 2

/** Threads that begin at once: a restart takes open runs up a few at a time. */
const BEGINNING_AT_ONCE = 2

/**
 * A script that has waited for so long may give its thread to another, and is led up to here again when it
 * goes on.
 */
const LONG_WAIT_MS = 60_000

/** Facts beyond which leading a script up to here again costs more than its thread does. */
const MOST_REPLAYED = 5_000

/** Threads that may die at one fact before somebody has to look at it. */
const MOST_DEATHS = 3

/** Opens sandboxes, each in a thread of its own while it runs. */
export type Sandboxes = {
  /**
   * Whatever goes wrong inside (endless loop, memory) comes back as a `throw` command, never as an exception.
   */
  open(settings: SandboxStart): Sandbox
  /** Threads that hold a script now. */
  readonly held: number
  /** Ends the threads that wait for a next script. */
  close(): Promise<void>
}

type Options = {
  entry: string
  clock: Clock
  mostThreads: number
  /** Threads kept for the next script. */
  spareThreads?: number
}

/**
 * Leases a bounded number of threads; when one is needed, the sandbox that has been idle longest gives its
 * thread up.
 */
class Threads {
  readonly #spare: SandboxThread[] = []
  readonly #waiting: (() => void)[] = []
  readonly #parkable = new Set<() => Promise<void>>()
  #held = 0
  #beginning = 0
  #isClosed = false

  constructor(private readonly options: Options) {}

  get held(): number {
    return this.#held
  }

  /** A thread, once there is room for one more. */
  async take(onWait: () => void): Promise<SandboxThread> {
    let isTold = false
    while (this.#held >= this.options.mostThreads || this.#beginning >= BEGINNING_AT_ONCE) {
      const [longest] = this.#held >= this.options.mostThreads ? this.#parkable : []
      if (longest !== undefined) {
        this.#parkable.delete(longest)
        await longest()
        continue
      }
      if (this.#held >= this.options.mostThreads && !isTold) {
        isTold = true
        onWait()
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#held += 1
    this.#beginning += 1
    for (let spare = this.#spare.pop(); spare !== undefined; spare = this.#spare.pop())
      if (!spare.isDead) return spare
    return new SandboxThread(this.options.entry, this.options.clock)
  }

  /** It has been led to where it goes on from. */
  begun(): void {
    this.#beginning -= 1
    this.#next()
  }

  async giveBack(thread: SandboxThread): Promise<void> {
    this.#held -= 1
    this.#next()
    if (thread.isDead || thread.isAtWork || this.#isClosed || this.#isFull()) {
      await thread.end()
      return
    }
    thread.reset()
    this.#spare.push(thread)
  }

  /** Says that a script waits, and how its thread can be had; the result takes that back. */
  offer(park: () => Promise<void>): Cancel {
    this.#parkable.add(park)
    if (this.#held >= this.options.mostThreads) this.#next()
    return () => void this.#parkable.delete(park)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#spare.splice(0).map((thread) => thread.end()))
  }

  #isFull(): boolean {
    return this.#spare.length >= (this.options.spareThreads ?? SPARE_THREADS)
  }

  #next(): void {
    this.#waiting.shift()?.()
  }
}

/**
 * Sandboxes from the bundled worker at `entry`. At most `mostThreads` scripts have a thread at once; others
 * wait for one. A script whose thread dies, or was given to another, is led through what it was told in a new
 * one.
 */
export function createSandboxes(options: Options): Sandboxes {
  const threads = new Threads(options)
  return {
    open: (settings) => new ReplayedSandbox(threads, options.clock, settings),
    get held() {
      return threads.held
    },
    close: () => threads.close(),
  }
}

/**
 * A script and everything it was told: it outlives its threads, since the same facts lead it to the same
 * place.
 */
class ReplayedSandbox implements Sandbox {
  #thread: SandboxThread | null = null
  readonly #told: Delivery[] = []
  #hasStarted = false
  #isClosed = false
  #deaths = 0
  #cancelWait: Cancel = () => {}
  #leaving: Promise<void> = Promise.resolve()

  constructor(
    private readonly threads: Threads,
    private readonly clock: Clock,
    private readonly settings: SandboxStart,
  ) {}

  start(onWait: () => void = () => {}): Promise<SandboxAnswer> {
    return this.#ask(
      async (thread, first) => first ?? (await this.#question(thread, startOf(this.settings, []))),
      onWait,
    )
  }

  async deliver(facts: readonly Delivery[]): Promise<SandboxAnswer> {
    const answer = await this.#ask(
      (thread) => this.#question(thread, { type: 'facts', facts }),
      () => {},
    )
    if (answer.kind === 'rests') this.#told.push(...facts.slice(0, answer.taken))
    return answer
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelWait()
    await this.#leaving
    await this.#leave()
  }

  /**
   * Asks until a thread answers or too many have died at it. A thread is had, and led up to here, where there
   * is none.
   */
  async #ask(
    question: (thread: SandboxThread, first: ThreadAnswer | null) => Promise<ThreadAnswer>,
    onWait: () => void,
  ): Promise<SandboxAnswer> {
    this.#cancelWait()
    await this.#leaving
    for (;;) {
      const led = this.#thread === null ? await this.#begin(onWait) : null
      if (this.#isClosed) return this.#ended()
      const isLed = led === null || led.kind === 'rests'
      const answer = isLed && this.#thread !== null ? await question(this.#thread, led) : (led ?? noThread)
      if (this.#isClosed) return this.#ended()
      if (answer.kind === 'rests') {
        this.#deaths = 0
        this.#hasStarted = true
        this.#waitFrom()
        return answer
      }
      await this.#leave()
      if (answer.kind === 'overran') return threw(overrun(this.settings.limits.cpuMs))
      this.#deaths += 1
      if (this.#deaths < MOST_DEATHS) continue
      this.#deaths = 0
      return { kind: 'died', message: answer.message }
    }
  }

  /** Closed meanwhile: a thread that came late is given back. */
  async #ended(): Promise<SandboxAnswer> {
    await this.#leave()
    return threw("The script's sandbox was ended")
  }

  /** Has a thread and leads the script to where it was. The answer to a first start is what it asked for. */
  async #begin(onWait: () => void): Promise<ThreadAnswer | null> {
    const thread = await this.threads.take(onWait)
    this.#thread = thread
    try {
      if (this.#isClosed) return null
      return await this.#question(thread, startOf(this.settings, this.#told))
    } finally {
      this.threads.begun()
    }
  }

  #question(thread: SandboxThread, message: Exclude<ToSandbox, { type: 'stop' }>): Promise<ThreadAnswer> {
    return thread.ask(message, this.settings.limits.cpuMs)
  }

  /**
   * From now on it waits: after a while anybody may have its thread, and after a longer one it is given up.
   */
  #waitFrom(): void {
    if (!this.#hasStarted || this.#told.length > MOST_REPLAYED) return
    const withdraw = this.threads.offer(() => this.#park())
    const cancel = this.clock.awake.after(LONG_WAIT_MS, () => {
      withdraw()
      this.#park().catch(() => {})
    })
    this.#cancelWait = () => {
      withdraw()
      cancel()
    }
  }

  #park(): Promise<void> {
    this.#cancelWait()
    this.#leaving = this.#leave()
    return this.#leaving
  }

  async #leave(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    if (thread !== null) await this.threads.giveBack(thread)
  }
}

const noThread: ThreadAnswer = { kind: 'died', message: 'it had no thread' }

function startOf(start: SandboxStart, told: readonly Delivery[]): Exclude<ToSandbox, { type: 'stop' }> {
  return { type: 'start', start, told }
}

function threw(message: string): SandboxAnswer {
  return { kind: 'rests', commands: [{ do: 'throw', message, line: null, column: null }], taken: 0 }
}
