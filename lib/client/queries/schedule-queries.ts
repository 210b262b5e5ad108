'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { NewSchedule, SchedulePatch } from '@/lib/api/automations/schedules'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from './use-change'

const scheduleApi = laterApi(async () => (await import('@/lib/api/endpoints/schedule-endpoints')).scheduleApi)

/** How often the list is read again: runs that it launched end without telling it. */
const AGAIN_MS = 10_000

export function useSchedules() {
  return useQuery({
    queryKey: ['schedules'],
    queryFn: ({ signal }) => call(scheduleApi.listSchedules, { signal }),
    refetchInterval: AGAIN_MS,
  })
}

/** The next times of a cadence that may be half written. */
export function useCadenceTimes(cron: string, timeZone: string) {
  return useQuery({
    queryKey: ['cadence', cron, timeZone],
    queryFn: ({ signal }) => call(scheduleApi.previewCadence, { body: { cron, timeZone }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useAddSchedule() {
  return useChange('schedules', (body: NewSchedule) => call(scheduleApi.addSchedule, { body }))
}

export function useChangeSchedule(scheduleId: string) {
  return useChange('schedules', (body: SchedulePatch) =>
    call(scheduleApi.changeSchedule, { params: { scheduleId }, body }),
  )
}

export function useRunSchedule(scheduleId: string) {
  return useChange('schedules', (_: null) => call(scheduleApi.runSchedule, { params: { scheduleId } }))
}

export function useDeleteSchedule(scheduleId: string) {
  return useChange('schedules', (_: null) => send(scheduleApi.deleteSchedule, { params: { scheduleId } }))
}
