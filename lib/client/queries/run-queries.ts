'use client'

import { keepPreviousData, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { RetryAgent } from '@/lib/api/agent-acts'
import type { LaunchInput, RunPatch } from '@/lib/api/runs'
import { assertNever } from '@/lib/core/base/assert-never'
import { hasEnded } from '@/lib/core/spec/run-status'
import { call, send, sendAct } from '../http/api'
import { laterApi } from '../http/later'
import { runListQuery } from '../http/run-list-query'
import { useRunList } from './first/recent-runs'

const agentApi = laterApi(async () => (await import('@/lib/api/endpoints/agent-endpoints')).agentApi)
const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

/** One page of runs; kept fresh while somebody looks. */
export function useRuns(asked: { status: string; q: string; page: number; sort?: string }) {
  return useRunList(runListQuery(asked))
}

/** Names that runs can be filtered by; asked for once somebody begins to type. */
export function useRunFilters(isWanted: boolean) {
  return useQuery({
    queryKey: ['run-filters'],
    queryFn: ({ signal }) => call(runApi.listRunFilters, { signal }),
    enabled: isWanted,
    staleTime: 60_000,
  })
}

/** The plan of a launch body. The key is the body's text, so an unchanged form asks nothing. */
export function usePlan(body: LaunchInput | null) {
  return useQuery({
    queryKey: ['plan', JSON.stringify(body)],
    queryFn: body === null ? skipToken : ({ signal }) => call(runApi.estimateLaunch, { body, signal }),
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
    queryFn:
      body === null
        ? skipToken
        : ({ signal }) =>
            call(runApi.estimateLaunch, {
              query: { dryRun: '1', count: byProvider ? '1' : '0' },
              body,
              signal,
            }),
    enabled: isAsked,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** A run as it is now, for pages that follow no stream; asked again while it goes on. */
export function useRunSnapshot(id: string) {
  return useQuery({
    queryKey: ['snapshot', id],
    queryFn: ({ signal }) => call(runApi.getRun, { params: { id }, signal }),
    enabled: id !== '',
    refetchInterval: ({ state: { data } }) =>
      data === undefined || hasEnded(data.run.status) ? false : 2_000,
  })
}

/** What differs between the results of two runs that have ended. */
export function useRunDiff(a: string, b: string, areEnded: boolean) {
  return useQuery({
    queryKey: ['run-diff', a, b],
    queryFn: ({ signal }) => call(runApi.compareResults, { params: { id: a }, query: { with: b }, signal }),
    enabled: areEnded,
  })
}

export function useRunResult(id: string, isEnded: boolean) {
  return useQuery({
    queryKey: ['result', id],
    queryFn: ({ signal }) => call(runApi.getRunResult, { params: { id }, signal }),
    enabled: isEnded,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Script and arguments of an earlier run, to launch it again. */
export function useRunInput(id: string | null) {
  return useQuery({
    queryKey: ['input', id],
    queryFn: ({ signal }) => call(runApi.getRunInput, { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/**
 * What one agent said and did. `version` changes with every committed turn, tool call and change of status.
 */
export function useTranscript(id: string, agentId: string, version: string) {
  return useQuery({
    queryKey: ['transcript', id, agentId, version],
    queryFn: ({ signal }) => call(agentApi.getTranscript, { params: { id, agentId }, signal }),
    placeholderData: (previous) => (previous?.agent.id === agentId ? previous : undefined),
  })
}

export function useLaunch() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ body, key }: { body: LaunchInput; key: string }) => call(runApi.launchRun, { body, key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

/** What is done to a whole run. */
const runActs = {
  approve: (params: { id: string }) => sendAct(runApi.approveRun, { params, body: {} }),
  pause: (params: { id: string }) => sendAct(runApi.pauseRun, { params }),
  resume: (params: { id: string }) => sendAct(runApi.resumeRun, { params }),
  cancel: (params: { id: string }) => sendAct(runApi.cancelRun, { params }),
}
type RunAct = keyof typeof runActs

/** Approve, pause, resume or cancel; what follows arrives on the stream. */
export function useRunAct(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: RunAct) => runActs[act]({ id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

type AgentAct = { do: 'cancel' | 'skip' } | ({ do: 'retry' } & RetryAgent) | { do: 'steer'; message: string }

function sendAgentAct(params: { id: string; agentId: string }, act: AgentAct): Promise<void> {
  switch (act.do) {
    case 'cancel':
      return sendAct(agentApi.cancelAgent, { params })
    case 'skip':
      return sendAct(agentApi.skipAgent, { params })
    case 'retry': {
      const { do: _, ...body } = act
      return sendAct(agentApi.retryAgent, { params, body })
    }
    case 'steer':
      return sendAct(agentApi.steerAgent, { params, body: { message: act.message } })
    default:
      return assertNever(act)
  }
}

/** Does something to one agent; its new state comes on the stream. A run that had ended may go on by it. */
export function useAgentAct(id: string, agentId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: AgentAct) => sendAgentAct({ id, agentId }, act),
    onSuccess: () => client.removeQueries({ queryKey: ['result', id] }),
  })
}

export function useRunPatch(id: string) {
  return useMutation({ mutationFn: (body: RunPatch) => send(runApi.changeRun, { params: { id }, body }) })
}

export function useDeleteRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => send(runApi.deleteRun, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

/** The script of a run and the workflows it called. */
export function useRunSources(id: string, called: number) {
  return useQuery({
    queryKey: ['run', id, 'sources', called],
    queryFn: ({ signal }) => call(runApi.getRunSources, { params: { id }, signal }),
    placeholderData: keepPreviousData,
  })
}

/**
 * Agents whose prompt or answer contains a text; null until the server has answered, and for an empty text.
 */
export function useAgentsSaying(runId: string, text: string) {
  const { data } = useQuery({
    queryKey: ['saying', runId, text],
    queryFn: async ({ signal }) =>
      new Set(
        (await call(runApi.searchAgents, { params: { id: runId }, query: { q: text }, signal })).agents,
      ),
    enabled: text !== '',
    // A live run says more all the time; what was found is looked for again while it is shown.
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  })
  return text === '' ? null : (data ?? null)
}
