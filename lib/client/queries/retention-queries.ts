'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { RetentionInput } from '@/lib/api/retention'
import { call } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from './use-change'

const retentionApi = laterApi(
  async () => (await import('@/lib/api/endpoints/retention-endpoints')).retentionApi,
)

/** How long runs and deliveries are kept; asked for by those who may see it. */
export function useRetention() {
  return useQuery({
    queryKey: ['retention'],
    queryFn: ({ signal }) => call(retentionApi.getRetention, { signal }),
  })
}

/** What would be deleted now by rules that are not set yet; null asks for nothing. */
export function useRetentionPreview(asked: RetentionInput | null) {
  return useQuery({
    queryKey: ['retention', 'preview', asked],
    queryFn: ({ signal }) => call(retentionApi.previewRetention, { body: asked ?? {}, signal }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useSetRetention() {
  return useChange('retention', (body: RetentionInput) => call(retentionApi.setRetention, { body }))
}
