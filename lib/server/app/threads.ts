import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@/lib/core/ports/clock'
import { type ImportReader, openImportReader } from '@/lib/imports/reader'
import type { Processes } from '@/lib/processes/processes'
import { openStarter } from '@/lib/processes/starter'
import { createSandboxes, type Sandboxes } from '@/lib/script/sandbox'
import { openReadingThreads, type ReadingThreads } from '../services/documents/reading-threads'
import { openUntrustedReader, type UntrustedReader } from '../services/untrusted-reader'
import { createFolderReaders, type FolderReaders } from './reading/folder-readers'

/**
 * Threads that know nothing of a run or a database: those of scripts, and those that read untrusted text, uploads,
 * pages and files of other programs; the processes that read folders, and the one that starts others.
 */
export type AppThreads = {
  sandboxes: Sandboxes
  untrusted: UntrustedReader
  reading: ReadingThreads
  imports: ImportReader
  readers: FolderReaders
  processes: Processes
  close(): Promise<void>
}

/** Processor time that reading one untrusted text may take. */
const UNTRUSTED_MS = 5_000

/** Processor time that reading one upload or page may take: a long PDF takes seconds. */
const READING_MS = 60_000

/** Processor time that reading some files of an imported run may take. */
const IMPORT_MS = 60_000

/**
 * Threads start when they are needed. `installDir`: where `dist` is. `spareThreads`: how many are kept for the
 * next scripts, the sandboxes' own number when left out.
 */
export function openThreads(installDir: string, clock: Clock, spareThreads?: number): AppThreads {
  const entry = (name: string) => join(installDir, 'dist', `${name}.mjs`)
  const sandboxes = createSandboxes({
    entry: entry('sandbox-worker'),
    clock,
    mostThreads: mostScripts(),
    ...(spareThreads === undefined ? {} : { spareThreads }),
  })
  const untrusted = openUntrustedReader({
    entry: entry('untrusted-worker'),
    mostMs: UNTRUSTED_MS,
    awake: clock.awake,
  })
  const reading = openReadingThreads({
    entry: entry('document-worker'),
    mostMs: READING_MS,
    awake: clock.awake,
  })
  const imports = openImportReader({ entry: entry('import-worker'), mostMs: IMPORT_MS, awake: clock.awake })
  const starter = openStarter({ entry: entry('process-starter'), awake: clock.awake })
  const readers = createFolderReaders({
    entry: entry('folder-reader'),
    awake: clock.awake,
    start: starter.start,
  })
  return {
    sandboxes,
    untrusted,
    reading,
    imports,
    readers,
    processes: starter,
    async close() {
      readers.close()
      starter.close()
      await sandboxes.close()
      await untrusted.close()
      await reading.close()
      await imports.close()
    },
  }
}

/**
 * Scripts that have a thread at once: half the machine's memory, at what a script with some hundred answers
 * takes.
 */
function mostScripts(): number {
  return Math.max(4, Math.min(256, Math.floor(totalmem() / 2 / SCRIPT_BYTES)))
}

const SCRIPT_BYTES = 128 * 1024 * 1024
