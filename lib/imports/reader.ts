import { type Asked, type Asker, createPool, type PoolOptions } from '@/lib/threads/pool'
import type { FoundRuns } from './claude/find-runs'
import type { ReadAgents } from './claude/read-agents'
import type { ClaudePlace, ClaudeRun } from './claude-run'
import type { ImportAnswer, ImportCall } from './protocol'

/** What was read, or why not: the part of a sentence. */
export type Read<T> = { ok: true; value: T } | { ok: false; reason: string }

/** Reads runs of other programs from their folders, in threads that can be ended. */
export type ImportReader = {
  find(folder: string, most: number, asker: Asker): Promise<Read<FoundRuns>>
  open(folder: string, place: ClaudePlace, asker: Asker): Promise<Read<ClaudeRun>>
  readAgents(
    folder: string,
    place: ClaudePlace,
    agents: readonly string[],
    asker: Asker,
  ): Promise<Read<ReadAgents>>
  close(): Promise<void>
}

/** Opens the threads; they start when something is first read. */
export function openImportReader(options: Pick<PoolOptions, 'entry' | 'awake' | 'mostMs'>): ImportReader {
  const pool = createPool<ImportCall, ImportAnswer>({
    ...options,
    threads: 2,
    sentences: {
      failed: (why) => `it could not be read (${why})`,
      ended: () => 'it took too much memory to read',
      notStarted: 'the thread that reads it did not start',
      tooLong: `it took more than ${options.mostMs / 1000} seconds to read`,
    },
  })
  return {
    find: async (folder, most, asker) =>
      answered(await pool.ask({ kind: 'find', folder, most }, asker), (answer) =>
        answer.kind === 'found' ? answer.found : null,
      ),
    open: async (folder, place, asker) =>
      answered(await pool.ask({ kind: 'open', folder, place }, asker), (answer) =>
        answer.kind === 'opened' ? answer.run : null,
      ),
    readAgents: async (folder, place, agents, asker) =>
      answered(await pool.ask({ kind: 'read', folder, place, agents }, asker), (answer) =>
        answer.kind === 'agents' ? answer.read : null,
      ),
    close: () => pool.close(),
  }
}

function answered<T>(asked: Asked<ImportAnswer>, read: (answer: ImportAnswer) => T | null): Read<T> {
  if (!asked.ok) return { ok: false, reason: asked.reason }
  const value = read(asked.answer)
  if (value !== null) return { ok: true, value }
  const reason = asked.answer.kind === 'unreadable' ? asked.answer.why : 'it gave the answer of another call'
  return { ok: false, reason }
}
