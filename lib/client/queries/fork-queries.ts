'use client'

import { keepPreviousData, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ForkInput, RetryInput } from '@/lib/api/fork'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

/**
 * What a fork would reuse and buy. The server runs the whole of it on a simulator, so it is asked once for
 * one body; `version` is the state of the origin, since a run that went on has other answers.
 */
export function useForkPreview(id: string, body: ForkInput | null, version: string) {
  return useQuery({
    queryKey: ['fork-preview', id, version, JSON.stringify(body)],
    queryFn:
      body === null ? skipToken : ({ signal }) => call(runApi.previewFork, { params: { id }, body, signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
}

/** What a retry of an ended run would ask again and buy, found out in the same way; not once it was sent. */
export function useRetryPreview(id: string, version: string, body: RetryInput, isSent: boolean) {
  return useQuery({
    queryKey: ['retry-preview', id, version, JSON.stringify(body)],
    queryFn: ({ signal }) => call(runApi.previewRetry, { params: { id }, body, signal }),
    placeholderData: keepPreviousData,
    enabled: !isSent,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
}

export function useFork(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ForkInput) => call(runApi.forkRun, { params: { id }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

/** Tries what failed again in the same run; its old result is forgotten here as it is there. */
export function useRetryFailed(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: RetryInput) => send(runApi.retryFailed, { params: { id }, body }),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['result', id] })
      return client.invalidateQueries({ queryKey: ['runs'] })
    },
  })
}
