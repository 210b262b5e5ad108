import type { Clock } from '@/lib/core/ports/clock'
import type { PageReader } from '@/lib/tools/fetch-page'
import { createPageFetcher, usualFetchLimits } from '@/lib/web/fetch-page'
import { systemResolve } from '@/lib/web/system-resolve'
import type { ReadingThreads } from '../services/documents/reading-threads'

/** What one run fetches pages by: from the public internet alone, each page once. */
export function pagesOf(clock: Clock, { askPages, documents }: ReadingThreads): PageReader {
  const { fetchPage } = createPageFetcher({
    allowedHosts: null,
    allowedEndpoints: [],
    resolve: systemResolve,
    clock,
    ask: askPages,
    limits: usualFetchLimits,
  })
  return { fetchPage, documents }
}
