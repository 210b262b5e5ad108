import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { recordOf } from '@/lib/core/base/record-of'
import { keptSums, sumColumns } from '@/lib/core/money/sums'
import type { FinishedImport, FoundCall, ImportRows, ImportStore } from '@/lib/core/ports/import-store'
import { ProjectArchivedError } from '@/lib/core/ports/journal-store'
import type { Connection, Queries } from '../open'
import { clearRows, keepRows, makeRoom } from '../retention/clear-run'
import { importedRuns, runs } from '../schema'
import { createRollups } from '../store/rollups'
import { createRunTotals } from '../store/run-totals'
import { unavailable } from '../unavailable'

/** Runs that were made elsewhere, as they are written. */
export function createImportStore(connection: Connection, queries: Queries): ImportStore {
  const sql = prepare(connection)
  const rollups = createRollups(connection)
  const runTotals = createRunTotals(connection, rollups)
  const atOnce = <T>(work: () => T): T => {
    try {
      return connection.transaction(work).immediate()
    } catch (error) {
      throw unavailable(error) ?? error
    }
  }

  function addRows(runId: string, { events, agents, messages, turns }: ImportRows): void {
    for (const { seq, at, event } of events ?? [])
      sql.addEvent.run(
        ...[runId, seq, at, event.type, 'agentId' in event ? event.agentId : null, JSON.stringify(event)],
      )
    for (const { state, spec, result } of agents ?? [])
      sql.addAgent.run(
        ...[runId, state.id, state.position, state.status, spec.key, JSON.stringify(state)],
        ...[JSON.stringify(spec), result === null ? null : JSON.stringify(result.value)],
      )
    for (const { agentId, position, turn, role, content } of messages ?? [])
      sql.addMessage.run(runId, agentId, position, turn, role, content)
    for (const { agentId, turn, attempt, model, usage, cost, ...rest } of turns ?? [])
      sql.addTurn.run(
        ...[runId, agentId, turn, attempt, model, JSON.stringify(usage)],
        ...[cost === null ? null : JSON.stringify(cost), rest.stopReason, rest.requestId],
        ...[rest.startedAt, rest.firstTokenAt, rest.endedAt],
      )
  }

  function amend(runId: string, { agentId, key, callSite, dependsOn }: FoundCall): void {
    const [site, inputs] = [JSON.stringify(callSite), JSON.stringify(dependsOn)]
    sql.amendEvent.run({ runId, agentId, key, site, inputs })
    sql.amendAgent.run({ runId, agentId, key, site, inputs })
  }

  /** What an earlier import of a run added to the sums; deleting a run leaves them as they are. */
  function takeBack(runId: string): void {
    const before = totalsSchema.optional().parse(sql.totals.get(runId))
    if (before === undefined) return
    const rows = z.array(placeSchema).parse(sql.sums.all(runId))
    for (const { day, model, phase, pricingTiers, ...sums } of rows)
      rollups.add(
        { ...before, ...nobody, runId, day, model, phase, pricingTiers },
        Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, -sum])),
      )
    for (const table of ['run_costs', 'run_totals'])
      connection.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId)
    for (const table of ['daily_costs', 'tag_costs'])
      connection.prepare(`DELETE FROM ${table} WHERE simulated = 2 AND turns = 0`).run()
  }

  function finish({ state, script, args, result, sums }: FinishedImport): void {
    const { run, phases, totals, outcomeCounts, seq } = state
    if (run.imported === null) throw new Error('Only an imported run is finished so')
    if (sql.isArchived.get(run.project) !== undefined) throw new ProjectArchivedError()
    const { origin, digest, at } = run.imported
    takeBack(run.id)
    sql.addRun.run(
      ...[run.id, run.project, seq, run.status, run.title, run.workflow?.name ?? null],
      ...[run.simulated ? 1 : 0, run.createdAt],
      ...[JSON.stringify({ run, phases, totals, outcomeCounts, seq }), script, JSON.stringify(args)],
      result === null ? null : JSON.stringify(result.value),
    )
    runTotals.save(state)
    const { project } = run
    const place = { ...nobody, runId: run.id, project, workflow: run.workflow?.name ?? 'ad hoc' }
    for (const { sums: added, ...keys } of sums)
      rollups.add({ ...place, ...keys, launchedBy: run.launchedBy.id }, added)
    const known = { runId: run.id, digest, at }
    queries
      .insert(importedRuns)
      .values({ project, origin, ...known })
      .onConflictDoUpdate({ target: [importedRuns.project, importedRuns.origin], set: known })
      .run()
    keepRows(queries, run.id)
  }

  return {
    async findImports(project) {
      return queries
        .select({ found: importedRuns, id: runs.id })
        .from(importedRuns)
        .leftJoin(runs, eq(runs.id, importedRuns.runId))
        .where(eq(importedRuns.project, project))
        .all()
        .map(({ found: { project: _, ...origin }, id }) => ({ ...origin, isThere: id !== null }))
    },

    begin: (runId) => makeRoom(queries, runId),

    async addRows(runId, rows) {
      atOnce(() => addRows(runId, rows))
    },

    async amend(runId, calls) {
      atOnce(() => {
        for (const call of calls) amend(runId, call)
      })
    },

    async finish(run) {
      atOnce(() => finish(run))
    },

    abandon: (runId) => clearRows(queries, runId),
  }
}

/** Imported money counts against nobody. */
const nobody = { simulated: false, imported: true, payer: '', payerOwner: '' } as const

const totalsSchema = z.object({ workflow: z.string(), launchedBy: z.string(), project: z.string() })

const placeSchema = z.object({
  ...{ day: z.string(), model: z.string(), phase: z.string(), pricingTiers: z.string() },
  ...recordOf(keptSums.run, () => z.number()),
})

function prepare(connection: Connection) {
  const sums = keptSums.run.map(({ name }) => `${sumColumns[name]} AS ${name}`).join(', ')
  const amended = `'$.key', @key, '$.callSite', json(@site), '$.dependsOn', json(@inputs)`
  return {
    isArchived: connection.prepare('SELECT 1 FROM projects WHERE id = ? AND archived_at IS NOT NULL'),
    addEvent: connection.prepare(
      'INSERT INTO events (run_id, seq, at, type, agent_id, data) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    addRun: connection.prepare(
      `INSERT INTO runs (id, project, seq, status, title, workflow, simulated, created_at, head, script, args, result)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addAgent: connection.prepare(
      `INSERT INTO agents (run_id, id, position, status, key, state, spec, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addMessage: connection.prepare(
      `INSERT INTO messages (run_id, agent_id, position, attempt, turn, role, content) VALUES (?, ?, ?, 1, ?, ?, ?)`,
    ),
    addTurn: connection.prepare(
      `INSERT INTO turns (run_id, agent_id, turn, attempt, model, usage, cost, stop_reason, request_id, started_at, first_token_at, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    amendEvent: connection.prepare(
      `UPDATE events SET data = json_set(data, ${amended}) WHERE run_id = @runId AND agent_id = @agentId AND type = 'agent.created'`,
    ),
    amendAgent: connection.prepare(
      `UPDATE agents SET key = @key, spec = json_set(spec, '$.key', @key),
         state = json_set(state, '$.callSite', json(@site), '$.dependsOn', json(@inputs))
       WHERE run_id = @runId AND id = @agentId`,
    ),
    totals: connection.prepare(
      'SELECT workflow, launched_by AS launchedBy, project FROM run_totals WHERE run_id = ?',
    ),
    sums: connection.prepare(
      `SELECT day, model, phase, pricing_tiers AS pricingTiers, ${sums} FROM run_costs WHERE run_id = ?`,
    ),
  }
}
