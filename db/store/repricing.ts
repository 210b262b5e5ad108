import { and, asc, count, desc, eq, getTableColumns, ne, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { AgentState } from '@/lib/core/agent/agent'
import { type Actor, actorSchema } from '@/lib/core/base/actor'
import { type RepricedRun, RepricedSinceError, type RepricingStore } from '@/lib/core/money/money-store'
import type { Cost } from '@/lib/core/money/pricing'
import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { type Payer, payerOf, rollupPayer } from '@/lib/core/money/quotas'
import { addSums, noSums, type Sums, sumsOfTurn } from '@/lib/core/money/sums'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { Connection, Queries } from '../open'
import { agents, events, repricedTurns, repricings, runs, turns } from '../schema'
import { turnColumns } from './agents'
import { createRollups } from './rollups'
import { createTransaction } from './transaction'
import { promptBeforeReader } from './turn-totals'

/** Repricings that are listed, newest first. */
const MOST_LISTED = 100

/** Rows of one statement: SQLite takes 32,766 values, and a row has seven. */
const ROWS_AN_INSERT = 500

const DONE = 1
const SKIPPED = 2

/** What is recorded of repricing history, and the transaction that does it to one run. */
export function createRepricingStore(connection: Connection, queries: Queries): RepricingStore {
  const ofRepricing = (id: string) => eq(repricedTurns.repricingId, id)
  return {
    async addRepricing(repricing) {
      return queries.transaction((within) => {
        const isOpen = ne(repricings.status, 'applied')
        if (within.select({ id: repricings.id }).from(repricings).where(isOpen).get() !== undefined)
          return false
        within.insert(repricings).values(repricing).run()
        return true
      })
    },

    async addRepricedTurns(id, changed) {
      queries.transaction((within) => {
        for (let at = 0; at < changed.length; at += ROWS_AN_INSERT) {
          const rows = changed.slice(at, at + ROWS_AN_INSERT)
          const values = rows.map(({ runId, agentId, turn, before, after }) => ({
            ...{ repricingId: id, runId, agentId, turn },
            ...{ before, after, done: 0 },
          }))
          within.insert(repricedTurns).values(values).run()
        }
      })
    },

    async setRepricingStatus(id, status) {
      queries.update(repricings).set({ status }).where(eq(repricings.id, id)).run()
    },

    async dropRepricing(id) {
      queries.transaction((within) => {
        within.delete(repricedTurns).where(ofRepricing(id)).run()
        within.delete(repricings).where(eq(repricings.id, id)).run()
      })
    },

    async listRepricings() {
      const turnsThatAre = (done: number) =>
        sql<number>`(SELECT count(*) FROM repriced_turns t WHERE t.repricing_id = repricings.id AND t.done = ${done})`
      return queries
        .select({
          ...getTableColumns(repricings),
          doneTurns: turnsThatAre(DONE),
          skippedTurns: turnsThatAre(SKIPPED),
          undoneBy: sql<string | null>`(SELECT u.id FROM repricings u WHERE u.undoes = repricings.id)`,
        })
        .from(repricings)
        .orderBy(desc(repricings.at), asc(repricings.id))
        .limit(MOST_LISTED)
        .all()
    },

    async addUndo(id, of, at, by) {
      return queries.transaction((within) => {
        const isInTheWay = or(ne(repricings.status, 'applied'), eq(repricings.undoes, of))
        if (within.select({ id: repricings.id }).from(repricings).where(isInTheWay).get() !== undefined)
          return false
        const done = and(ofRepricing(of), eq(repricedTurns.done, DONE))
        const since = within
          .select({ turns: count() })
          .from(repricedTurns)
          .innerJoin(turns, isSameTurn)
          .where(and(done, sql`${turns.cost} IS NOT ${repricedTurns.after}`))
          .get()
        if (since !== undefined && since.turns > 0) throw new RepricedSinceError(since.turns)
        const undone = within.select().from(repricings).where(eq(repricings.id, of)).get()
        if (undone === undefined) return false
        const { beforeNanoUsd, afterNanoUsd } = undone
        within
          .insert(repricings)
          .values({
            ...undone,
            ...{ id, at, by, status: 'applying', undoes: of },
            ...{ beforeNanoUsd: afterNanoUsd, afterNanoUsd: beforeNanoUsd },
          })
          .run()
        // Copied as stored text, so what is restored is exactly what was there.
        within.run(sql`INSERT INTO ${repricedTurns} SELECT ${id}, run_id, agent_id, turn, after, before, 0
          FROM ${repricedTurns} WHERE ${done}`)
        return true
      })
    },

    async runsToReprice(id) {
      const rows = queries
        .selectDistinct({ runId: repricedTurns.runId })
        .from(repricedTurns)
        .where(and(ofRepricing(id), eq(repricedTurns.done, 0)))
        .all()
      return rows.map(({ runId }) => runId)
    },

    async repriceRun(id, runId, at, actor) {
      return connection
        .transaction(() => {
          const state = stateOf(queries, runId)
          const isOpen = state === null || !hasEnded(state.run.status)
          const changes = isOpen ? null : repriceTurns(connection, queries, id, state)
          queries
            .update(repricedTurns)
            .set({ done: changes === null ? SKIPPED : DONE })
            .where(and(ofRepricing(id), eq(repricedTurns.runId, runId)))
            .run()
          if (state === null || changes === null) return { state: 'skipped' as const, changes: [] }
          append(connection, queries, { id, state, changes, at, actor })
          return { state: 'done' as const, changes: byDay(changes) }
        })
        .immediate()
    },
  }
}

const isSameTurn = and(
  eq(turns.runId, repricedTurns.runId),
  eq(turns.agentId, repricedTurns.agentId),
  eq(turns.turn, repricedTurns.turn),
)

/** What a turn's new cost changes in every sum. */
type Change = { agentId: string; day: string; payer: Payer; sums: Sums }

function stateOf(queries: Queries, runId: string): RunState | null {
  const row = queries.select({ head: runs.head }).from(runs).where(eq(runs.id, runId)).get()
  if (row === undefined) return null
  const states = queries
    .select({ state: agents.state })
    .from(agents)
    .where(eq(agents.runId, runId))
    .orderBy(asc(agents.position))
    .all()
  // What is in the journal alone is not written with rows, and no price changes it.
  const unfolded = { log: [], barriers: [], batches: [], checkpoints: [] }
  return { ...row.head, ...unfolded, agents: new Map(states.map(({ state }) => [state.id, state])) }
}

/** New costs in the rows of turns and in all sums; null when a turn is not what the preview saw. */
function repriceTurns(
  connection: Connection,
  queries: Queries,
  id: string,
  { run, agents: known }: RunState,
): Change[] | null {
  const wanted = queries
    .select({ turn: turnColumns, before: repricedTurns.before, after: repricedTurns.after })
    .from(repricedTurns)
    .innerJoin(turns, isSameTurn)
    .where(and(eq(repricedTurns.repricingId, id), eq(repricedTurns.runId, run.id)))
    .all()
  if (wanted.length === 0 || wanted.some(({ turn, before }) => textOf(turn.cost) !== textOf(before)))
    return null
  const rollups = createRollups(connection)
  const readPromptBefore = promptBeforeReader(connection)
  const payerAt = payerReader(queries, run)
  const estimateOf = estimateReader(queries, run.id)
  return wanted.map(({ turn, before, after }) => {
    queries
      .update(turns)
      .set({ cost: after })
      .where(and(eq(turns.runId, run.id), eq(turns.agentId, turn.agentId), eq(turns.turn, turn.turn)))
      .run()
    const day = turn.endedAt.slice(0, 10)
    const phase = known.get(turn.agentId)?.phase ?? 'Agents'
    const { id: runId, launchedBy, project, simulated } = run
    const workflow = run.workflow?.name ?? 'ad hoc'
    const promptBefore = readPromptBefore(runId, turn)
    const payer = payerAt(turn.startedAt)
    const at = (cost: Cost | null) => sumsOfTurn({ usage: turn.usage, cost, promptBefore })
    const estimateNanoUsd = estimateOf(turn)
    const unsettledNanoUsd = (after === null ? estimateNanoUsd : 0) - (before === null ? estimateNanoUsd : 0)
    const sums = addSums(at(after), at(before), -1)
    const key = {
      runId,
      day,
      model: turn.model,
      workflow,
      phase,
      launchedBy: launchedBy.id,
      project,
      ...rollupPayer(payer),
      simulated,
    }
    const [from, to] = [pricingTiersOf(turn.usage, before), pricingTiersOf(turn.usage, after)]
    if (from === to) rollups.add({ ...key, pricingTiers: from }, sums)
    else {
      // Another threshold for long prompts: the whole turn belongs to other pricing tiers now.
      rollups.add({ ...key, pricingTiers: from }, addSums(noSums, at(before), -1))
      rollups.add({ ...key, pricingTiers: to }, at(after))
    }
    if (unsettledNanoUsd !== 0) rollups.add({ ...key, pricingTiers: '' }, { unsettledNanoUsd })
    return { agentId: turn.agentId, day, payer, sums: { ...sums, unsettledNanoUsd } }
  })
}

/** The event, and the rows that mirror it. */
function append(
  connection: Connection,
  queries: Queries,
  {
    id,
    state,
    changes,
    at,
    actor,
  }: { id: string; state: RunState; changes: Change[]; at: string; actor: Actor },
): void {
  const transaction = createTransaction(connection)
  const touched = [...new Set(changes.map(({ agentId }) => agentId))]
  const costs = touched.map((agentId) => {
    const own = changes.filter((change) => change.agentId === agentId)
    const { costNanoUsd, unsettledNanoUsd } = changeOf(own)
    return {
      agentId,
      costNanoUsd: agentCost(queries, state.run.id, agentId),
      changeNanoUsd: costNanoUsd,
      unsettledChangeNanoUsd: unsettledNanoUsd,
    }
  })
  const change = changeOf(changes)
  const unpricedTurns = state.totals.unpricedTurns + change.unpricedTurns
  const spent = state.totals.spentNanoUsd + change.costNanoUsd
  const [envelope] = transaction.append(state.run.id, at, [
    {
      type: 'run.repriced',
      repricingId: id,
      turns: changes.length,
      agents: costs,
      costNanoUsd: unpricedTurns === 0 && state.totals.unmeteredTurns === 0 ? spent : null,
      unpricedTurns,
      cacheSavedNanoUsd: state.totals.cacheSavedNanoUsd + change.cacheSavedNanoUsd,
      actor,
    },
  ])
  if (envelope === undefined) throw new Error(`Run ${state.run.id} took no event`)
  const next = fold(state, envelope)
  const changed = touched.map((agentId) => next.agents.get(agentId)).filter((agent) => agent !== undefined)
  transaction.project(next, changed satisfies AgentState[])
}

/** Sum of an agent's turns as their rows have it now; null as soon as one has no price. */
function agentCost(queries: Queries, runId: string, agentId: string): number | null {
  const row = queries
    .select({
      unpriced: sql<number>`count(*) - count(${turns.cost})`,
      cost: sql<number>`coalesce(sum(json_extract(${turns.cost}, '$.totalNanoUsd')), 0)`,
    })
    .from(turns)
    .where(and(eq(turns.runId, runId), eq(turns.agentId, agentId)))
    .get()
  return row === undefined || row.unpriced > 0 ? null : row.cost
}

/** What the sums of each day changed by, by who had paid. */
function byDay(changes: readonly Change[]): RepricedRun['changes'] {
  const days = new Map<string, Change[]>()
  for (const change of changes) {
    const key = JSON.stringify([change.day, change.payer])
    days.set(key, [...(days.get(key) ?? []), change])
  }
  return [...days.values()].flatMap((own) =>
    own.slice(0, 1).map(({ day, payer }) => {
      const { costNanoUsd, unsettledNanoUsd } = changeOf(own)
      return { day, payer, changeNanoUsd: costNanoUsd, unsettledChangeNanoUsd: unsettledNanoUsd }
    }),
  )
}

/** What a turn of a run was estimated to cost while its model had no price, in nanodollars; 0 where it was not. */
function estimateReader(
  queries: Queries,
  runId: string,
): (turn: { agentId: string; turn: number }) => number {
  const isEstimated = sql`json_extract(${events.data}, '$.unsettled.nanoUsd') > 0`
  const estimates = queries
    .select({ data: events.data })
    .from(events)
    .where(and(eq(events.runId, runId), eq(events.type, 'turn.committed'), isEstimated))
    .all()
    .map(({ data }) => estimatedSchema.parse(JSON.parse(data)))
  const byTurn = new Map(estimates.map((one) => [JSON.stringify([one.agentId, one.turn]), one]))
  return ({ agentId, turn }) => byTurn.get(JSON.stringify([agentId, turn]))?.unsettled.nanoUsd ?? 0
}

const estimatedSchema = z.object({
  agentId: z.string(),
  turn: z.number(),
  unsettled: z.object({ nanoUsd: z.number() }),
})

/** Who paid for the turns of a run that began at a time: whoever launched it, or had retried it last by then. */
function payerReader(queries: Queries, run: RunState['run']): (at: string) => Payer {
  const retries = queries
    .select({ at: events.at, data: events.data })
    .from(events)
    .where(and(eq(events.runId, run.id), eq(events.type, 'run.retried')))
    .orderBy(asc(events.seq))
    .all()
    .map(({ at, data }) => ({ at, paidBy: retriedSchema.parse(JSON.parse(data)).paidBy }))
  return (startedAt) => {
    const last = retries.findLast(({ at, paidBy }) => at <= startedAt && paidBy !== undefined)
    return payerOf({ ...run, paidBy: last?.paidBy ?? null })
  }
}

const retriedSchema = z.object({ paidBy: actorSchema.optional() })

function changeOf(changes: readonly Change[]): Sums {
  return changes.reduce<Sums>((all, { sums }) => addSums(all, sums), noSums)
}

function textOf(cost: Cost | null): string | null {
  return cost === null ? null : JSON.stringify(cost)
}
