import { z } from 'zod'
import { cacheSavedNanoUsd } from '@/lib/core/money/cache-saving'
import { usageSchema } from '@/lib/core/money/usage'
import type { CostLine, UnsettledLine } from '@/lib/core/ports/spending-store'
import { deliverySchema } from '@/lib/core/spec/run'
import { costSchema, parsed } from '../json-column'
import type { Connection } from '../open'

const lineSchema = z.object({
  phase: z.string().nullable(),
  model: z.string(),
  delivery: deliverySchema,
  turns: z.number(),
  unpriced: z.number(),
  unmetered: z.number(),
  input: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  cacheRead: z.number(),
  output: z.number(),
  webSearch: z.number(),
  inputCost: z.number(),
  cacheWrite5mCost: z.number(),
  cacheWrite1hCost: z.number(),
  cacheReadCost: z.number(),
  outputCost: z.number(),
  webSearchCost: z.number(),
  cacheSaved: z.number(),
})

const spent = `
  SELECT json_extract(a.state, '$.phase') AS phase, t.model AS model, t.cost IS NULL AS unpriced,
    coalesce(json_extract(t.usage, '$.isMetered'), 1) = 0 AS unmetered,
    iif(json_extract(t.usage, '$.serviceTier') = 'batch', 'batch', 'live') AS delivery, count(*) AS turns,
    sum(json_extract(t.usage, '$.inputTokens')) AS input,
    sum(json_extract(t.usage, '$.cacheWrite5mTokens')) AS cacheWrite5m,
    sum(json_extract(t.usage, '$.cacheWrite1hTokens')) AS cacheWrite1h,
    sum(json_extract(t.usage, '$.cacheReadTokens')) AS cacheRead,
    sum(json_extract(t.usage, '$.outputTokens')) AS output,
    sum(json_extract(t.usage, '$.webSearchRequests')) AS webSearch,
    coalesce(sum(json_extract(t.cost, '$.byKind.input')), 0) AS inputCost,
    coalesce(sum(json_extract(t.cost, '$.byKind.cacheWrite5m')), 0) AS cacheWrite5mCost,
    coalesce(sum(json_extract(t.cost, '$.byKind.cacheWrite1h')), 0) AS cacheWrite1hCost,
    coalesce(sum(json_extract(t.cost, '$.byKind.cacheRead')), 0) AS cacheReadCost,
    coalesce(sum(json_extract(t.cost, '$.byKind.output')), 0) AS outputCost,
    coalesce(sum(json_extract(t.cost, '$.byKind.webSearch')), 0) AS webSearchCost,
    sum(cache_saved(t.usage, t.cost)) AS cacheSaved
  FROM turns t JOIN agents a ON a.run_id = t.run_id AND a.id = t.agent_id
  WHERE t.run_id = ?
  GROUP BY 1, 2, 3, 4, 5
  ORDER BY min(a.position), 2`

const unsettled = `
  SELECT json_extract(state, '$.phase') AS phase, json_extract(state, '$.model') AS model,
    sum(json_extract(state, '$.unsettledNanoUsd')) AS unsettledNanoUsd
  FROM agents WHERE run_id = ? GROUP BY 1, 2 HAVING sum(json_extract(state, '$.unsettledNanoUsd')) > 0
  ORDER BY min(position)`

/**
 * Committed turns of a run by phase, model and delivery, priced and unpriced ones apart. Prices are those
 * booked with each turn.
 */
export function costLines(connection: Connection, runId: string): CostLine[] {
  connection.function('cache_saved', { deterministic: true }, (usage, cost) =>
    cacheSavedNanoUsd(
      usageSchema.parse(parsed(String(usage))),
      cost === null ? null : costSchema.parse(parsed(String(cost))),
    ),
  )
  return connection
    .prepare(spent)
    .all(runId)
    .map((row) => {
      const line = lineSchema.parse(row)
      return {
        phase: line.phase,
        model: line.model,
        delivery: line.delivery,
        turns: line.turns,
        isPriced: line.unpriced === 0,
        isMetered: line.unmetered === 0,
        counts: {
          input: line.input,
          cacheWrite5m: line.cacheWrite5m,
          cacheWrite1h: line.cacheWrite1h,
          cacheRead: line.cacheRead,
          output: line.output,
          webSearch: line.webSearch,
        },
        costs: {
          input: line.inputCost,
          cacheWrite5m: line.cacheWrite5mCost,
          cacheWrite1h: line.cacheWrite1hCost,
          cacheRead: line.cacheReadCost,
          output: line.outputCost,
          webSearch: line.webSearchCost,
        },
        cacheSavedNanoUsd: line.cacheSaved,
      }
    })
}

/** What turns that were interrupted, or did not say what they used, probably cost, by phase and model. */
export function unsettledLines(connection: Connection, runId: string): UnsettledLine[] {
  const schema = z.object({ phase: z.string().nullable(), model: z.string(), unsettledNanoUsd: z.number() })
  return connection
    .prepare(unsettled)
    .all(runId)
    .map((row) => schema.parse(row))
}
