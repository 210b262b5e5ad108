import type { Budget } from './budgets'
import type { RepricedTurn, RepricingAsked, RepricingSight } from './repricing'
import type { ReportSumName, SumName, Sums } from './sums'

/**
 * UTC days, both included; real money, simulated, and what imported runs had cost elsewhere are never added up.
 */
export type CostPeriod = { from: string; to: string; simulated: boolean; imported?: boolean }

/** What sums are kept by. A run with several tags counts under each of them, one without under ''. */
export const rollupColumns = ['day', 'model', 'workflow', 'phase', 'user', 'run', 'tag'] as const
export type RollupColumn = (typeof rollupColumns)[number]

/**
 * Tokens, and nanodollars in all and by kind. Kinds of turns before kinds were kept are in the whole only.
 */
export type RollupSums = Record<ReportSumName, number>

export type RollupRow = { key: Partial<Record<RollupColumn, string>>; title: string | null; sums: RollupSums }

/** Everything a cost report of a period says, read in one go, so its parts agree. */
export type CostReport = {
  whole: RollupSums
  /** Most expensive first, at most as many as asked for. */
  rows: RollupRow[]
  /** What the rows leave out: those beyond the limit. */
  omitted: { rows: number; costNanoUsd: number }
  /** Spent before sums were kept by run, by runs that are deleted: in the whole, and in no run. */
  byDayOnly: RollupSums | null
  /** Agents of runs begun in the period that gave an answer of their own. */
  answers: number
  /** What imported runs had cost in the period; in no sum of another money. */
  importedNanoUsd: number
  month: RollupRow[]
}

/** One run as lists of costs show it. */
export type RunTotal = {
  runId: string
  title: string
  workflow: string
  launchedBy: string
  createdAt: string
  status: string
  turns: number
  spentNanoUsd: number
  unsettledNanoUsd: number
}

/** A turn that was cut off in flight, and what it probably cost. */
export type UnsettledTurn = {
  runId: string
  title: string
  agentId: string
  turn: number
  attempt: number
  at: string
  reason: string
  unsettledNanoUsd: number
}

/**
 * What turns of a deleted run probably cost that were cut off; which turns they were went with its journal.
 */
export type DeletedUnsettled = { runId: string; title: string; lastDay: string; unsettledNanoUsd: number }

/**
 * Interrupted turns, newest first, and deleted runs that had such, most expensive first: as many as asked for
 * of both.
 */
export type Unsettled = {
  turns: UnsettledTurn[]
  /** How many there are in all. */
  count: number
  deleted: DeletedUnsettled[]
  deletedCount: number
  /** What the sums of the period say, listed or not. */
  totalNanoUsd: number
}

/** Sums that tell what the same tokens would have cost otherwise. */
export const usageSumNames = [
  'turns',
  'unpricedTurns',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'hourWriteTokens',
  'repeatedTokens',
  'costNanoUsd',
  'webSearchNanoUsd',
] satisfies readonly SumName[]

/** Turns that had the same price, added up: what "what if" is worked out from. */
export type UsageSum = { day: string; model: string; pricingTiers: string } & Pick<
  Sums,
  (typeof usageSumNames)[number]
>

/** Turns of agents of one name on one model: of a type where their calls named one, else of a label. */
export type AgentModelCost = {
  agent: string
  model: string
  agents: number
  turns: number
  unpricedTurns: number
  costNanoUsd: number
}

/** Agents against models, most expensive first; what is left out is told as sums. */
export type AgentModelCosts = {
  rows: AgentModelCost[]
  /** Pairs beyond the limit. */
  omitted: { rows: number; costNanoUsd: number }
  /** Runs that were not looked at: those that cost least, beyond so many turns, and deleted ones. */
  unread: { runs: number; costNanoUsd: number }
}

/** The run or the period that usage is asked of. */
export type UsageOf = { runId: string } | { period: CostPeriod }

/**
 * What was spent against a budget, unsettled included, and the first day on which anything was; null when
 * nothing was.
 */
export type BudgetUse = { nanoUsd: number; firstDay: string | null }

/** What can be asked about costs beside the work, by name. Everything crosses threads as it is. */
export type CostQuestions = {
  costReport: {
    period: CostPeriod
    by: readonly RollupColumn[]
    limit: number
    /** Whether costs by token kind are wanted; else they are zero. */
    withKinds: boolean
    month: CostPeriod
  }
  /** Runs begun in a period, and of each of their workflows the newest completed runs to compare with. */
  runTotals: { period: CostPeriod; peers: number }
  unsettled: { period: CostPeriod; limit: number }
  usage: { of: UsageOf }
  /** Of the runs that cost most, so many that they have `mostTurns` turns together. */
  agentModels: { period: CostPeriod; limit: number; mostTurns: number }
  /**
   * What repricing a period would change; turn by turn only for the runs asked for, so answers stay
   * small.
   */
  repricing: RepricingAsked
  repricedTurns: { asked: RepricingAsked; runIds: readonly string[] }
  /** Spending under each of these budgets in its period, in the same order. */
  budgets: {
    budgets: readonly {
      budget: Pick<Budget, 'scope' | 'name'>
      from: string
      to: string
      /** The project whose spending counts, where all are asked; null for that of all. */
      over: string | null
    }[]
    simulated: boolean
  }
  /** What the newest completed runs of a workflow cost, but for one run. */
  peers: { workflow: string; simulated: boolean; but: string; limit: number }
  /** Models that were used without a known price, each with the last run that did. */
  unpriced: { simulated: boolean }
}
export type CostAnswers = {
  costReport: CostReport
  runTotals: { runs: RunTotal[]; peers: RunTotal[] }
  unsettled: Unsettled
  usage: UsageSum[]
  agentModels: AgentModelCosts
  repricing: RepricingSight
  repricedTurns: RepricedTurn[]
  budgets: BudgetUse[]
  peers: number[]
  unpriced: { model: string; runId: string; title: string }[]
}

/** Reads the cost rollups where it holds up nobody: on a connection and a thread of its own. */
export type CostReader = {
  /** Rejects with the signal's reason when it is aborted, and with a sentence when it takes too long. */
  ask<K extends keyof CostQuestions>(
    kind: K,
    question: CostQuestions[K],
    signal?: AbortSignal,
  ): Promise<CostAnswers[K]>
  /** The same, whose answers hold nothing of other projects. */
  within(project: string): CostReader
  close(): Promise<void>
}
