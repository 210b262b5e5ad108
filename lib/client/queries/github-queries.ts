'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { newGithubSchema } from '@/lib/api/projects/github'
import type { HandoverKind } from '@/lib/core/spec/github'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const githubApi = laterApi(async () => (await import('@/lib/api/endpoints/github-endpoints')).githubApi)

/** While something is handed over it is asked this often how far it is. */
const WAITING_MS = 2_000

/** How the project one is in is connected to GitHub. */
export function useGithub() {
  return useQuery({
    queryKey: ['github'],
    queryFn: ({ signal }) => call(githubApi.getGithub, { signal }),
    retry: false,
  })
}

/** Connects the project. */
export function useSetGithub() {
  return useConnectionChange((body: z.input<typeof newGithubSchema>) => call(githubApi.setGithub, { body }))
}

/** Forgets the connection of the project. */
export function useForgetGithub() {
  return useConnectionChange((_: null) => send(githubApi.deleteGithub, {}))
}

/** Asks GitHub who the connection is and what it may do, in a repository where one is named. */
export function useCheckGithub() {
  return useMutation({
    mutationFn: (repository: string) =>
      call(githubApi.checkGithub, { body: repository === '' ? {} : { repository } }),
  })
}

/** What of a run is handed over to GitHub; asked again while something waits, or the run goes on. */
export function useRunGithub(runId: string, { isAsked, isAtWork }: { isAsked: boolean; isAtWork: boolean }) {
  return useQuery({
    queryKey: ['run-github', runId, isAtWork],
    queryFn: ({ signal }) => call(githubApi.getRunGithub, { params: { id: runId }, signal }),
    enabled: isAsked,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data?.handovers.some(({ status }) => status === 'waiting') === true ? WAITING_MS : false,
  })
}

/** Has the changes of a run pushed, and a pull request opened. */
export function useOpenPullRequest(runId: string) {
  return useRunChange(runId, (_: null) => call(githubApi.openPullRequest, { params: { id: runId } }))
}

/** Tries again what could not be handed over. */
export function useRetryHandover(runId: string) {
  return useRunChange(runId, (kind: HandoverKind) =>
    call(githubApi.retryHandover, { params: { id: runId }, body: { kind } }),
  )
}

function useConnectionChange<Given, Answer>(act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => client.invalidateQueries({ queryKey: ['github'] }),
  })
}

function useRunChange<Given, Answer>(runId: string, act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ['run-github', runId] }),
  })
}
