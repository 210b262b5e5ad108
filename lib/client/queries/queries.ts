'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { RetryAgent } from '@/lib/api/agent-acts'
import { costsSchema } from '@/lib/api/costs'
import { planSchema } from '@/lib/api/plan'
import { runCostsSchema, runSourcesSchema } from '@/lib/api/run-costs'
import {
  foundAgentsSchema,
  type LaunchInput,
  launchedSchema,
  type RunPatch,
  runDiffSchema,
  runInputSchema,
  runListSchema,
  runResultSchema,
  transcriptSchema,
} from '@/lib/api/runs'
import { healthSchema, type Join, type SettingsPatch, settingsSchema, workspacesSchema } from '@/lib/api/settings'
import { workflowDetailSchema, workflowListSchema } from '@/lib/api/workflows'
import { snapshotSchema } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run'
import { fetchJson, sendAct, sendJson } from '../http/api'
import { api, type CostsAsked, type RunAct } from '../http/paths'
import { runListQuery } from '../http/run-list-query'

/** Provider and whether it is simulated: the badge on every page. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => fetchJson(api.health, healthSchema, { signal }),
    refetchInterval: 30_000,
  })
}

export function useSettings() {
  return useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => fetchJson(api.settings, settingsSchema, { signal }),
  })
}

/** Workflows that can be launched by name. */
export function useWorkflows() {
  return useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) => (await fetchJson(api.workflows, workflowListSchema, { signal })).workflows,
    select: (workflows) => workflows.filter(({ problem }) => problem === null),
  })
}

export function useWorkflow(name: string) {
  return useQuery({
    queryKey: ['workflow', name],
    queryFn: ({ signal }) => fetchJson(api.workflow(name), workflowDetailSchema, { signal }),
    enabled: name !== '',
  })
}

export function useWorkspaces() {
  return useQuery({
    queryKey: ['workspaces'],
    queryFn: async ({ signal }) => (await fetchJson(api.workspaces, workspacesSchema, { signal })).workspaces,
  })
}

/** One page of runs; kept fresh while somebody looks. */
export function useRuns(asked: { status: string; q: string; page: number }) {
  const query = runListQuery(asked)
  return useQuery({
    queryKey: ['runs', query],
    queryFn: ({ signal }) => fetchJson(api.runs(query), runListSchema, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
}

/** The plan of a launch body. The key is the body's text, so an unchanged form asks nothing. */
export function usePlan(body: LaunchInput | null) {
  return useQuery({
    queryKey: ['plan', JSON.stringify(body)],
    queryFn: ({ signal }) => fetchJson(api.estimate, planSchema, { method: 'POST', body, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  })
}

/**
 * The plan once more, with its agents counted in a dry run on the simulator; asked for by hand, it takes
 * seconds. With `byProvider` a prompt of each phase is sent to the provider, to be counted and nothing else.
 */
export function useCountedPlan(body: LaunchInput | null, isAsked: boolean, byProvider: boolean) {
  return useQuery({
    queryKey: ['counted-plan', JSON.stringify(body), byProvider],
    queryFn: ({ signal }) =>
      fetchJson(`${api.estimate}?dryRun=1&count=${byProvider ? 1 : 0}`, planSchema, { method: 'POST', body, signal }),
    enabled: body !== null && isAsked,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Spending of a period, kept fresh while somebody looks. */
export function useCosts(asked: CostsAsked, isAsked = true) {
  return useQuery({
    enabled: isAsked,
    queryKey: ['costs', asked],
    queryFn: ({ signal }) => fetchJson(api.costs(asked), costsSchema, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
}

/** A run as it is now, for pages that follow no stream; asked again while it goes on. */
export function useRunSnapshot(id: string) {
  return useQuery({
    queryKey: ['snapshot', id],
    queryFn: ({ signal }) => fetchJson(api.run(id), snapshotSchema, { signal }),
    enabled: id !== '',
    refetchInterval: ({ state: { data } }) => (data === undefined || hasEnded(data.run.status) ? false : 2_000),
  })
}

/** What differs between the results of two runs that have ended. */
export function useRunDiff(a: string, b: string, areEnded: boolean) {
  return useQuery({
    queryKey: ['run-diff', a, b],
    queryFn: ({ signal }) => fetchJson(api.runDiff(a, b), runDiffSchema, { signal }),
    enabled: areEnded,
  })
}

export function useRunResult(id: string, isEnded: boolean) {
  return useQuery({
    queryKey: ['result', id],
    queryFn: ({ signal }) => fetchJson(api.result(id), runResultSchema, { signal }),
    enabled: isEnded,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Script and arguments of an earlier run, to launch it again. */
export function useRunInput(id: string | null) {
  return useQuery({
    queryKey: ['input', id],
    queryFn: ({ signal }) => fetchJson(api.input(id ?? ''), runInputSchema, { signal }),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What one agent said and did. `version` changes with every committed turn, tool call and change of status. */
export function useTranscript(id: string, agentId: string, version: string) {
  return useQuery({
    queryKey: ['transcript', id, agentId, version],
    queryFn: ({ signal }) => fetchJson(api.agent(id, agentId), transcriptSchema, { signal }),
    placeholderData: (previous) => (previous?.agent.id === agentId ? previous : undefined),
  })
}

export function useLaunch() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ body, key }: { body: LaunchInput; key: string }) =>
      fetchJson(api.launch, launchedSchema, { method: 'POST', body, key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

/** Approve, pause, resume or cancel; what follows arrives on the stream. */
export function useRunAct(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: RunAct) => sendAct(api.act(id, act), {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

type AgentAct = { do: 'cancel' | 'skip' } | ({ do: 'retry' } & RetryAgent) | { do: 'steer'; message: string }

/** Does something to one agent; its new state comes on the stream. A run that had ended may go on by it. */
export function useAgentAct(id: string, agentId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ do: name, ...body }: AgentAct) => sendAct(api.agentAct(id, agentId, name), body),
    onSuccess: () => client.removeQueries({ queryKey: ['result', id] }),
  })
}

export function useRunPatch(id: string) {
  return useMutation({ mutationFn: (body: RunPatch) => sendJson(api.run(id), { method: 'PATCH', body }) })
}

export function useSettingsPatch() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SettingsPatch) => sendJson(api.settings, { method: 'PUT', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['settings'] }),
  })
}

export function useJoin() {
  return useMutation({ mutationFn: (body: Join) => sendJson(api.join, { method: 'POST', body }) })
}

export function useDeleteRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => sendJson(api.run(id), { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

/** What a run cost by phase, model and kind; asked again as turns are committed. */
export function useRunCosts(id: string, turns: number) {
  return useQuery({
    queryKey: ['run', id, 'costs', turns],
    queryFn: ({ signal }) => fetchJson(api.runCosts(id), runCostsSchema, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** The script of a run and the workflows it called. */
export function useRunSources(id: string, called: number) {
  return useQuery({
    queryKey: ['run', id, 'sources', called],
    queryFn: ({ signal }) => fetchJson(api.sources(id), runSourcesSchema, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** Agents in whose prompt or answer a text stands; null until the server has said, and for no text. */
export function useAgentsSaying(runId: string, text: string) {
  const { data } = useQuery({
    queryKey: ['saying', runId, text],
    queryFn: async ({ signal }) =>
      new Set((await fetchJson(api.search(runId, text), foundAgentsSchema, { signal })).agents),
    enabled: text !== '',
    // A live run says more all the time; what was found is looked for again while it is shown.
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  })
  return text === '' ? null : (data ?? null)
}
