import { Worker } from 'node:worker_threads'
import { type Cancel, type Clock, every } from '@/lib/core/ports/clock'
import type { Command } from '@/lib/core/ports/sandbox'
import { type CpuMeter, meterOf } from '@/lib/threads/cpu-meter'
import { beats, type FromSandbox, facts, type ToSandbox } from './protocol'

/**
 * How a question to a thread ended. `overran`: it worked for too long. `died`: it ended, or gave no sign of
 * life.
 */
export type ThreadAnswer =
  | { kind: 'rests'; commands: Command[]; taken: number }
  | { kind: 'overran' }
  | { kind: 'died'; message: string }

/** How often a thread at work is looked at. */
const CHECK_MS = 500

/**
 * Times the script's own budget that the thread may work before it is ended from outside: its engine hangs in
 * one step.
 */
const MOST_BUDGETS = 1.4

/**
 * Where nobody tells what a thread has worked: awake time without a sign of life after which it is in doubt.
 */
const SILENT_MS = 60_000

/** One thread for scripts, one after the other. */
export class SandboxThread {
  readonly #worker: Worker
  readonly #signs = new Int32Array(new SharedArrayBuffer(8))
  #meter: CpuMeter | null = null
  #waiting: ((answer: ThreadAnswer) => void) | null = null
  #dead: string | null = null

  constructor(
    entry: string,
    private readonly clock: Clock,
  ) {
    this.#worker = new Worker(entry, {
      workerData: this.#signs,
      // Deep enough that the script's own engine meets its bound first and says so, rather than the thread
      // its end.
      resourceLimits: { maxOldGenerationSizeMb: 1024, stackSizeMb: 16 },
      env: {},
    })
    this.#worker.unref()
    this.#worker.on('message', (message: FromSandbox) => this.#heard(message))
    this.#worker.on('error', (error) => this.#die(error.message))
    this.#worker.on('exit', () => this.#die('its thread ended'))
  }

  get isDead(): boolean {
    return this.#dead !== null
  }

  get isAtWork(): boolean {
    return this.#waiting !== null
  }

  /** Asks the script, within a budget of processor time for each fact. */
  async ask(message: Exclude<ToSandbox, { type: 'stop' }>, budgetMs: number): Promise<ThreadAnswer> {
    if (this.#dead !== null) return { kind: 'died', message: this.#dead }
    const answered = new Promise<ThreadAnswer>((resolve) => {
      this.#waiting = resolve
    })
    this.#worker.postMessage(message)
    const stopLooking = this.#watch(budgetMs)
    try {
      return await answered
    } finally {
      stopLooking()
    }
  }

  /** Lets go of the script; the thread can take another. */
  reset(): void {
    this.#worker.postMessage({ type: 'stop' } satisfies ToSandbox)
  }

  async end(): Promise<void> {
    this.#die('it was ended')
    await this.#worker.terminate()
  }

  /**
   * Ends the question of a thread that hangs in one step of its engine, judged by the thread's processor time
   * where the system reports it.
   */
  #watch(budgetMs: number): Cancel {
    const { awake } = this.clock
    const read = () => ({
      beat: Atomics.load(this.#signs, beats),
      fact: Atomics.load(this.#signs, facts),
      atMs: awake.now(),
      cpuMs: this.#meter?.ms() ?? null,
    })
    let begun = read()
    let alive = begun
    return every(awake, CHECK_MS, () => {
      const now = read()
      if (now.fact !== begun.fact || begun.cpuMs === null) begun = now
      if (now.beat !== alive.beat || now.fact !== alive.fact) alive = now
      if (now.cpuMs !== null && begun.cpuMs !== null) {
        if (now.cpuMs - begun.cpuMs > budgetMs * MOST_BUDGETS) this.#stop({ kind: 'overran' })
      } else if (now.atMs - alive.atMs > SILENT_MS + budgetMs)
        this.#stop({ kind: 'died', message: 'it gave no sign of life' })
    })
  }

  #stop(answer: ThreadAnswer): void {
    this.#answer(answer)
    void this.end()
  }

  #heard(message: FromSandbox): void {
    if (message.type === 'ready') this.#meter = message.file === null ? null : meterOf(message.file)
    else this.#answer({ kind: 'rests', commands: message.commands, taken: message.taken })
  }

  #die(message: string): void {
    this.#dead ??= message
    this.#meter?.close()
    this.#meter = null
    this.#answer({ kind: 'died', message: this.#dead })
  }

  #answer(answer: ThreadAnswer): void {
    const tell = this.#waiting
    this.#waiting = null
    tell?.(answer)
  }
}
