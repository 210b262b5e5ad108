import { and, count, eq, inArray, notLike, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import type { RunStore } from '@/lib/core/ports/run-store'
import { unfolded, unfoldedEvents } from '@/lib/core/run/log-lines'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { openStatuses } from '@/lib/core/spec/run-status'
import { parsed } from '../json-column'
import type { Connection, Queries } from '../open'
import { deleteRunStepwise } from '../retention/clear-run'
import { agents, events, idempotencyKeys, runs, sources } from '../schema'
import { envelopeColumns, envelopesOf } from './journal'
import { listCondition } from './list-condition'
import { listOrder } from './list-order'

/** Tables whose rows go with their run. What it cost stays. */
const nameRow = z.object({ name: z.string() })
type Statement = ReturnType<Connection['prepare']>

const calledRow = z.object({ scope: z.string(), name: z.string(), digest: z.string(), source: z.string() })

/** The rows of runs, and of the workflows they called. */
export function createRunStore(connection: Connection, queries: Queries, project: string | null): RunStore {
  const prepared = prepare(connection, queries, project)

  const loadHead = (runId: string) => {
    const row = prepared.head.get({ runId })
    if (row === undefined) return null
    return { ...row.head, ...unfolded(envelopesOf(runId, prepared.unfoldedEvents.all({ runId }))) }
  }

  return {
    async loadState(runId) {
      const head = loadHead(runId)
      if (head === null) return null
      const states = prepared.states.all({ runId })
      return { ...head, agents: new Map(states.map(({ state }) => [state.id, state])) }
    },

    loadHead: async (runId) => loadHead(runId),

    async loadInput(runId) {
      return prepared.input.get({ runId }) ?? null
    },

    async loadResult(runId) {
      const row = prepared.result.get({ runId })
      return row === undefined ? null : storedResult(row.result)
    },

    async loadSource(runId, digest) {
      return prepared.source.get({ runId, digest })?.source ?? null
    },

    async calledSources(runId) {
      return prepared.calledSources.all(runId).map((row) => calledRow.parse(row))
    },

    async listRuns(filter) {
      const condition = listCondition(filter, project)
      const counted = queries.select({ total: count() }).from(runs).where(condition).get()
      const order = listOrder(filter.sorting)
      const rows = queries
        .select({ head: runs.head, value: order.value, createdAt: runs.createdAt, id: runs.id })
        .from(runs)
        .where(and(condition, order.behind))
        .orderBy(...order.by)
        .limit(filter.limit)
        .offset(filter.offset)
        .all()
      const last = rows.at(-1)
      return {
        runs: rows.map(({ head }) => head),
        total: counted?.total ?? 0,
        last:
          last === undefined
            ? null
            : { value: last.value, createdAt: last.createdAt, id: last.id, at: filter.sorting?.at ?? '' },
      }
    },

    async runNames(most) {
      const names = (statement: Statement) =>
        statement.all({ most, project }).map((row) => nameRow.parse(row).name)
      return {
        tags: names(prepared.tagNames),
        users: names(prepared.userNames),
        workflows: names(prepared.workflowNames),
      }
    },

    async countDrafts() {
      return prepared.drafts.get()?.drafts ?? 0
    },

    async openRuns() {
      return prepared.open.all().map(({ id }) => id)
    },

    async findIdempotent(key) {
      return prepared.idempotent.get({ key }) ?? null
    },

    async deleteRun(runId) {
      await deleteRunStepwise(queries, runId)
    },

    async workspaceRoots() {
      return rootsSchema.parse(prepared.roots.all()).map(({ root }) => root)
    },

    async usedRoots(runs) {
      return usedSchema.parse(prepared.usedRoots.all({ project, runs }))
    },

    async *filesNamed(root) {
      for (const { id, head } of namedSchema.parse(prepared.runsOn.all(root))) {
        yield head
        for (const statement of [prepared.namingEvents, prepared.namingAgents])
          for (let after = 0; ; ) {
            const some = textsSchema.parse(statement.all(id, after, ROWS_AT_ONCE))
            for (const { text } of some) yield text
            after = some.at(-1)?.row ?? 0
            if (some.length < ROWS_AT_ONCE) break
            // Other work comes in between: a long run has a hundred thousand events.
            await new Promise((resolve) => setImmediate(resolve))
          }
      }
    },
  }
}

/** Rows that are read without a pause. */
const ROWS_AT_ONCE = 2_000

const usedSchema = z.array(z.object({ root: z.string(), at: z.string() }))
const rootsSchema = z.array(z.object({ root: z.string() }))
const namedSchema = z.array(z.object({ id: z.string(), head: z.string() }))
const textsSchema = z.array(z.object({ row: z.number(), text: z.string() }))

/** A result as its column holds it; an answer of null is still an answer. */
export function storedResult(result: string | null): { result: Json; hasResult: boolean } {
  return result === null ? { result: null, hasResult: false } : { result: parsed(result), hasResult: true }
}

const usedMost = `WHERE r.id NOT LIKE '${trialRunPrefix}%' AND (@project IS NULL OR r.project = @project)
  GROUP BY name ORDER BY count(*) DESC, name LIMIT @most`

function prepare(connection: Connection, queries: Queries, project: string | null) {
  const runId = sql.placeholder('runId')
  const ofRun = eq(runs.id, runId)
  return {
    head: queries.select({ head: runs.head }).from(runs).where(ofRun).prepare(),
    unfoldedEvents: queries
      .select(envelopeColumns)
      .from(events)
      .where(and(eq(events.runId, runId), inArray(events.type, [...unfoldedEvents])))
      .orderBy(events.seq)
      .prepare(),
    states: queries
      .select({ state: agents.state })
      .from(agents)
      .where(eq(agents.runId, runId))
      .orderBy(agents.position)
      .prepare(),
    input: queries.select({ script: runs.script, args: runs.args }).from(runs).where(ofRun).prepare(),
    result: queries.select({ result: runs.result }).from(runs).where(ofRun).prepare(),
    source: queries
      .select({ source: sources.source })
      .from(sources)
      .where(and(eq(sources.runId, runId), eq(sources.digest, sql.placeholder('digest'))))
      .prepare(),
    // The names are stored only in the JSON of events.
    calledSources: connection.prepare(
      `SELECT json_extract(e.data, '$.scope') AS scope, json_extract(e.data, '$.name') AS name, s.digest AS digest, s.source AS source
       FROM events e JOIN sources s ON s.run_id = e.run_id AND s.digest = json_extract(e.data, '$.digest')
       WHERE e.run_id = ? AND e.type = 'workflow.entered' ORDER BY e.seq`,
    ),
    // A run's tags and who launched it are stored only in its head.
    tagNames: connection.prepare(
      `SELECT t.value AS name FROM runs r, json_each(r.head, '$.run.tags') t
       ${usedMost}`,
    ),
    userNames: connection.prepare(
      `SELECT json_extract(r.head, '$.run.launchedBy.name') AS name FROM runs r ${usedMost}`,
    ),
    workflowNames: connection.prepare(
      `SELECT r.workflow AS name FROM runs r ${usedMost.replace('WHERE', 'WHERE r.workflow IS NOT NULL AND')}`,
    ),
    roots: connection.prepare(
      "SELECT DISTINCT json_extract(head, '$.run.workspace.root') AS root FROM runs WHERE root IS NOT NULL",
    ),
    usedRoots: connection.prepare(
      `SELECT root, MAX(at) AS at FROM
         (SELECT json_extract(head, '$.run.workspace.root') AS root, created_at AS at FROM runs
          WHERE id NOT LIKE '${trialRunPrefix}%' AND (@project IS NULL OR project = @project)
          ORDER BY created_at DESC LIMIT @runs)
       WHERE root IS NOT NULL GROUP BY root ORDER BY at DESC`,
    ),
    runsOn: connection.prepare(
      "SELECT id, head FROM runs WHERE json_extract(head, '$.run.workspace.root') = ?",
    ),
    namingEvents: connection.prepare(
      `SELECT rowid AS row, data AS text FROM events WHERE run_id = ? AND rowid > ?
       AND (data LIKE '%"tree"%' OR data LIKE '%"base"%' OR data LIKE '%"before"%' OR data LIKE '%"revision"%')
       ORDER BY rowid LIMIT ?`,
    ),
    namingAgents: connection.prepare(
      `SELECT rowid AS row, json_extract(spec, '$.options') || json(state) AS text FROM agents
       WHERE run_id = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
    ),
    drafts: queries
      .select({ drafts: count() })
      .from(runs)
      .where(
        and(
          eq(runs.status, 'draft'),
          notLike(runs.id, `${trialRunPrefix}%`),
          project === null ? undefined : eq(runs.project, project),
        ),
      )
      .prepare(),
    open: queries
      .select({ id: runs.id })
      .from(runs)
      .where(inArray(runs.status, openStatuses))
      .orderBy(runs.createdAt)
      .prepare(),
    idempotent: queries
      .select({ runId: idempotencyKeys.runId, digest: idempotencyKeys.digest })
      .from(idempotencyKeys)
      .where(eq(idempotencyKeys.key, sql.placeholder('key')))
      .prepare(),
  }
}
