'use client'

import { useQuery } from '@tanstack/react-query'
import { firstApi } from '@/lib/api/first/endpoints'
import { call } from '../../http/api'

/** Provider and whether it is simulated: the badge on every page. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => call(firstApi.getHealth, { signal }),
    refetchInterval: 30_000,
  })
}
