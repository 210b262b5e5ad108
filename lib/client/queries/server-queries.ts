'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Join, SettingsPatch } from '@/lib/api/settings'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const serverApi = laterApi(async () => (await import('@/lib/api/endpoints/server-endpoints')).serverApi)

export function useSettings() {
  return useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => call(serverApi.getSettings, { signal }),
  })
}

export function useWorkspaces() {
  return useQuery({
    queryKey: ['workspaces'],
    queryFn: async ({ signal }) => (await call(serverApi.listWorkspaces, { signal })).workspaces,
  })
}

export function useSettingsPatch() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SettingsPatch) => send(serverApi.changeSettings, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['settings'] }),
  })
}

export function useJoin() {
  return useMutation({ mutationFn: (body: Join) => send(serverApi.joinTeam, { body }) })
}
