import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { sumsOfTurn } from '@/lib/core/money/sums'
import type { TurnRow } from '@/lib/core/ports/agent-store'
import type { RollupKey } from '@/lib/core/ports/journal-store'
import type { Connection } from '../open'
import type { Rollups } from './rollups'

/** Records turns: a row for each that was committed, and its share of the sums. */
export function createTurnTotals(connection: Connection, rollups: Rollups) {
  const sql = prepare(connection)
  const readPromptBefore = promptBeforeReader(connection)

  return {
    /** Where `key` is null, only the row is kept: nothing is counted of a dry run. */
    commit(runId: string, key: RollupKey | null, row: TurnRow): void {
      if (key !== null) addToSums(runId, key, row)
      addRow(runId, row)
    },

    /** What turns that were lost have probably cost and used, beside what is booked. */
    addUnsettled(runId: string, key: RollupKey, nanoUsd: number, tokens: number): void {
      rollups.add({ ...key, runId, pricingTiers: '' }, { unsettledNanoUsd: nanoUsd, unsettledTokens: tokens })
    },
  }

  function addRow(runId: string, row: TurnRow): void {
    sql.addRow.run(
      runId,
      row.agentId,
      row.turn,
      row.attempt,
      row.model,
      JSON.stringify(row.usage),
      row.cost === null ? null : JSON.stringify(row.cost),
      row.stopReason,
      row.requestId,
      row.startedAt,
      row.firstTokenAt,
      row.endedAt,
    )
  }

  /** The day is that of the turn's end, as its row says it: sums and turns never disagree about midnight. */
  function addToSums(runId: string, key: RollupKey, row: TurnRow): void {
    const promptBefore = readPromptBefore(runId, row)
    rollups.add(
      { ...key, runId, day: row.endedAt.slice(0, 10), pricingTiers: pricingTiersOf(row.usage, row.cost) },
      sumsOfTurn({ ...row, promptBefore }),
    )
  }
}

function prepare(connection: Connection) {
  return {
    addRow: connection.prepare(
      `INSERT INTO turns (run_id, agent_id, turn, attempt, model, usage, cost, stop_reason, request_id, started_at, first_token_at, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  }
}

/** Reads how many tokens the prompt before a turn had in the same attempt; 0 for the attempt's first turn. */
export function promptBeforeReader(connection: Connection) {
  const before = connection
    .prepare(
      `SELECT json_extract(usage, '$.inputTokens') + json_extract(usage, '$.cacheReadTokens')
         + json_extract(usage, '$.cacheWrite5mTokens') + json_extract(usage, '$.cacheWrite1hTokens')
       FROM turns WHERE run_id = ? AND agent_id = ? AND turn = ? AND attempt = ?`,
    )
    .pluck()
  return (runId: string, { agentId, turn, attempt }: Pick<TurnRow, 'agentId' | 'turn' | 'attempt'>): number =>
    Number(before.get(runId, agentId, turn - 1, attempt) ?? 0)
}
