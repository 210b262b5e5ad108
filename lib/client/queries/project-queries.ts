'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ProjectPatch } from '@/lib/api/projects/projects'
import type { Role } from '@/lib/core/base/role'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const projectApi = laterApi(async () => (await import('@/lib/api/endpoints/project-endpoints')).projectApi)

/** The projects one may enter. */
export function useProjects() {
  return useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => call(projectApi.listProjects, { signal }),
    retry: false,
  })
}

export function useMakeProject() {
  return useProjectChange((name: string) => call(projectApi.makeProject, { body: { name } }))
}

export function useChangeProject(projectId: string) {
  return useProjectChange((body: ProjectPatch) =>
    call(projectApi.changeProject, { params: { projectId }, body }),
  )
}

/** Who is in a project. */
export function useProjectMembers(projectId: string) {
  return useQuery({
    queryKey: ['projects', projectId],
    queryFn: ({ signal }) => call(projectApi.listProjectMembers, { params: { projectId }, signal }),
    retry: false,
  })
}

export function useSetProjectMember(projectId: string) {
  return useProjectChange((body: { email: string; role: Role }) =>
    call(projectApi.setProjectMember, { params: { projectId }, body }),
  )
}

export function useRemoveProjectMember(projectId: string) {
  return useProjectChange((personId: string) =>
    send(projectApi.removeProjectMember, { params: { projectId, personId } }),
  )
}

/** Whether the project one is in has a provider key of its own. */
export function useProviderKey() {
  return useQuery({
    queryKey: ['projects', 'provider-key'],
    queryFn: ({ signal }) => call(projectApi.getProviderKey, { signal }),
    retry: false,
  })
}

export function useSetProviderKey() {
  return useProjectChange((key: string) => call(projectApi.setProviderKey, { body: { key } }))
}

export function useForgetProviderKey() {
  return useProjectChange((_: null) => send(projectApi.deleteProviderKey, {}))
}

/** An act after which projects, and what one may enter, are asked for again. */
function useProjectChange<Given, Answer>(act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['projects'] }),
        client.invalidateQueries({ queryKey: ['access'] }),
      ]),
  })
}
