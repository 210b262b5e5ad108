import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { moneyNumber } from '../money-number'
import type { Connection } from '../open'
import type { Rollups } from './rollups'

/** Keeps the totals of every run, for the lists and sums of costs. Dry runs and trial runs have no totals. */
export function createRunTotals(connection: Connection, rollups: Rollups) {
  const sql = prepare(connection)
  return {
    /** Inside the transaction that changes the run: its sums by tag move with its tags. */
    save(state: RunState): void {
      const { run } = state
      if (run.dryRun !== null || run.id.startsWith(trialRunPrefix)) return
      const runTotal = runTotalOf(state)
      rollups.moveTags(run.id, runTotal.tags, () => sql.save.run(runTotal))
    },
  }
}

/** A run's totals, from its head. */
function runTotalOf({ run, totals, outcomeCounts }: RunState) {
  return {
    runId: run.id,
    title: run.title,
    workflow: run.workflow?.name ?? 'ad hoc',
    launchedBy: run.launchedBy.id,
    project: run.project,
    tags: JSON.stringify(run.tags),
    simulated: moneyNumber({ simulated: run.simulated, imported: run.imported !== null }),
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    status: run.status,
    turns: totals.turns,
    unpriced: totals.unpricedTurns,
    spent: totals.spentNanoUsd,
    unsettled: totals.unsettledNanoUsd,
    answers: outcomeCounts.succeeded + outcomeCounts.flagged - outcomeCounts.reused,
  }
}

function prepare(connection: Connection) {
  return {
    save: connection.prepare(
      `INSERT INTO run_totals (run_id, title, workflow, launched_by, project, tags, simulated, created_at, ended_at, status, turns,
         unpriced_turns, spent_nano_usd, unsettled_nano_usd, answers)
       VALUES (@runId, @title, @workflow, @launchedBy, @project, @tags, @simulated, @createdAt, @endedAt, @status, @turns,
         @unpriced, @spent, @unsettled, @answers)
       ON CONFLICT DO UPDATE SET title = excluded.title, tags = excluded.tags, ended_at = excluded.ended_at,
         status = excluded.status, turns = excluded.turns, unpriced_turns = excluded.unpriced_turns,
         spent_nano_usd = excluded.spent_nano_usd, unsettled_nano_usd = excluded.unsettled_nano_usd,
         answers = excluded.answers`,
    ),
  }
}
