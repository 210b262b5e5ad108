'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NewQuota, QuotaPatch } from '@/lib/api/budgets'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const quotaApi = laterApi(async () => (await import('@/lib/api/endpoints/quota-endpoints')).quotaApi)

/** Use goes on while a page is open. */
const REFRESH_MS = 15_000

/** Every quota with its use, for an admin. */
export function useQuotas() {
  return useQuery({
    queryKey: ['quotas'],
    queryFn: ({ signal }) => call(quotaApi.listQuotas, { signal }),
    refetchInterval: REFRESH_MS,
    retry: false,
  })
}

/** Those that bound what one launches oneself. */
export function useOwnQuotas() {
  return useQuery({
    queryKey: ['quotas', 'own'],
    queryFn: ({ signal }) => call(quotaApi.getOwnQuotas, { signal }),
    refetchInterval: REFRESH_MS,
    retry: false,
  })
}

export function useAddQuota() {
  return useQuotaChange((body: NewQuota) => call(quotaApi.addQuota, { body }))
}

export function useChangeQuota() {
  return useQuotaChange(({ quotaId, patch }: { quotaId: string; patch: QuotaPatch }) =>
    call(quotaApi.changeQuota, { params: { quotaId }, body: patch }),
  )
}

export function useDeleteQuota() {
  return useQuotaChange((quotaId: string) => send(quotaApi.deleteQuota, { params: { quotaId } }))
}

/** An act after which quotas are asked for again, also where it was refused: then they are others than shown. */
function useQuotaChange<Given, Answer>(act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ['quotas'] }),
  })
}
