import { z } from 'zod'
import type { BilledCost, BilledUsage } from '@/lib/core/billing/billed'
import { readCents } from '@/lib/core/billing/cents'

/** More tokens than all of an organisation can have used in a day; anything above is nonsense. */
const MOST_TOKENS = 1_000_000_000_000_000
const tokens = z.number().int().min(0).max(MOST_TOKENS)
/** A name or id of theirs: one line of plain text. */
const word = z
  .string()
  .max(200)
  .regex(/^[^\p{C}]*$/u)
const named = word.nullish().transform((value) => (value == null || value === '' ? null : value))
/** What a request may have had none of. */
const maybe = tokens.nullish().transform((value) => value ?? 0)

const usageFields = {
  uncached_input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: maybe,
  cache_creation: z.object({ ephemeral_5m_input_tokens: maybe, ephemeral_1h_input_tokens: maybe }).nullish(),
  server_tool_use: z.object({ web_search_requests: maybe }).nullish(),
}
const groupFields = {
  api_key_id: named,
  workspace_id: named,
  model: named,
  service_tier: named,
  speed: named,
  inference_geo: named,
}
const metricsSchema = z.object(usageFields)
const groupSchema = z.object(groupFields)

const moment = z.iso.datetime({ offset: true })
const page = {
  has_more: z.boolean(),
  next_page: z
    .string()
    .max(4_000)
    .nullish()
    .transform((value) => value ?? null),
}

/** Rows of one UTC day. */
export type OfDay<T> = { startingAt: string; results: T[] }
/** One page of a report. */
export type Page<T> = { data: OfDay<T>[]; has_more: boolean; next_page: string | null }

/** A page of `GET /v1/organizations/usage_report/messages`: buckets of time, each with its rows. */
export const messagesPageSchema = z
  .object({
    data: z.array(
      z.object({ starting_at: moment, results: z.array(z.object({ ...groupFields, ...usageFields })) }),
    ),
    ...page,
  })
  .transform(
    ({ data, ...rest }): Page<BilledUsage> => ({
      ...rest,
      data: data.map(({ starting_at, results }) => ({
        startingAt: starting_at,
        results: results.map((row) => usageOf(row, row)),
      })),
    }),
  )

/** A page of `GET /v1/organizations/analytics/usage`: rows, each with its time, its group and its usage. */
export const analyticsPageSchema = z
  .object({
    data: z.array(z.object({ starting_at: moment, group: groupSchema, usage: metricsSchema })),
    ...page,
  })
  .transform(
    ({ data, ...rest }): Page<BilledUsage> => ({
      ...rest,
      data: data.map(({ starting_at, group, usage }) => ({
        startingAt: starting_at,
        results: [usageOf(group, usage)],
      })),
    }),
  )

/** A page of `GET /v1/organizations/cost_report`. */
export const costPageSchema = z
  .object({
    data: z.array(
      z.object({
        starting_at: moment,
        results: z.array(
          z.object({
            workspace_id: named,
            cost_type: named,
            model: named,
            /** Cents as a decimal text. */
            amount: z.string().max(80),
            currency: z.string().max(20).default('USD'),
          }),
        ),
      }),
    ),
    ...page,
  })
  .transform(({ data, ...rest }, context): Page<BilledCost> => {
    const rows = data.map(({ starting_at, results }) => ({
      startingAt: starting_at,
      results: results.flatMap(({ workspace_id, cost_type, model, amount, currency }): BilledCost[] => {
        const read = currency === 'USD' ? readCents(amount) : null
        if (read === null) {
          context.addIssue({ code: 'custom', message: 'is no amount of dollars' })
          return []
        }
        return [{ workspaceId: workspace_id, costType: cost_type, model, ...read }]
      }),
    }))
    return { ...rest, data: rows }
  })

/** A page of `GET /v1/organizations/api_keys` or `/workspaces`. */
export const namesPageSchema = z.object({
  data: z.array(z.object({ id: word.min(1), name: word.nullish().transform((value) => value ?? '') })),
  has_more: z.boolean(),
  last_id: word.nullish().transform((value) => value ?? null),
})

function usageOf(group: z.output<typeof groupSchema>, usage: z.output<typeof metricsSchema>): BilledUsage {
  return {
    keyId: group.api_key_id,
    workspaceId: group.workspace_id,
    model: group.model,
    serviceTier: group.service_tier,
    speed: group.speed,
    geo: group.inference_geo,
    inputTokens: usage.uncached_input_tokens,
    cacheWrite5mTokens: usage.cache_creation?.ephemeral_5m_input_tokens ?? 0,
    cacheWrite1hTokens: usage.cache_creation?.ephemeral_1h_input_tokens ?? 0,
    cacheReadTokens: usage.cache_read_input_tokens,
    outputTokens: usage.output_tokens,
    webSearches: usage.server_tool_use?.web_search_requests ?? 0,
  }
}
