'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BranchInput } from '@/lib/api/changes'
import { call } from '../http/api'
import { laterApi } from '../http/later'

const changesApi = laterApi(async () => (await import('@/lib/api/endpoints/change-endpoints')).changesApi)

/** Whose changes of a run are meant: `agent` is null for all that were merged. */
export type WhoseChanges = { runId: string; agent: string | null }

/** While a run is at work, changes that wait to be merged are looked for this often. */
const WAITING_MS = 5_000

/**
 * What a run changed. `version` changes with every merge, and with what a person does with the changes; a
 * refusal, such as of a run that only reads, is not asked for again.
 */
export function useChanges(
  { runId, agent }: WhoseChanges,
  version: string,
  { isAtWork, isAsked = true }: { isAtWork: boolean; isAsked?: boolean },
) {
  return useQuery({
    queryKey: ['changes', runId, agent, version],
    queryFn: ({ signal }) =>
      call(changesApi.getChanges, { params: { id: runId }, query: { agent: agent ?? undefined }, signal }),
    placeholderData: (before, query) => (query?.queryKey[2] === agent ? before : undefined),
    enabled: isAsked,
    refetchInterval: isAtWork ? WAITING_MS : false,
    retry: false,
  })
}

/** One changed file, line by line; asked for when it is opened. */
export function useFileDiff({ runId, agent }: WhoseChanges, path: string | null, version: string) {
  return useQuery({
    queryKey: ['file-diff', runId, agent, path, version],
    queryFn: ({ signal }) =>
      call(changesApi.getFileDiff, {
        params: { id: runId },
        query: { path: path ?? '', agent: agent ?? undefined },
        signal,
      }),
    enabled: path !== null,
    retry: false,
    placeholderData: (before) => (before?.path === path ? before : undefined),
  })
}

/** How the changes of two runs differ. While one of them is at work they are looked at again. */
export function useComparedChanges(a: string, b: string, areEnded: boolean) {
  return useQuery({
    queryKey: ['compared-changes', a, b, areEnded],
    queryFn: ({ signal }) =>
      call(changesApi.compareChanges, { params: { id: a }, query: { with: b }, signal }),
    refetchInterval: areEnded ? false : WAITING_MS,
    retry: false,
  })
}

/** One file as two runs left it; asked for when it is opened. */
export function useComparedFile(a: string, b: string, path: string) {
  return useQuery({
    queryKey: ['compared-file', a, b, path],
    queryFn: ({ signal }) =>
      call(changesApi.compareChangedFile, { params: { id: a }, query: { with: b, path }, signal }),
    retry: false,
  })
}

type Place = { path: string; line: number | null; page: number | null }

/** Lines of a file of a run around a place; asked for when it is opened. */
export function useRunFile(runId: string, place: Place | null) {
  return useQuery({
    queryKey: ['run-file', runId, place?.path, place?.line, place?.page],
    queryFn: ({ signal }) =>
      call(changesApi.getRunFile, {
        params: { id: runId },
        query: {
          path: place?.path ?? '',
          line: place?.line ?? undefined,
          page: place?.page ?? undefined,
        },
        signal,
      }),
    enabled: place !== null,
    retry: false,
  })
}

/** Writes the changes to the workspace; what follows arrives on the stream too. */
export function useApplyChanges(runId: string) {
  const refresh = useRefresh(runId)
  return useMutation({
    mutationFn: () => call(changesApi.applyChanges, { params: { id: runId } }),
    onSettled: refresh,
  })
}

/** Takes them back out of the workspace. */
export function useUndoApply(runId: string) {
  const refresh = useRefresh(runId)
  return useMutation({
    mutationFn: () => call(changesApi.undoApply, { params: { id: runId } }),
    onSettled: refresh,
  })
}

/** Puts them on a branch of the workspace's repository. */
export function useMakeBranch(runId: string) {
  const refresh = useRefresh(runId)
  return useMutation({
    mutationFn: (body: BranchInput) => call(changesApi.makeBranch, { params: { id: runId }, body }),
    onSettled: refresh,
  })
}

function useRefresh(runId: string) {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['changes', runId] })
}
