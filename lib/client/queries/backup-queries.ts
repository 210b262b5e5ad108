'use client'

import { useQuery } from '@tanstack/react-query'
import type { BackupsInput } from '@/lib/api/backups'
import { call } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from './use-change'

const backupApi = laterApi(async () => (await import('@/lib/api/endpoints/backup-endpoints')).backupApi)

/** How often it is read again: a backup ends without telling it. */
const AGAIN_MS = 15_000

/** Backups, when the next is made, and how the last went. */
export function useBackups() {
  return useQuery({
    queryKey: ['backups'],
    queryFn: ({ signal }) => call(backupApi.getBackups, { signal }),
    refetchInterval: AGAIN_MS,
  })
}

export function useSetBackups() {
  return useChange('backups', (body: BackupsInput) => call(backupApi.setBackups, { body }))
}

export function useMakeBackup() {
  return useChange('backups', (_: null) => call(backupApi.makeBackup, {}))
}
