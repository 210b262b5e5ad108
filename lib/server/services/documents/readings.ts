import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import { parseJson } from '@/lib/core/base/json'
import type { Readings } from '@/lib/engine/context/ports'

/** A reading that is open at a start is one over which the process died. */
const noteSchema = z.object({
  runId: z.string(),
  what: z.string(),
  deaths: z.number().int().nonnegative(),
  isOpen: z.boolean(),
})
type Note = z.infer<typeof noteSchema>

/** Readings known at once; a folder with more holds something else. */
const MOST_NOTES = 10_000

/**
 * Notes of what runs read, one small file each in the data folder. They are written before a reading begins
 * and taken away after it: no database is needed to know over what a process died, and none that is locked is
 * in the way.
 */
export class ReadingNotes implements Readings {
  readonly #died: Map<string, Note>
  readonly #open = new Set<string>()

  constructor(
    private readonly folder: string,
    private readonly digest: (text: string) => string,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#died = new Map(notesIn(folder).map(({ path, note }) => [path, note]))
    for (const [path, note] of this.#died) {
      if (!note.isOpen) continue
      const counted = { ...note, deaths: note.deaths + 1, isOpen: false }
      this.#died.set(path, counted)
      write(path, counted)
    }
  }

  /** Does something that reads, and has it noted meanwhile. */
  async during<T>(runId: string, what: string, read: () => Promise<T>): Promise<T> {
    const path = join(this.folder, `${this.digest(`${runId}\n${what}`).slice(0, 32)}.json`)
    const deaths = this.#died.get(path)?.deaths ?? 0
    write(path, { runId, what: cutText(what, 500), deaths, isOpen: true })
    this.#open.add(path)
    try {
      return await read()
    } finally {
      // The reading finished, with or without an error: it did not take the process down.
      this.#died.delete(path)
      this.#open.delete(path)
      rmSync(path, { force: true })
    }
  }

  /** The process ends by itself: what is being read now is not what it dies of. */
  close(): void {
    for (const path of this.#open) rmSync(path, { force: true })
  }

  diedOver(runId: string): { what: string; times: number } | null {
    const own = [...this.#died.values()].filter((note) => note.runId === runId)
    const [worst] = own.sort((a, b) => b.deaths - a.deaths)
    return worst === undefined ? null : { what: worst.what, times: worst.deaths }
  }

  forget(runId: string): void {
    for (const [path, note] of this.#died) {
      if (note.runId !== runId) continue
      this.#died.delete(path)
      rmSync(path, { force: true })
    }
  }

  /** Forgets what runs read that are open no more. */
  keep(runIds: ReadonlySet<string>): void {
    for (const { runId } of [...this.#died.values()]) if (!runIds.has(runId)) this.forget(runId)
  }
}

function notesIn(folder: string): { path: string; note: Note }[] {
  return readdirSync(folder)
    .slice(0, MOST_NOTES)
    .flatMap((name) => {
      const path = join(folder, name)
      const { data } = noteSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
      if (data !== undefined) return [{ path, note: data }]
      // Cut off while it was written: the reading had not begun.
      rmSync(path, { force: true })
      return []
    })
}

function write(path: string, note: Note): void {
  writeFileSync(path, JSON.stringify(note), { mode: 0o600 })
}
