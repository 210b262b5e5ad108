import type { Failure } from '../agent/failure'
import type { Payer, Quota, QuotaUse } from '../money/quotas'
import type { PhaseUse } from '../run/phase-use'
import type { QuotaMet, WaitedQuota } from '../spec/quota-met'
import type { CapMet, HeldCap, Limits } from '../spec/run'
import type { Headroom, RateLimits } from './ports'

/** The worst case of a model request; the dispatcher reserves it before the request is sent. */
export type AdmitRequest = {
  runId: string
  /** Priority inside its own run: lower goes first. */
  position: number
  /** Title of the phase whose caps count too. */
  phase: string
  /** Requests of one family share a rate limit. */
  family: string
  /** The most output it may have, in tokens: what it leaves with where no cap is near. */
  maxTokens: number
  /**
   * The output it is likely to need by now, in tokens, at most `maxTokens`: what it leaves with where a cap
   * bounds how many may be in flight.
   */
  likelyTokens(): number
  /** Agents of its run that have not ended, itself included: they may all want to be in flight beside it. */
  contenders(): number
  inputTokens: number
  /**
   * Worst-case cost with this `max_tokens`, in nanodollars; null when the price is unknown: then it is admitted
   * only where no cap in dollars applies.
   */
  worstCase(maxTokens: number): number | null
  signal: AbortSignal
  /**
   * Hears what it has to wait for; `cap` is the one in whose rest there is no room, where that is the budget, and
   * `quota` which one, where it is a quota.
   */
  onWait(
    reason: 'slot' | 'rate-limit' | 'budget',
    untilMs: number | null,
    cap: HeldCap | null,
    quota?: WaitedQuota | null,
  ): void
}

/**
 * How a request went, for the rollups: its tokens are those it used, or if it was lost those it probably did.
 */
export type Settlement = {
  spentNanoUsd: number
  unsettledNanoUsd: number
  tokens: number
  failure: Failure | null
}

export type Admission =
  | {
      kind: 'admitted'
      /** May be smaller than asked: what it is likely to need, or less near a cap. */
      maxTokens: number
      reservedNanoUsd: number | null
      /** The cap that made it smaller; null when nothing did. */
      clampedBy: CapMet | null
      headers(limits: RateLimits): void
      /** Called whatever happened; the first call counts. */
      settle(settlement: Settlement): void
    }
  | ({ kind: 'capped' } & CapMet)
  /** Its price is unknown, and dollars are capped: by `cap`, as a sentence goes on from it. */
  | { kind: 'not-held'; cap: string }

/** Whether agents may be made today: those that may are counted on that UTC day. */
export type AgentCount =
  | { kind: 'counted'; day: string }
  | { kind: 'capped'; reason: 'day-agent-cap' | 'quota'; detail: string; quota: QuotaMet | null }

/**
 * Caps over all runs, of a UTC day and month: nanodollars, tokens of all kinds, agents made; null for none.
 * And the quotas of those who pay for runs.
 */
export type CalendarCaps = {
  day: number | null
  month: number | null
  dayTokens: number | null
  dayAgents: number | null
  quotas: readonly Quota[]
}

export const noCalendarCaps: CalendarCaps = {
  day: null,
  month: null,
  dayTokens: null,
  dayAgents: null,
  quotas: [],
}

/** What a run has used up when it is opened. */
export type Opening = {
  runId: string
  /** Whose quotas it counts against while it is open. */
  payer: Payer
  limits: Limits
  concurrency: number | null
  spentNanoUsd: number
  tokens: number
  phases: readonly PhaseUse[]
}

/** Gets model requests and local tool calls admitted: slots, rate limits and budgets in one place. */
export type Dispatcher = {
  open(opening: Opening): void
  change(runId: string, limits: Limits, concurrency: number | null): void
  close(runId: string): void
  /** Permission for one model request. Rejects with the signal's reason when aborted. */
  admit(request: AdmitRequest): Promise<Admission>
  /**
   * Permission for a turn that leaves in a batch: its worst case is reserved, no slot is taken and no rate
   * limit asked. Rejects with the signal's reason when aborted.
   */
  reserve(request: AdmitRequest): Promise<Admission>
  /** Takes up what an earlier process reserved for a turn that a batch still carries; it was granted then. */
  restoreReservation(
    runId: string,
    reserved: { nanoUsd: number | null; tokens: number; phase: string },
  ): (settlement: Settlement) => void
  /** A slot for local work (a tool call); the function gives it back. */
  localSlot(runId: string, position: number, signal: AbortSignal): Promise<() => void>
  /** Counts agents that are about to be made, all of them or none. */
  countAgents(runId: string, count: number): AgentCount
  /** Adds a loss to the day that was found later, after a crash, before its run is opened. */
  addUnsettled(payer: Payer, nanoUsd: number, tokens: number): void
  setCaps(caps: CalendarCaps): void
  /** Corrects what was booked on a past day. */
  correct(day: string, change: Correction, payer: Payer): void
  /** What is used of a quota now, whether it is set or only asked about. */
  quotaUse(quota: Pick<Quota, 'subject' | 'period' | 'unit'>): QuotaUse
  usage(): DispatcherUsage
}

/** What changes of the spending of a day once its turns are priced by another list, in nanodollars. */
export type Correction = { spentNanoUsd: number; unsettledNanoUsd: number }

export type DispatcherUsage = {
  slots: { used: number; max: number; waiting: number }
  /** The present UTC day and month over all runs. */
  today: CalendarSpend
  month: CalendarSpend
  tokensToday: DayCount
  agentsToday: DayCount
  headroom: Headroom[]
}

/** Money of a day or a month, over all runs. */
export type CalendarSpend = {
  spentNanoUsd: number
  reservedNanoUsd: number
  unsettledNanoUsd: number
  capNanoUsd: number | null
}

/** Tokens or agents of the present UTC day, over all runs. */
export type DayCount = { used: number; reserved: number; cap: number | null }
