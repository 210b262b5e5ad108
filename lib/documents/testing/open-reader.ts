import { fileURLToPath } from 'node:url'
import { realClock } from '@/lib/server/testing/real-clock'
import { createPool } from '@/lib/threads/pool'
import { type AnyDocument, type DocumentLimits, usualLimits } from '../document'
import type { DocumentAnswer, DocumentCall } from '../document-protocol'
import {
  createDocumentReader,
  type DocumentReader,
  documentSentences,
  type Reading,
} from '../document-reader'

const entry = fileURLToPath(new URL('../../../dist/document-worker.mjs', import.meta.url))

/** What a test reads with: the thread as the build makes it. */
export type OpenDocumentReader = DocumentReader & {
  /** Reads a file of these bytes under the usual limits, but for those given. */
  read(name: string, bytes: Uint8Array | string, limits?: Partial<DocumentLimits>): Promise<Reading>
  /** The same, where it has to be a document. */
  document(name: string, bytes: Uint8Array | string): Promise<AnyDocument>
  /** What the threads were asked, in order. */
  calls: readonly DocumentCall[]
  close(): Promise<void>
}

/** A reader on threads of its own, which end a call after so much processor time; `close` ends them. */
export function openDocumentReader(mostMs = 20_000, awake = realClock.awake): OpenDocumentReader {
  const pool = createPool<DocumentCall, DocumentAnswer>({
    entry,
    mostMs,
    awake: realClock.awake,
    threads: 2,
    sentences: documentSentences(mostMs),
  })
  const calls: DocumentCall[] = []
  const reader = createDocumentReader((call, asker) => {
    calls.push(call)
    return pool.ask(call, asker)
  }, awake)
  const read: OpenDocumentReader['read'] = (name, content, limits = {}) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const upload = { name, bytes, mediaType: null }
    return reader.readDocument(upload, { ...usualLimits, ...limits }, { owner: 'a test' })
  }
  return {
    ...reader,
    calls,
    read,
    async document(name, bytes) {
      const reading = await read(name, bytes)
      if (!reading.ok) throw new Error(reading.problem)
      return reading.document
    },
    close: () => pool.close(),
  }
}
