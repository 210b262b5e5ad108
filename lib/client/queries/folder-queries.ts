'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import { call, send } from '../http/api'

/** The folders that runs may open, and who allowed them. */
export function useFolders() {
  return useQuery({
    queryKey: ['folders'],
    queryFn: async ({ signal }) => (await call(folderApi.listFolders, { signal })).folders,
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
