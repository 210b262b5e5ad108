'use client'

import { useQuery } from '@tanstack/react-query'
import type { NewTrigger, TriggerPatch } from '@/lib/api/automations/triggers'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from './use-change'

const triggerApi = laterApi(async () => (await import('@/lib/api/endpoints/trigger-endpoints')).triggerApi)

/** How often the list is read again: deliveries come without telling it. */
const AGAIN_MS = 10_000

export function useTriggers() {
  return useQuery({
    queryKey: ['triggers'],
    queryFn: ({ signal }) => call(triggerApi.listTriggers, { signal }),
    refetchInterval: AGAIN_MS,
  })
}

export function useAddTrigger() {
  return useChange('triggers', (body: NewTrigger) => call(triggerApi.addTrigger, { body }))
}

export function useChangeTrigger(triggerId: string) {
  return useChange('triggers', (body: TriggerPatch) =>
    call(triggerApi.changeTrigger, { params: { triggerId }, body }),
  )
}

/** Makes a new secret; the one before counts for so many hours more. */
export function useRenewSecret(triggerId: string) {
  return useChange('triggers', (formerHours: number) =>
    call(triggerApi.renewTriggerSecret, { params: { triggerId }, body: { formerHours } }),
  )
}

export function useDeleteTrigger(triggerId: string) {
  return useChange('triggers', (_: null) => send(triggerApi.deleteTrigger, { params: { triggerId } }))
}
