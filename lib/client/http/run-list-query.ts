import type { z } from 'zod'
import type { runListQuerySchema } from '@/lib/api/first/run-list'
import { runOrders } from '@/lib/core/ports/run-store'
import { parseOrder } from '@/lib/view/format/order'
import { parseRunSearch } from '@/lib/view/runs/run-search'
import { pageQuery } from './page-query'

/**
 * Query of one page of runs; what is not asked for is left out. A status among the words outranks the
 * select's.
 */
export function runListQuery(asked: {
  status: string
  q: string
  page: number
  sort?: string
}): z.input<typeof runListQuerySchema> {
  const { text, statuses, minNanoUsd, maxNanoUsd, ...search } = parseRunSearch(asked.q)
  const order = parseOrder(asked.sort ?? null, runOrders)
  return {
    status: given(statuses.join(',') || asked.status),
    q: given(text),
    workflow: given(search.workflow),
    user: given(search.user),
    tag: given(search.tag),
    kind: search.kind ?? undefined,
    minCostUsd: usd(minNanoUsd),
    maxCostUsd: usd(maxNanoUsd),
    minAgents: search.minAgents?.toString(),
    maxAgents: search.maxAgents?.toString(),
    ...(order === null ? {} : { sort: order.column, order: order.descends ? 'desc' : 'asc' }),
    ...pageQuery(asked.page),
  }
}

function given(text: string | null): string | undefined {
  return text === null || text === '' ? undefined : text
}

function usd(nanoUsd: number | null): string | undefined {
  return nanoUsd === null ? undefined : String(nanoUsd / 1e9)
}
