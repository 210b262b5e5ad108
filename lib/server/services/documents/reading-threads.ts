import { createDocumentReader, type DocumentReader, documentSentences } from '@/lib/documents/document-reader'
import { createPool, type PoolOptions } from '@/lib/threads/pool'
import type { AskPages } from '@/lib/web/robots'
import type { ReadingAnswer, ReadingCall } from './document-worker'

/** What is read in threads of their own: uploads, and pages of the web. */
export type ReadingThreads = { documents: DocumentReader; askPages: AskPages; close(): Promise<void> }

/** Opens the threads; they start when something is first read. */
export function openReadingThreads(options: Pick<PoolOptions, 'entry' | 'awake' | 'mostMs'>): ReadingThreads {
  const pool = createPool<ReadingCall, ReadingAnswer>({
    ...options,
    threads: 2,
    sentences: documentSentences(options.mostMs),
  })
  const otherAnswer = {
    ok: false as const,
    why: 'too-much' as const,
    reason: 'It gave the answer of another call.',
  }
  return {
    documents: createDocumentReader(async (call, asker) => {
      const asked = await pool.ask(call, asker)
      if (!asked.ok) return asked
      const { answer } = asked
      return answer.kind === 'page' || answer.kind === 'robots' ? otherAnswer : { ok: true, answer }
    }, options.awake),
    async askPages(call, asker) {
      const asked = await pool.ask(call, asker)
      if (!asked.ok) return asked
      const { answer } = asked
      return answer.kind === 'page' || answer.kind === 'robots' ? { ok: true, answer } : otherAnswer
    },
    close: () => pool.close(),
  }
}
