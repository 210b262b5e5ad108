import { z } from 'zod'
import type { AgentSample } from '@/lib/core/estimate'
import { sketchPrefix } from '@/lib/core/run'
import type { Connection } from '../open'

const sampleRow = z.object({
  runId: z.string(),
  phase: z.string(),
  model: z.string(),
  tokens: z.number(),
  costNanoUsd: z.number().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})

/**
 * Agents of the newest ended runs of a workflow that bought their own answers; rehearsals and sketches left out. What
 * came in batches counts at the list price, and its time not at all: estimates are about live agents.
 */
export function agentSamples(
  connection: Connection,
  query: { workflow: string; simulated: boolean; runs: number; unphased: string },
): AgentSample[] {
  const state = (path: string) => `json_extract(agents.state, '$.${path}')`
  const tokens = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens']
    .map((kind) => state(`usage.${kind}`))
    .join(' + ')
  const batched = `coalesce(${state('delivery')}, 'live') = 'batch'`
  const rows = connection
    .prepare(
      `WITH recent AS (
         SELECT id FROM runs
         WHERE workflow = ? AND simulated = ? AND status IN ('completed', 'completed-with-failures') AND id NOT LIKE ?
           AND json_extract(head, '$.run.rehearsal') IS NULL
         ORDER BY created_at DESC LIMIT ?
       )
       SELECT agents.run_id AS runId, coalesce(${state('phase')}, ?) AS phase, ${state('model')} AS model,
         ${tokens} AS tokens, ${state('costNanoUsd')} * iif(${batched}, 2, 1) AS costNanoUsd,
         iif(${batched}, NULL, ${state('startedAt')}) AS startedAt, ${state('endedAt')} AS endedAt
       FROM agents JOIN recent ON recent.id = agents.run_id
       WHERE ${state('turns')} > 0 AND ${state('reusedFrom')} IS NULL`,
    )
    .all(query.workflow, query.simulated ? 1 : 0, `${sketchPrefix}%`, query.runs, query.unphased)
  return rows.map((row) => {
    const { startedAt, endedAt, ...sample } = sampleRow.parse(row)
    const seconds = startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000
    return { ...sample, seconds }
  })
}
