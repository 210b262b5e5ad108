'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ImportInput } from '@/lib/api/imports/imports'
import { call } from '../http/api'
import { laterApi } from '../http/later'

const importApi = laterApi(async () => (await import('@/lib/api/endpoints/import-endpoints')).importApi)

/** The workflow runs of Claude Code that can be imported; from a folder, or from the one that is configured. */
export function useClaudeRuns(from: string) {
  return useQuery({
    queryKey: ['imports', from],
    queryFn: ({ signal }) => call(importApi.findClaudeRuns, { query: from === '' ? {} : { from }, signal }),
    retry: false,
  })
}

/** Imports one; the list of what can be imported and the list of runs are asked for again. */
export function useImportRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ImportInput) => call(importApi.importClaudeRun, { body }),
    onSettled: () =>
      Promise.all(['imports', 'runs', 'costs'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}
