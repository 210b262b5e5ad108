'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { firstApi } from '@/lib/api/first/endpoints'
import type { runListQuerySchema } from '@/lib/api/first/run-list'
import { call } from '../../http/api'
import { pageQuery } from '../../http/page-query'

/** The newest runs, as the first page of all of them. */
export function useRecentRuns() {
  return useRunList(pageQuery(1))
}

/** The runs of a query; kept fresh while somebody looks. */
export function useRunList(query: z.input<typeof runListQuerySchema>) {
  return useQuery({
    queryKey: ['runs', query],
    queryFn: ({ signal }) => call(firstApi.listRuns, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
}
