'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { alertsSchema, type WebhookEdit, webhookSchema } from '@/lib/api/alerts'
import { type BudgetsEdit, budgetsSchema } from '@/lib/api/budgets'
import {
  type PricesEdit,
  pricesSchema,
  type RepricingBody,
  repricingPreviewSchema,
  repricingsSchema,
} from '@/lib/api/prices'
import { costNotesSchema, whatIfSchema } from '@/lib/api/what-if'
import { savedEstimateSchema } from '@/lib/core/spec/calibration'
import { fetchJson } from '../http/api'
import { api, type PeriodAsked } from '../http/paths'

/** Money moves while somebody looks. */
const FRESH_MS = 5_000

/** What stands out in a period: dear runs, and turns that were cut off. */
export function useCostNotes(asked: PeriodAsked) {
  return useQuery({
    queryKey: ['costs', 'notes', asked],
    queryFn: ({ signal }) => fetchJson(api.costNotes(asked), costNotesSchema, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** The same tokens bought otherwise, of a period or of one run; `version` changes as turns are committed. */
export function useWhatIf(of: PeriodAsked | { runId: string }, version = 0) {
  return useQuery({
    queryKey: ['costs', 'what-if', of, version],
    queryFn: ({ signal }) => fetchJson(api.whatIf(of), whatIfSchema, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** What an ended dry run would have been; null asks for nothing. It never changes once the run has ended. */
export function useDryRunEstimate(runId: string | null) {
  return useQuery({
    queryKey: ['runs', 'estimated', runId],
    queryFn: ({ signal }) => fetchJson(api.runEstimate(runId ?? ''), savedEstimateSchema, { signal }),
    enabled: runId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function usePrices() {
  return useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => fetchJson(api.prices, pricesSchema, { signal }) })
}

export function useSavePrices() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PricesEdit) => fetchJson(api.prices, pricesSchema, { method: 'PUT', body }),
    onSuccess: (saved) => client.setQueryData(['prices'], saved),
    // A refusal is often somebody else's newer version.
    onError: () => client.invalidateQueries({ queryKey: ['prices'] }),
  })
}

/** What a repricing would change. Asked for by hand: it reads turn by turn. */
export function useRepricingPreview() {
  return useMutation({
    mutationFn: (body: RepricingBody) =>
      fetchJson(api.repricingPreview, repricingPreviewSchema, { method: 'POST', body }),
  })
}

export function useRepricings() {
  return useQuery({
    queryKey: ['repricings'],
    queryFn: ({ signal }) => fetchJson(api.repricings, repricingsSchema, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.repricings.some(({ status }) => status !== 'applied') === true ? 1_000 : false,
  })
}

export function useReprice() {
  const refresh = useAfterRepricing()
  return useMutation({
    mutationFn: (body: { asked: RepricingBody; digest: string }) =>
      fetchJson(api.repricings, repricingsSchema, { method: 'POST', body }),
    onSettled: refresh,
  })
}

export function useUndoRepricing() {
  const refresh = useAfterRepricing()
  return useMutation({
    mutationFn: (id: string) => fetchJson(api.repricingUndo(id), repricingsSchema, { method: 'POST', body: {} }),
    onSettled: refresh,
  })
}

function useAfterRepricing() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['repricings', 'costs', 'budgets', 'run', 'runs'].map((name) => client.invalidateQueries({ queryKey: [name] })),
    )
}

export function useBudgets() {
  return useQuery({
    queryKey: ['budgets'],
    queryFn: ({ signal }) => fetchJson(api.budgets, budgetsSchema, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useSaveBudgets() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BudgetsEdit) => fetchJson(api.budgets, budgetsSchema, { method: 'PUT', body }),
    onSuccess: (saved) => {
      client.setQueryData(['budgets'], saved)
      return client.invalidateQueries({ queryKey: ['settings'] })
    },
  })
}

export function useAlerts() {
  return useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => fetchJson(api.alerts, alertsSchema, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useDismissAlert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => fetchJson(api.alertDismiss, alertsSchema, { method: 'POST', body: { id } }),
    onSuccess: (saved) => client.setQueryData(['alerts'], saved),
  })
}

export function useWebhook() {
  return useQuery({
    queryKey: ['webhook'],
    queryFn: ({ signal }) => fetchJson(api.webhook, webhookSchema, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useSaveWebhook() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: WebhookEdit) => fetchJson(api.webhook, webhookSchema, { method: 'PUT', body }),
    onSuccess: (saved) => client.setQueryData(['webhook'], saved),
  })
}

export function useTestWebhook() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => fetchJson(api.webhookTest, webhookSchema, { method: 'POST', body: {} }),
    onSuccess: (saved) => client.setQueryData(['webhook'], saved),
  })
}
