import { createDocumentReader, type DocumentReader, documentSentences } from '@/lib/documents/document-reader'
import type { PoolOptions } from '@/lib/threads/pool'
import { createPool } from '@/lib/threads/pool'
import type { ReadingAnswer, ReadingCall } from './document-worker'

/** Processor time that reading one document may take. */
const DOCUMENT_MS = 20_000

/** The threads in which documents are read, two at once; they start with the first that is. */
export function openDocumentThreads(options: Pick<PoolOptions, 'entry' | 'awake'>): {
  documents: DocumentReader
  close(): Promise<void>
} {
  const pool = createPool<ReadingCall, ReadingAnswer>({
    ...options,
    mostMs: DOCUMENT_MS,
    threads: 2,
    sentences: documentSentences(DOCUMENT_MS),
  })
  const documents = createDocumentReader(async (call, asker) => {
    const asked = await pool.ask(call, asker)
    if (!asked.ok) return asked
    const { answer } = asked
    if (answer.kind === 'page' || answer.kind === 'robots')
      return { ok: false, why: 'too-much', reason: 'It gave the answer of another call.' }
    return { ok: true, answer }
  })
  return { documents, close: () => pool.close() }
}
