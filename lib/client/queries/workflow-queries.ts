'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { workflowRunsSchema } from '@/lib/api/workflow-runs'
import {
  importReportSchema,
  type NewWorkflowInput,
  type WorkflowEdit,
  type WorkflowImport,
  workflowCheckSchema,
  workflowDetailSchema,
  workflowDiffSchema,
  workflowListSchema,
} from '@/lib/api/workflows'
import { fetchJson, sendJson } from '../http/api'
import { api } from '../http/paths'
import { runListQuery } from '../http/run-list-query'

/** The library; kept fresh while somebody looks, since runs change what it tells. */
export function useLibrary() {
  return useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) => (await fetchJson(api.workflows, workflowListSchema, { signal })).workflows,
    refetchInterval: 10_000,
  })
}

/** The scripts that lie in a folder's `.claude/workflows`. */
export function useWorkspaceWorkflows(workspace: string) {
  return useQuery({
    queryKey: ['workflows', 'in', workspace],
    queryFn: async ({ signal }) =>
      (await fetchJson(api.workflowsIn(workspace), workflowListSchema, { signal })).workflows.filter(
        ({ origin }) => origin === 'workspace',
      ),
    enabled: workspace !== '',
    retry: false,
  })
}

/** One version of a workflow; the newest when none is named. */
export function useWorkflowVersion(name: string, version: number | null) {
  return useQuery({
    queryKey: ['workflow', name, version],
    queryFn: ({ signal }) =>
      fetchJson(version === null ? api.workflow(name) : api.workflowVersion(name, version), workflowDetailSchema, {
        signal,
      }),
    enabled: name !== '',
    placeholderData: (previous) => (previous?.name === name ? previous : undefined),
  })
}

export function useWorkflowDiff(name: string, from: number, to: number) {
  return useQuery({
    queryKey: ['workflow', name, 'diff', from, to],
    queryFn: ({ signal }) => fetchJson(api.workflowDiff(name, from, to), workflowDiffSchema, { signal }),
    enabled: from !== to,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useWorkflowRuns(name: string, page: number) {
  return useQuery({
    queryKey: ['runs', 'of', name, page],
    queryFn: ({ signal }) =>
      fetchJson(api.workflowRuns(name, runListQuery({ status: '', q: '', page })), workflowRunsSchema, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
}

/** What a source says, calls and gets wrong. The key is the source itself: going back to it asks nothing. */
export function useWorkflowCheck(source: string, isWanted = true) {
  return useQuery({
    queryKey: ['workflow-check', source],
    queryFn: ({ signal }) =>
      fetchJson(api.workflowCheck, workflowCheckSchema, { method: 'POST', body: { source }, signal }),
    enabled: isWanted && source.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  })
}

export function useSaveNew() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: NewWorkflowInput) => fetchJson(api.workflows, workflowDetailSchema, { method: 'POST', body }),
    onSuccess: refresh,
  })
}

export function useSaveVersion(name: string) {
  const client = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: WorkflowEdit) => fetchJson(api.workflow(name), workflowDetailSchema, { method: 'PUT', body }),
    // Under its old name a renamed workflow is no longer found: only the list may be asked for again.
    onSuccess: (saved) =>
      saved.name === name ? refresh() : client.invalidateQueries({ queryKey: ['workflows'], exact: true }),
    // A refusal is often somebody else's newer version.
    onError: refresh,
  })
}

export function useImport() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: WorkflowImport) => fetchJson(api.workflowImport, importReportSchema, { method: 'POST', body }),
    onSuccess: refresh,
  })
}

export function useDeleteWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => sendJson(api.workflow(name), { method: 'DELETE' }),
    // The page it was deleted from is still there: what is gone must not be asked for again.
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'], exact: true }),
  })
}

export function useRestoreWorkflow() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (name: string) =>
      fetchJson(api.workflowRestore(name), workflowDetailSchema, { method: 'POST', body: {} }),
    onSuccess: refresh,
  })
}

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['workflows'] }),
      client.invalidateQueries({ queryKey: ['workflow'] }),
      client.invalidateQueries({ queryKey: ['workflow-check'] }),
    ])
}
