'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { WebhookEdit } from '@/lib/api/alerts'
import type { BudgetsEdit } from '@/lib/api/budgets'
import type { CostsAsked, PeriodAsked } from '@/lib/api/costs'
import type { PricesEdit, RepricingBody } from '@/lib/api/prices'
import { call } from '../http/api'
import { laterApi } from '../http/later'

const budgetApi = laterApi(async () => (await import('@/lib/api/endpoints/budget-endpoints')).budgetApi)
const costApi = laterApi(async () => (await import('@/lib/api/endpoints/cost-endpoints')).costApi)
const priceApi = laterApi(async () => (await import('@/lib/api/endpoints/price-endpoints')).priceApi)
const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

/** Money moves while somebody looks. */
const FRESH_MS = 5_000

/** Spending of a period, kept fresh while somebody looks. */
export function useCosts(asked: CostsAsked, isAsked = true) {
  return useQuery({
    enabled: isAsked,
    queryKey: ['costs', asked],
    queryFn: ({ signal }) => call(costApi.getCosts, { query: asked, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
}

/** What a run cost by phase, model and kind; asked again as turns are committed. */
export function useRunCosts(id: string, turns: number) {
  return useQuery({
    queryKey: ['run', id, 'costs', turns],
    queryFn: ({ signal }) => call(runApi.getRunCosts, { params: { id }, signal }),
    placeholderData: keepPreviousData,
  })
}

/** Which agents ran on which models in a period; asked only where somebody looks, since turns are read for it. */
export function useAgentCosts(asked: PeriodAsked, isAsked: boolean) {
  return useQuery({
    enabled: isAsked,
    queryKey: ['costs', 'agents', asked],
    queryFn: ({ signal }) => call(costApi.getAgentCosts, { query: asked, signal }),
    placeholderData: keepPreviousData,
  })
}

/** What stands out in a period: dear runs, and turns that were cut off. */
export function useCostNotes(asked: PeriodAsked) {
  return useQuery({
    queryKey: ['costs', 'notes', asked],
    queryFn: ({ signal }) => call(costApi.getCostNotes, { query: asked, signal }),
    placeholderData: keepPreviousData,
  })
}

/** The same tokens bought otherwise, of a period or of one run; `version` changes as turns are committed. */
export function useWhatIf(of: PeriodAsked | { runId: string }, version = 0) {
  return useQuery({
    queryKey: ['costs', 'what-if', of, version],
    queryFn: ({ signal }) =>
      'runId' in of
        ? call(costApi.whatIfRun, { params: { id: of.runId }, signal })
        : call(costApi.whatIfPeriod, { query: of, signal }),
    placeholderData: keepPreviousData,
  })
}

/** What an ended dry run would have been; null asks for nothing. It never changes once the run has ended. */
export function useDryRunEstimate(runId: string | null) {
  return useQuery({
    queryKey: ['runs', 'estimated', runId],
    queryFn: ({ signal }) => call(runApi.getRunEstimate, { params: { id: runId ?? '' }, signal }),
    enabled: runId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function usePrices() {
  return useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => call(priceApi.getPrices, { signal }) })
}

export function useSavePrices() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PricesEdit) => call(priceApi.setPrices, { body }),
    onSuccess: (saved) => client.setQueryData(['prices'], saved),
    // A refusal is often somebody else's newer version.
    onError: () => client.invalidateQueries({ queryKey: ['prices'] }),
  })
}

/** What a repricing would change. Asked for by hand: it reads turn by turn. */
export function useRepricingPreview() {
  return useMutation({
    mutationFn: (body: RepricingBody) => call(priceApi.previewRepricing, { body }),
  })
}

export function useRepricings() {
  return useQuery({
    queryKey: ['repricings'],
    queryFn: ({ signal }) => call(priceApi.listRepricings, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.repricings.some(({ status }) => status !== 'applied') === true ? 1_000 : false,
  })
}

export function useReprice() {
  const refresh = useAfterRepricing()
  return useMutation({
    mutationFn: (body: { asked: RepricingBody; digest: string }) => call(priceApi.reprice, { body }),
    onSettled: refresh,
  })
}

export function useUndoRepricing() {
  const refresh = useAfterRepricing()
  return useMutation({
    mutationFn: (id: string) => call(priceApi.undoRepricing, { params: { id } }),
    onSettled: refresh,
  })
}

function useAfterRepricing() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['repricings', 'costs', 'budgets', 'run', 'runs'].map((name) =>
        client.invalidateQueries({ queryKey: [name] }),
      ),
    )
}

export function useBudgets() {
  return useQuery({
    queryKey: ['budgets'],
    queryFn: ({ signal }) => call(budgetApi.getBudgets, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useSaveBudgets() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BudgetsEdit) => call(budgetApi.setBudgets, { body }),
    onSuccess: (saved) => {
      client.setQueryData(['budgets'], saved)
      return client.invalidateQueries({ queryKey: ['settings'] })
    },
  })
}

export function useAlerts() {
  return useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => call(budgetApi.listAlerts, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useDismissAlert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call(budgetApi.dismissAlert, { body: { id } }),
    onSuccess: (saved) => client.setQueryData(['alerts'], saved),
  })
}

export function useWebhook() {
  return useQuery({
    queryKey: ['webhook'],
    queryFn: ({ signal }) => call(budgetApi.getWebhook, { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function useSaveWebhook() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: WebhookEdit) => call(budgetApi.setWebhook, { body }),
    onSuccess: (saved) => client.setQueryData(['webhook'], saved),
  })
}

export function useTestWebhook() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(budgetApi.testWebhook, {}),
    onSuccess: (saved) => client.setQueryData(['webhook'], saved),
  })
}
