import { z } from 'zod'
import type { AgentSample } from '@/lib/core/estimate/estimate'
import type { AlikeRuns, HistoryStore } from '@/lib/core/ports/history-store'
import { unphased } from '@/lib/core/run/phases'
import { type EstimatedRun, estimatedEnds } from '@/lib/core/spec/calibration'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { runOutcomes } from '@/lib/core/spec/run-status'
import type { Connection } from '../open'

const sampleRow = z.object({
  runId: z.string(),
  phase: z.string(),
  model: z.string(),
  tokens: z.number(),
  costNanoUsd: z.number().nullable(),
  turns: z.number(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  isFast: z.number(),
})

/**
 * Ended runs as estimates see them. The values needed are inside the JSON of heads and states, so this is
 * hand-written SQL.
 */
export function createHistoryStore(connection: Connection, project: string | null): HistoryStore {
  return {
    agentSamples: async (alike, runs) => agentSamples(connection, { ...alike, runs, unphased, project }),
    estimatedRuns: async (query) => estimatedRuns(connection, { ...query, project }),
  }
}

/**
 * Agents of the newest comparable ended runs that bought their own answers and whose answers said what
 * they used; dry runs and trial runs left out. What came in batches counts at the list price, and its time
 * not at all: estimates are about live agents.
 */
function agentSamples(
  connection: Connection,
  query: AlikeRuns & { runs: number; unphased: string; project: string | null },
): AgentSample[] {
  const state = (path: string) => `json_extract(agents.state, '$.${path}')`
  const tokens = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens']
    .map((kind) => state(`usage.${kind}`))
    .join(' + ')
  const batched = `coalesce(${state('delivery')}, 'live') = 'batch'`
  const fast = `coalesce(json_extract(agents.spec, '$.options.speed'), 'standard') = 'fast'`
  const rows = connection
    .prepare(
      `WITH recent AS (
         SELECT id FROM runs
         WHERE json_extract(head, '$.run.workflow.digest') = ? AND coalesce(json_extract(head, '$.run.workspace.root'), '') = ?
           AND args = ? AND simulated = ? AND status IN ('completed', 'completed-with-failures') AND id NOT LIKE ?
           AND json_extract(head, '$.run.dryRun') IS NULL AND json_extract(head, '$.run.imported') IS NULL
           AND (? IS NULL OR project = ?)
         ORDER BY created_at DESC LIMIT ?
       )
       SELECT agents.run_id AS runId, coalesce(${state('phase')}, ?) AS phase, ${state('model')} AS model,
         ${tokens} AS tokens, ${state('costNanoUsd')} * iif(${batched}, 2, 1) AS costNanoUsd,
         ${state('turns')} AS turns, iif(${batched} OR ${fast}, NULL, ${state('startedAt')}) AS startedAt, ${state('endedAt')} AS endedAt, ${fast} AS isFast
       FROM agents JOIN recent ON recent.id = agents.run_id
       WHERE ${state('turns')} > 0 AND ${state('reusedFrom')} IS NULL AND coalesce(${state('unmeteredTurns')}, 0) = 0`,
    )
    .all(
      ...[query.digest, query.root ?? '', JSON.stringify(query.args), query.simulated ? 1 : 0],
      ...[`${trialRunPrefix}%`, query.project, query.project, query.runs, query.unphased],
    )
  return rows.map((row) => {
    const { startedAt, endedAt, isFast, ...sample } = sampleRow.parse(row)
    return { ...sample, seconds: secondsBetween(startedAt, endedAt), isFast: isFast === 1 }
  })
}

/** Null where a time is missing, or where the clock was set back in between and says nothing. */
function secondsBetween(from: string | null, to: string | null): number | null {
  const seconds = from === null || to === null ? -1 : (Date.parse(to) - Date.parse(from)) / 1000
  return seconds < 0 ? null : seconds
}

const estimatedRow = z.object({
  low: z.number(),
  likely: z.number(),
  high: z.number(),
  actualNanoUsd: z.number(),
  leastAgents: z.number().nullable(),
  mostAgents: z.number().nullable(),
  actualAgents: z.number(),
  end: z.enum(estimatedEnds),
})

/**
 * Newest runs that are looked through for such with an estimate, so a long history costs no more than
 * this.
 */
const LOOKED_THROUGH = 500

const outcomes = runOutcomes.map((status) => `'${status}'`).join(', ')

/** Runs that began, have ended and had an estimate of their dollars, newest first. */
function estimatedRuns(
  connection: Connection,
  query: { workflow: string | null; simulated: boolean; runs: number; project: string | null },
): EstimatedRun[] {
  const estimated = (edge: string) => `json_extract(head, '$.run.estimate.costNanoUsd.${edge}')`
  const rows = connection
    .prepare(
      `WITH recent AS (
         SELECT head, status, created_at FROM runs
         WHERE simulated = ? AND status IN (${outcomes}) AND id NOT LIKE ? AND (? IS NULL OR project = ?)
           ${query.workflow === null ? '' : 'AND workflow = ?'}
         ORDER BY created_at DESC LIMIT ${LOOKED_THROUGH}
       )
       SELECT ${estimated('low')} AS low, ${estimated('likely')} AS likely, ${estimated('high')} AS high,
         json_extract(head, '$.totals.spentNanoUsd') AS actualNanoUsd,
         json_extract(head, '$.run.estimate.agents.low') AS leastAgents,
         json_extract(head, '$.run.estimate.agents.high') AS mostAgents,
         (SELECT sum(value) FROM json_each(head, '$.totals.agents')) AS actualAgents,
         CASE WHEN status NOT IN ('completed', 'completed-with-failures') THEN 'early'
           WHEN json_extract(head, '$.totals.costNanoUsd') IS NULL THEN 'unpriced' ELSE 'whole' END AS end
       FROM recent
       WHERE ${estimated('likely')} IS NOT NULL AND json_extract(head, '$.run.startedAt') IS NOT NULL
         AND json_extract(head, '$.run.dryRun') IS NULL AND json_extract(head, '$.run.forkedFrom') IS NULL
       ORDER BY created_at DESC LIMIT ?`,
    )
    .all(
      query.simulated ? 1 : 0,
      `${trialRunPrefix}%`,
      ...[query.project, query.project],
      ...(query.workflow === null ? [] : [query.workflow]),
      query.runs,
    )
  return rows.map((row) => {
    const { actualNanoUsd, leastAgents, mostAgents, actualAgents, end, ...costNanoUsd } =
      estimatedRow.parse(row)
    const agents = leastAgents === null || mostAgents === null ? null : { low: leastAgents, high: mostAgents }
    return { costNanoUsd, actualNanoUsd, agents, actualAgents, end }
  })
}
