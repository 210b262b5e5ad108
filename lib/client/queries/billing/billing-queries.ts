'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BilledAsked, BillingMapping } from '@/lib/api/billing/billed'
import { call, send } from '../../http/api'
import { laterApi } from '../../http/later'

const billingApi = laterApi(async () => (await import('@/lib/api/endpoints/billing-endpoints')).billingApi)

/** While somebody looks, what is missing is asked for so often; the server asks no more often either. */
const HOUR_MS = 3_600_000

/** Whether an Admin key is set, and what of the organisation is of which project. */
export function useBilling() {
  return useQuery({
    queryKey: ['billing'],
    queryFn: ({ signal }) => call(billingApi.getBilling, { signal }),
    retry: false,
  })
}

/** Keys and workspaces of the organisation, once an Admin key is set. */
export function useBillingNames(isSet: boolean) {
  return useQuery({
    enabled: isSet,
    queryKey: ['billing', 'names'],
    queryFn: ({ signal }) => call(billingApi.getBillingNames, { signal }),
    retry: false,
    staleTime: HOUR_MS,
  })
}

export function useSetAdminKey() {
  return useBillingChange((key: string) => call(billingApi.setAdminKey, { body: { key } }))
}

export function useForgetAdminKey() {
  return useBillingChange((_: null) => send(billingApi.deleteAdminKey, {}))
}

export function useSetBillingMapping() {
  return useBillingChange((body: BillingMapping) => call(billingApi.setBillingMapping, { body }))
}

function useBillingChange<Given, Answer>(act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['billing'] })
      await client.invalidateQueries({ queryKey: ['billed'] })
    },
  })
}

/**
 * Computed beside billed of a period: at once what was read before, then with what was missing. `refresh` reads days
 * that still grow, too.
 */
export function useBilled(asked: BilledAsked) {
  const client = useQueryClient()
  const known = useQuery({
    queryKey: ['billed', 'known', asked],
    queryFn: ({ signal }) => call(billingApi.getBilled, { query: asked, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const isSet = known.data?.isSet === true
  const newest = useQuery({
    enabled: isSet,
    queryKey: ['billed', 'newest', asked],
    queryFn: ({ signal }) => call(billingApi.refreshBilled, { body: { ...asked, now: false }, signal }),
    refetchInterval: HOUR_MS,
    retry: false,
  })
  const refresh = useMutation({
    mutationFn: () => call(billingApi.refreshBilled, { body: { ...asked, now: true } }),
    onSuccess: (found) => client.setQueryData(['billed', 'newest', asked], found),
  })
  return {
    data: (isSet ? newest.data : undefined) ?? known.data,
    error: known.error ?? newest.error ?? refresh.error,
    isReading: newest.isFetching || refresh.isPending,
    refresh: () => refresh.mutate(),
  }
}
