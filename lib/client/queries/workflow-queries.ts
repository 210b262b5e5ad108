'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NewWorkflowInput, WorkflowEdit, WorkflowImport } from '@/lib/api/workflows'
import { goalMode } from '@/lib/view/workflows/goal-mode'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'
import { pageQuery } from '../http/page-query'

const workflowApi = laterApi(async () => (await import('@/lib/api/endpoints/workflow-endpoints')).workflowApi)

/** The library; kept fresh while somebody looks, since runs change what it tells. */
export function useLibrary() {
  return useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) => (await call(workflowApi.listWorkflows, { signal })).workflows,
    refetchInterval: 10_000,
  })
}

/** The scripts that lie in a folder's `.claude/workflows`. */
export function useWorkspaceWorkflows(workspace: string) {
  return useQuery({
    queryKey: ['workflows', 'in', workspace],
    queryFn: async ({ signal }) =>
      (await call(workflowApi.listWorkflows, { query: { workspace }, signal })).workflows.filter(
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
      call(workflowApi.getWorkflow, { params: { name }, query: { version: version ?? undefined }, signal }),
    enabled: name !== '',
    placeholderData: (previous) => (previous?.name === name ? previous : undefined),
  })
}

export function useWorkflowDiff(name: string, from: number, to: number) {
  return useQuery({
    queryKey: ['workflow', name, 'diff', from, to],
    queryFn: ({ signal }) =>
      call(workflowApi.compareVersions, { params: { name }, query: { from, to }, signal }),
    enabled: from !== to,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useWorkflowRuns(name: string, page: number) {
  return useQuery({
    queryKey: ['runs', 'of', name, page],
    queryFn: ({ signal }) =>
      call(workflowApi.listWorkflowRuns, { params: { name }, query: pageQuery(page), signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
}

/** What a source says, calls and gets wrong. The key is the source itself: going back to it asks nothing. */
export function useWorkflowCheck(source: string, isWanted = true) {
  return useQuery({
    queryKey: ['workflow-check', source],
    queryFn: ({ signal }) => call(workflowApi.checkWorkflow, { body: { source }, signal }),
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
    mutationFn: (body: NewWorkflowInput) => call(workflowApi.createWorkflow, { body }),
    onSuccess: refresh,
  })
}

export function useSaveVersion(name: string) {
  const client = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: WorkflowEdit) => call(workflowApi.saveWorkflow, { params: { name }, body }),
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
    mutationFn: (body: WorkflowImport) => call(workflowApi.importWorkflows, { body }),
    onSuccess: refresh,
  })
}

export function useDeleteWorkflow() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => send(workflowApi.deleteWorkflow, { params: { name } }),
    // The page it was deleted from is still there: what is gone must not be asked for again.
    onSuccess: () => client.invalidateQueries({ queryKey: ['workflows'], exact: true }),
  })
}

export function useRestoreWorkflow() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (name: string) => call(workflowApi.restoreWorkflow, { params: { name } }),
    onSuccess: refresh,
  })
}

/** Deleted workflows; asked for once somebody opens the list of them. */
export function useDeletedWorkflows(isWanted: boolean) {
  return useQuery({
    queryKey: ['workflows', 'deleted'],
    queryFn: async ({ signal }) => (await call(workflowApi.listDeletedWorkflows, { signal })).workflows,
    enabled: isWanted,
  })
}

/** Makes an earlier version the newest again: its source is saved once more, so nothing is lost by it. */
export function useRestoreVersion(name: string, newestDigest: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: async (version: number) => {
      const { source } = await call(workflowApi.getWorkflow, { params: { name }, query: { version } })
      const body = { source, note: `Restored version ${version}`, basedOn: newestDigest }
      return call(workflowApi.saveWorkflow, { params: { name }, body })
    },
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

/** Workflows that can be launched by name; those that lead a goal are launched as one. */
export function useWorkflows() {
  return useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) => (await call(workflowApi.listWorkflows, { signal })).workflows,
    select: (workflows) =>
      workflows.filter(({ problem, name }) => problem === null && goalMode(name) === null),
  })
}

export function useWorkflow(name: string) {
  return useQuery({
    queryKey: ['workflow', name],
    queryFn: ({ signal }) => call(workflowApi.getWorkflow, { params: { name }, signal }),
    enabled: name !== '',
  })
}
