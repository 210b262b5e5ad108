'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const folderApi = laterApi(async () => (await import('@/lib/api/endpoints/folder-endpoints')).folderApi)

/** How long what was seen of a folder is taken for what it is, in milliseconds. */
const LOOK_STALE_MS = 20_000

/** The folders that runs may open, and who allowed them. */
export function useFolders() {
  return useQuery({
    queryKey: ['folders'],
    queryFn: async ({ signal }) => (await call(folderApi.listFolders, { signal })).folders,
    retry: false,
  })
}

/** What is known of one folder; nothing is asked while there is none. */
export function useFolderLook(path: string) {
  return useQuery({
    queryKey: ['folders', 'look', path],
    queryFn: ({ signal }) => call(folderApi.lookAtFolder, { query: { path }, signal }),
    enabled: path.startsWith('/'),
    staleTime: LOOK_STALE_MS,
    retry: false,
  })
}

/** Allows one more, by its whole path. */
export function useAddFolder() {
  const onSuccess = useForgetFolders()
  return useMutation({
    mutationFn: (path: string) => call(folderApi.addFolder, { body: { path } }),
    onSuccess,
  })
}

/** Takes one back that was added. */
export function useRemoveFolder() {
  const onSuccess = useForgetFolders()
  return useMutation({
    mutationFn: (path: string) => send(folderApi.removeFolder, { query: { path } }),
    onSuccess,
  })
}

/** What is known of folders anywhere is asked for again: launch forms offer them, too. */
function useForgetFolders() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['folders', 'workspaces', 'settings'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    )
}
