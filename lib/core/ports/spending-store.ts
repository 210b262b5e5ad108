import type { DaySpend } from '../base/utc-day'
import type { TokenKind } from '../money/pricing'
import type { PayerSpend } from '../money/quotas'
import type { Delivery } from '../spec/run'

/** Committed turns of one phase, model and delivery: how many of each kind, and what they were booked at. */
export type CostLine = {
  phase: string | null
  model: string
  delivery: Delivery
  turns: number
  /** False for turns whose cost is not known; their costs are all zero and mean nothing. */
  isPriced: boolean
  /**
   * False for answers that did not say what they used: nothing is counted of them here, they are unsettled.
   */
  isMetered: boolean
  counts: Record<TokenKind, number>
  costs: Record<TokenKind, number>
  cacheSavedNanoUsd: number
}
export type UnsettledLine = { phase: string | null; model: string; unsettledNanoUsd: number }

/** What was spent, by run and by day. Reports over many runs are asked of a `CostReader`. */
export type SpendingStore = {
  costLines(runId: string): Promise<{ spent: CostLine[]; unsettled: UnsettledLine[] }>
  /** Nanodollars spent and unsettled on a UTC day, real providers and simulator apart. */
  spentOn(day: string, simulated: boolean): Promise<{ spentNanoUsd: number; unsettledNanoUsd: number }>
  /** The same of every day there is. */
  spentByDay(simulated: boolean): Promise<DaySpend[]>
  /** The same by whom it counts against, with the agents that were made. */
  spentByPayer(simulated: boolean): Promise<PayerSpend[]>
}
