import type { Clock } from '@/lib/core/ports/clock'
import type { JournalStore } from '@/lib/core/ports/journal-store'
import { type Frame, frameOf } from './hub'

/** Envelopes read from the database at a time while a watcher catches up. */
const PAGE = 1000

/** Smaller pages are not kept: whoever came later would read through a long chain of them. */
const KEPT_FROM = 200

/** Pages kept at once, the last used of them: of some 300 kB each. */
const KEPT = 16

/** How long a page is kept: those who were told of a run together open it within seconds. */
const KEPT_MS = 5_000

/** A part of a run's journal. `isShort`: nothing had been committed after it when it was read. */
export type Page = { frame: Frame | null; isShort: boolean }

type Read = { startedAt: number; page: Promise<Page> }

/**
 * The journal for watchers who catch up. Those who ask for the same page share one reading and one encoding: two
 * hundred people who open a run together cost the database what one does.
 */
export class Backlog {
  /** By run and cursor, the last used at the end. A journal only grows, so a page stays true. */
  readonly #reads = new Map<string, Read>()
  #started = 0

  constructor(
    private readonly journal: Pick<JournalStore, 'readJournal'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Everything above `after`, page by page. It ends with a short page whose reading started after this call, so
   * nothing is missing between it and frames that the caller has been collecting since. Rejects as the store does.
   */
  async *pages(runId: string, after: number): AsyncGenerator<Frame> {
    const calledAt = this.#started
    let cursor = after
    for (;;) {
      const { startedAt, page } = this.#read(runId, cursor)
      const { frame, isShort } = await page
      if (frame !== null) {
        cursor = frame.lastSeq
        yield frame
      }
      if (isShort && startedAt > calledAt) return
    }
  }

  #read(runId: string, after: number): Read {
    const key = `${runId}:${after}`
    const before = this.#reads.get(key)
    if (before !== undefined) {
      this.#reads.delete(key)
      this.#reads.set(key, before)
      return before
    }
    this.#started += 1
    const read = { startedAt: this.#started, page: this.#load(runId, after) }
    this.#reads.set(key, read)
    const forget = () => {
      if (this.#reads.get(key) === read) this.#reads.delete(key)
    }
    read.page.then(({ frame }) => {
      if (frame === null || frame.envelopes.length < KEPT_FROM) return forget()
      this.clock.after(KEPT_MS, forget)
      for (const longUnused of [...this.#reads.keys()].slice(0, -KEPT)) this.#reads.delete(longUnused)
    }, forget)
    return read
  }

  async #load(runId: string, after: number): Promise<Page> {
    const envelopes = await this.journal.readJournal(runId, after, PAGE)
    return { frame: frameOf(envelopes), isShort: envelopes.length < PAGE }
  }
}
