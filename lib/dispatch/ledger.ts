import type { DaySpend } from '@/lib/core/base/utc-day'
import { noRoomToday } from '@/lib/core/caps/agent-cap'
import { largestFitting, SMALLEST_USEFUL_TOKENS, type TurnQuote } from '@/lib/core/caps/room'
import {
  type Cap,
  cutShort,
  firstBroken,
  haveRoomFor,
  type Need,
  nameOf,
  tooLittle,
  type Use,
  unableToHold,
} from '@/lib/core/caps/turn-caps'
import type { Payer, PayerSpend } from '@/lib/core/money/quotas'
import { type Quota, type QuotaUse, usedUpWords, waitedQuota } from '@/lib/core/money/quotas'
import type {
  AgentCount,
  CalendarCaps,
  CalendarSpend,
  Correction,
  DayCount,
} from '@/lib/core/ports/dispatcher'
import type { PhaseUse } from '@/lib/core/run/phase-use'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { WaitedQuota } from '@/lib/core/spec/quota-met'
import type { CapMet, HeldCap, Limits } from '@/lib/core/spec/run'
import { Calendar } from './calendar'
import { CapLines } from './cap-lines'
import { linesOf, QuotaBook } from './quota-book'

/** Name of the line that waits for a cap over all runs; no run has it. */
const DAY = ''

/** The cost of a turn by its output, and the title of its phase, whose caps apply too. */
export type Quote = TurnQuote & {
  phase: string
  /** How many turns of its run may want to be in flight, this one included. */
  contenders: number
}
export type Reservation = {
  phase: string
  nanoUsd: number | null
  tokens: number
  maxTokens: number
  /** The cap that left it less than it asked for. */
  clampedBy: CapMet | null
  /** Whom it counts against to its end. */
  payer: Payer
}
export type Verdict =
  | { kind: 'reserved'; reservation: Reservation }
  /** `on` is the line in which to wait. */
  | { kind: 'wait'; on: string; cap: HeldCap; quota: WaitedQuota | null }
  | ({ kind: 'capped' } & CapMet)
  /** Its price is unknown, and dollars are capped: by `cap`, as a sentence goes on from it. */
  | { kind: 'not-held'; cap: string }

type Account = Use & {
  payer: Payer
  limits: Limits
  phases: Map<string, Use>
  /** How many reservations its run has. */
  inFlight: number
}

/**
 * Reserves the most a turn can cost before it leaves, so that for every run, each of its phases, the day, the
 * month and every quota of whoever pays spent + unsettled + Σ reserved ≤ cap at every moment, in dollars and in
 * tokens, however many agents ask at once. Agents of a day are counted before they are made.
 */
export class Ledger {
  #accounts = new Map<string, Account>()
  readonly #lines = new CapLines()
  readonly #calendar: Calendar
  readonly #quotas: QuotaBook
  /** The sum of the reservations of all turns in flight. */
  readonly #reserved = { nanoUsd: 0, tokens: 0 }

  constructor(
    now: () => number,
    spentByDay: readonly DaySpend[],
    private caps: CalendarCaps,
    spentByPayer: readonly PayerSpend[] = [],
  ) {
    this.#calendar = new Calendar(now, spentByDay, () => this.#wakeAll())
    this.#quotas = new QuotaBook(spentByPayer, caps.quotas)
  }

  open(
    runId: string,
    payer: Payer,
    limits: Limits,
    spentNanoUsd: number,
    tokens: number,
    phases: readonly PhaseUse[] = [],
  ): void {
    const used = phases.map(({ title, ...use }) => [title, { ...use, ...noReservations }] as const)
    const use = { spentNanoUsd, tokens, ...noReservations }
    this.#accounts.set(runId, { payer, limits, ...use, phases: new Map(used), inFlight: 0 })
  }

  change(runId: string, limits: Limits): void {
    const account = this.#account(runId)
    account.limits = limits
    for (const title of account.phases.keys()) this.#lines.wake(phaseLine(runId, title))
    this.#lines.wake(runId)
  }

  close(runId: string): void {
    this.#accounts.delete(runId)
  }

  setCaps(caps: CalendarCaps): void {
    this.caps = caps
    this.#quotas.set(caps.quotas)
    this.#wakeAll()
  }

  /** Totals of today and this month. The reservations of turns in flight count in both. */
  calendar(): { today: CalendarSpend; month: CalendarSpend; tokensToday: DayCount; agentsToday: DayCount } {
    const { today, thisMonth } = this.#calendar
    const spend = (of: { spentNanoUsd: number; unsettledNanoUsd: number }, capNanoUsd: number | null) => ({
      spentNanoUsd: of.spentNanoUsd,
      unsettledNanoUsd: of.unsettledNanoUsd,
      reservedNanoUsd: this.#reserved.nanoUsd,
      capNanoUsd,
    })
    return {
      today: spend(today, this.caps.day),
      month: spend(thisMonth, this.caps.month),
      tokensToday: { used: today.tokens, reserved: this.#reserved.tokens, cap: this.caps.dayTokens },
      agentsToday: { used: today.agents, reserved: 0, cap: this.caps.dayAgents },
    }
  }

  /**
   * Reserves a turn's worst case: the full output limit if every waiting turn could have the same, otherwise
   * an equal share, but at least the likely need. Near a cap: `wait` while other turns are in flight, the
   * last one is clamped to what the headroom buys, `capped` when that is too little. Under caps in dollars a
   * turn whose price is unknown is `not-held`.
   */
  reserve(runId: string, quote: Quote): Verdict {
    const account = this.#account(runId)
    const caps = [...this.#capsOver(runId, account), ...capsOfPhase(runId, account, quote.phase)]
    const unable = unableToHold(caps, needOf(quote, 0))
    if (unable !== null) {
      this.pass(runId, quote.phase)
      return { kind: 'not-held', cap: nameOf(unable) }
    }
    const { payer } = account
    const others = quote.contenders - account.inFlight
    const share = largestFitting(quote.maxTokens, (output) =>
      haveRoomFor(caps, needOf(quote, output), others),
    )
    const likely = reservationFor(payer, quote, Math.max(share, quote.likelyTokens))
    const tight = firstBroken(caps, likely)
    if (tight === null) return this.#grant(runId, account, likely)
    if (tight.reserved > 0) return waitFor(tight)
    const least = needOf(quote, Math.min(SMALLEST_USEFUL_TOKENS, quote.likelyTokens))
    const inTheWay = firstBroken(caps, least)
    if (inTheWay === null) {
      const affordable = largestFitting(
        quote.likelyTokens,
        (output) => firstBroken(caps, needOf(quote, output)) === null,
      )
      const cutBy = firstBroken(caps, needOf(quote, affordable + 1)) ?? tight
      return this.#grant(runId, account, {
        ...reservationFor(payer, quote, affordable),
        clampedBy: cutShort(cutBy),
      })
    }
    if (inTheWay.reserved > 0) return waitFor(inTheWay)
    this.pass(runId, quote.phase)
    return { kind: 'capped', ...tooLittle(inTheWay, least) }
  }

  /** Counts agents that are about to be made; all of them or none. */
  countAgents(runId: string, count: number): AgentCount {
    const { payer } = this.#account(runId)
    const { day, today } = this.#calendar
    const cap = this.caps.dayAgents
    if (cap !== null && today.agents + count > cap) {
      const detail = noRoomToday(cap, today.agents, count)
      return { kind: 'capped', reason: 'day-agent-cap', detail, quota: null }
    }
    const tight = this.#quotas.tightForAgents(payer, count, day)
    if (tight !== null) {
      const { id, unit, limit } = tight.quota
      const detail = usedUpWords(tight.quota, tight.left, count)
      return { kind: 'capped', reason: 'quota', detail, quota: { id, unit, limit } }
    }
    this.#book(payer, { agents: count })
    return { kind: 'counted', day }
  }

  /** What is used of a quota now. */
  quotaUse(quota: Pick<Quota, 'subject' | 'period' | 'unit'>): QuotaUse {
    return this.#quotas.use(quota, this.#calendar.day)
  }

  /** Takes up a reservation that was granted before this process began. */
  restore(runId: string, reserved: { nanoUsd: number | null; tokens: number; phase: string }): Reservation {
    const account = this.#account(runId)
    const reservation = { ...reserved, maxTokens: 0, clampedBy: null, payer: account.payer }
    this.#take(account, reservation)
    return reservation
  }

  /**
   * Releases a reservation and books the turn's actual cost and tokens; for a lost turn, the estimated ones.
   */
  settle(
    runId: string,
    reservation: Reservation,
    spentNanoUsd: number,
    unsettledNanoUsd: number,
    tokens: number,
  ): void {
    const { payer } = reservation
    this.#reserved.nanoUsd -= reservation.nanoUsd ?? 0
    this.#reserved.tokens -= reservation.tokens
    this.#quotas.reserve(payer, -(reservation.nanoUsd ?? 0), -reservation.tokens)
    this.#book(payer, { spentNanoUsd, unsettledNanoUsd, tokens })
    const account = this.#accounts.get(runId)
    if (account !== undefined) account.inFlight -= 1
    for (const use of account === undefined ? [] : [account, phaseOf(account, reservation.phase)]) {
      use.reservedNanoUsd -= reservation.nanoUsd ?? 0
      use.reservedTokens -= reservation.tokens
      use.spentNanoUsd += spentNanoUsd + unsettledNanoUsd
      use.tokens += tokens
    }
    this.#wake(runId, reservation.phase, payer)
  }

  /** A loss of a run that is not open: what a crash left behind counts against the day and who paid for it. */
  addUnsettled(payer: Payer, unsettledNanoUsd: number, tokens: number): void {
    this.#book(payer, { unsettledNanoUsd, tokens })
  }

  /** What was booked on a day is other than it was: history was priced anew. */
  correct(day: string, change: Correction, payer: Payer): void {
    this.#calendar.book(day, change)
    this.#quotas.book(payer, day, change)
    this.#wakeAll()
  }

  /** Resolves when something under that cap was settled or the cap was changed; lowest position first. */
  async changed({ position, signal }: { position: number; signal: AbortSignal }, on: string): Promise<void> {
    await this.#lines.stand(on, position, signal)
  }

  /** Wakes the next who may have room now; also for somebody who was woken and then left without asking. */
  pass(runId: string, phase: string): void {
    this.#wake(runId, phase, this.#accounts.get(runId)?.payer ?? null)
  }

  #wake(runId: string, phase: string, payer: Payer | null): void {
    const quotas = payer === null ? [] : linesOf(payer)
    for (const line of [phaseLine(runId, phase), runId, DAY, ...quotas]) this.#lines.wake(line)
  }

  /** The caps over all runs have other room than they had. */
  #wakeAll(): void {
    for (const line of [DAY, ...this.#quotas.lines]) this.#lines.wake(line)
  }

  #book(payer: Payer, more: Parameters<Calendar['book']>[1]): void {
    const { day } = this.#calendar
    this.#calendar.book(day, more)
    this.#quotas.book(payer, day, more)
  }

  #grant(runId: string, account: Account, reservation: Reservation): Verdict {
    this.#take(account, reservation)
    this.pass(runId, reservation.phase)
    return { kind: 'reserved', reservation }
  }

  #take(account: Account, reservation: Reservation): void {
    account.inFlight += 1
    for (const use of [account, phaseOf(account, reservation.phase)]) {
      use.reservedNanoUsd += reservation.nanoUsd ?? 0
      use.reservedTokens += reservation.tokens
    }
    this.#reserved.nanoUsd += reservation.nanoUsd ?? 0
    this.#reserved.tokens += reservation.tokens
    this.#quotas.reserve(reservation.payer, reservation.nanoUsd ?? 0, reservation.tokens)
  }

  /**
   * The caps of a run, of the calendar and of who pays, in the order in which they are named when several are
   * met at once.
   */
  #capsOver(runId: string, account: Account): Cap[] {
    const { limits } = account
    const { today, thisMonth } = this.#calendar
    const ofRun = { line: runId, phase: null, owner: "the run's" } as const
    const ofDay = { line: DAY, phase: null, owner: 'the daily' } as const
    const ofMonth = { line: DAY, phase: null, owner: 'the monthly' } as const
    const run = { ...ofRun, used: account.spentNanoUsd, reserved: account.reservedNanoUsd }
    const day = {
      ...ofDay,
      used: today.spentNanoUsd + today.unsettledNanoUsd,
      reserved: this.#reserved.nanoUsd,
    }
    const month = {
      ...ofMonth,
      used: thisMonth.spentNanoUsd + thisMonth.unsettledNanoUsd,
      reserved: this.#reserved.nanoUsd,
    }
    return [
      ...inDollars('usd-cap', limits.nanoUsd, run),
      ...inDollars('day-cap', this.caps.day, day),
      ...inDollars('month-cap', this.caps.month, month),
      ...inTokens('token-cap', limits.tokens, {
        ...ofRun,
        used: account.tokens,
        reserved: account.reservedTokens,
      }),
      ...inTokens('day-token-cap', this.caps.dayTokens, {
        ...ofDay,
        used: today.tokens,
        reserved: this.#reserved.tokens,
      }),
      ...this.#quotas.capsOver(account.payer, this.#calendar.day),
    ]
  }

  #account(runId: string): Account {
    const account = this.#accounts.get(runId)
    if (account === undefined) throw new Error(`Run ${runId} has no account`)
    return account
  }
}

function waitFor({ line, reason, quota }: Cap): Verdict {
  return { kind: 'wait', on: line, cap: reason, quota: quota === null ? null : waitedQuota(quota) }
}

const noReservations = { reservedNanoUsd: 0, reservedTokens: 0 }

type Counted = Omit<Cap, 'reason' | 'unit' | 'limit' | 'quota'>

function inDollars(reason: Cap['reason'], limit: number | null, of: Counted): Cap[] {
  return limit === null ? [] : [{ ...of, reason, unit: 'usd', limit, quota: null }]
}

function inTokens(reason: Cap['reason'], limit: number | null, of: Counted): Cap[] {
  return limit === null ? [] : [{ ...of, reason, unit: 'tokens', limit, quota: null }]
}

/** The account of a phase; opened with the first turn of it. */
function phaseOf(account: Account, title: string): Use {
  const known = account.phases.get(title)
  if (known !== undefined) return known
  const fresh = { spentNanoUsd: 0, tokens: 0, ...noReservations }
  account.phases.set(title, fresh)
  return fresh
}

function capsOfPhase(runId: string, account: Account, title: string): Cap[] {
  const limits = phaseLimitsOf(account.limits.phases, title)
  if (limits.nanoUsd === null && limits.tokens === null) return []
  const use = phaseOf(account, title)
  const line = phaseLine(runId, title)
  const of = { line, phase: title, owner: `the “${title}” phase's` } as const
  return [
    ...inDollars('phase-usd-cap', limits.nanoUsd, {
      ...of,
      used: use.spentNanoUsd,
      reserved: use.reservedNanoUsd,
    }),
    ...inTokens('phase-token-cap', limits.tokens, { ...of, used: use.tokens, reserved: use.reservedTokens }),
  ]
}

function needOf({ inputTokens, worstCase }: Quote, maxTokens: number): Need {
  return { nanoUsd: worstCase(maxTokens), tokens: inputTokens + maxTokens }
}

function reservationFor(payer: Payer, quote: Quote, maxTokens: number): Reservation {
  return { ...needOf(quote, maxTokens), phase: quote.phase, maxTokens, clampedBy: null, payer }
}

/**
 * Turns that wait for a phase's cap have a line per phase, so a wake-up for one phase does not go to a turn
 * of another.
 */
function phaseLine(runId: string, phase: string): string {
  return `${runId}\n${phase}`
}
