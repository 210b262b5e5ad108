'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import type { Join, SettingsPatch } from '@/lib/api/settings'
import { call, send } from '../http/api'

/** Provider and whether it is simulated: the badge on every page. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => call(serverApi.getHealth, { signal }),
    refetchInterval: 30_000,
  })
}

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
