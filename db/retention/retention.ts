import { z } from 'zod'
import type { RetentionStore } from '@/lib/core/ports/retention-store'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { openStatuses, runKinds } from '@/lib/core/spec/run-status'
import type { Connection, Queries } from '../open'
import { clearDeleted } from './clear-run'

const rowSchema = z.object({
  id: z.string(),
  project: z.string(),
  kind: z.enum(runKinds),
  endedAt: z.string(),
  tags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  isShared: z.number().transform(Boolean),
  isOrigin: z.number().transform(Boolean),
})
const countSchema = z.object({ n: z.number() })

const open = openStatuses.map((status) => `'${status}'`).join(', ')

/** Ended runs; a text of a head is read once for each. An imported one is as old as its import. */
const ended = `SELECT id, project, created_at,
    CASE WHEN json_extract(head, '$.run.dryRun') IS NOT NULL THEN 'dry-run'
      WHEN json_extract(head, '$.run.imported') IS NOT NULL THEN 'imported'
      WHEN simulated THEN 'simulated' ELSE 'real' END AS kind,
    coalesce(json_extract(head, '$.run.imported.at'), json_extract(head, '$.run.endedAt')) AS endedAt,
    coalesce(json_extract(head, '$.run.tags'), '[]') AS tags,
    EXISTS (SELECT 1 FROM run_shares s WHERE s.run_id = runs.id AND s.expires_at > @now) AS isShared,
    EXISTS (SELECT 1 FROM runs f WHERE f.status IN (${open})
      AND json_extract(f.head, '$.run.forkedFrom.runId') = runs.id) AS isOrigin
  FROM runs WHERE status NOT IN (${open}) AND json_extract(head, '$.run.endedAt') IS NOT NULL
    AND json_extract(head, '$.run.settling') IS NULL AND id NOT LIKE '${trialRunPrefix}%'`

/** What a run's rows hold, without reading the long texts: SQLite knows their lengths from the heads of the rows. */
const bytes = `SELECT
  (SELECT coalesce(sum(octet_length(data)), 0) FROM events WHERE run_id = @id)
  + (SELECT coalesce(sum(octet_length(state) + octet_length(spec) + coalesce(octet_length(result), 0)), 0)
    FROM agents WHERE run_id = @id)
  + (SELECT coalesce(sum(octet_length(content)), 0) FROM messages WHERE run_id = @id)
  + (SELECT coalesce(sum(octet_length(usage) + coalesce(octet_length(cost), 0)), 0) FROM turns WHERE run_id = @id)
  + (SELECT coalesce(sum(octet_length(source)), 0) FROM sources WHERE run_id = @id)
  + (SELECT octet_length(head) + octet_length(script) + octet_length(args) + coalesce(octet_length(result), 0)
    FROM runs WHERE id = @id) AS n`

const settledDelivery = `status <> 'pending' AND created_at < @before`
const settledTriggerDelivery = `received_at < @before AND outcome NOT IN ('due', 'waiting', 'fetching')
  AND trigger_id IN (SELECT id FROM triggers WHERE signed_as = 'standard')`

/** What is deleted by age. */
export function createRetentionStore(connection: Connection, queries: Queries): RetentionStore {
  const some = connection.prepare(`${ended} AND id > @after ORDER BY id LIMIT @most`)
  const one = connection.prepare(`${ended} AND id = @id`)
  const bytesOf = connection.prepare(bytes)
  const count = connection.prepare(
    `SELECT (SELECT count(*) FROM deliveries WHERE ${settledDelivery})
      + (SELECT count(*) FROM trigger_deliveries WHERE ${settledTriggerDelivery}) AS n`,
  )
  const removals = [
    ['deliveries', settledDelivery],
    ['trigger_deliveries', settledTriggerDelivery],
  ].map(([table, condition]) =>
    connection.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT @most)`,
    ),
  )
  return {
    async endedRuns(after, now, most) {
      return z.array(rowSchema).parse(some.all({ after, now, most }))
    },

    async endedRun(id, now) {
      return rowSchema.optional().parse(one.get({ id, now })) ?? null
    },

    async bytesOfRun(id) {
      return z.object({ n: z.number().nullable() }).parse(bytesOf.get({ id })).n ?? 0
    },

    async finishDeletions() {
      await clearDeleted(queries)
    },

    async countDeliveries(before) {
      return countSchema.parse(count.get({ before })).n
    },

    async deleteDeliveries(before, most) {
      let deleted = 0
      for (const removal of removals) deleted += removal.run({ before, most }).changes
      return deleted
    },
  }
}
