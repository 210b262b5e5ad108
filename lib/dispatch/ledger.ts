import type { DaySpend } from '@/lib/core/base/utc-day'
import { noRoomToday } from '@/lib/core/caps/agent-cap'
import { largestFitting, SMALLEST_USEFUL_TOKENS, type TurnQuote } from '@/lib/core/caps/room'
import {
  type Cap,
  cutShort,
  firstBroken,
  haveRoomFor,
  type Scope,
  tooLittle,
  type Use,
} from '@/lib/core/caps/turn-caps'
import type { AgentCount, CalendarCaps, CalendarSpend, DayCount } from '@/lib/core/ports/dispatcher'
import type { PhaseUse } from '@/lib/core/run/phase-use'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { CapMet, HeldCap, Limits } from '@/lib/core/spec/run'
import { Calendar } from './calendar'
import { WaitingLines } from './waiting-lines'

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
}
export type Verdict =
  | { kind: 'reserved'; reservation: Reservation }
  | { kind: 'wait'; on: Scope; cap: HeldCap }
  | ({ kind: 'capped' } & CapMet)

type Account = Use & {
  limits: Limits
  phases: Map<string, Use>
  /** How many reservations its run has. */
  inFlight: number
}

/**
 * Reserves the most a turn can cost before it leaves, so that for every run, each of its phases, the day and
 * the month spent + unsettled + Σ reserved ≤ cap at every moment, in dollars and in tokens, however many
 * agents ask at once. Agents of a day are counted before they are made.
 */
export class Ledger {
  #accounts = new Map<string, Account>()
  readonly #lines = new WaitingLines()
  readonly #calendar: Calendar
  /** The sum of the reservations of all turns in flight. */
  readonly #reserved = { nanoUsd: 0, tokens: 0 }

  constructor(
    now: () => number,
    spentByDay: readonly DaySpend[],
    private caps: CalendarCaps,
  ) {
    this.#calendar = new Calendar(now, spentByDay, () => this.#lines.wake(DAY))
  }

  open(
    runId: string,
    limits: Limits,
    spentNanoUsd: number,
    tokens: number,
    phases: readonly PhaseUse[] = [],
  ): void {
    const used = phases.map(({ title, ...use }) => [title, { ...use, ...noReservations }] as const)
    const account = { limits, spentNanoUsd, tokens, ...noReservations, phases: new Map(used), inFlight: 0 }
    this.#accounts.set(runId, account)
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
    this.#lines.wake(DAY)
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
   * last one is clamped to what the headroom buys, `capped` when that is too little.
   */
  reserve(runId: string, quote: Quote): Verdict {
    const account = this.#account(runId)
    const caps = [...this.#capsOver(account), ...capsOfPhase(account, quote.phase)]
    const others = quote.contenders - account.inFlight
    const share = largestFitting(quote.maxTokens, (output) =>
      haveRoomFor(caps, reservationFor(quote, output), others),
    )
    const likely = reservationFor(quote, Math.max(share, quote.likelyTokens))
    const tight = firstBroken(caps, likely)
    if (tight === null) return this.#grant(runId, account, likely)
    if (tight.reserved > 0) return { kind: 'wait', on: tight.scope, cap: tight.reason }
    const least = reservationFor(quote, Math.min(SMALLEST_USEFUL_TOKENS, quote.likelyTokens))
    const inTheWay = firstBroken(caps, least)
    if (inTheWay === null) {
      const affordable = largestFitting(
        quote.likelyTokens,
        (output) => firstBroken(caps, reservationFor(quote, output)) === null,
      )
      const cutBy = firstBroken(caps, reservationFor(quote, affordable + 1)) ?? tight
      return this.#grant(runId, account, { ...reservationFor(quote, affordable), clampedBy: cutShort(cutBy) })
    }
    if (inTheWay.reserved > 0) return { kind: 'wait', on: inTheWay.scope, cap: inTheWay.reason }
    this.pass(runId, quote.phase)
    return { kind: 'capped', ...tooLittle(inTheWay, least) }
  }

  /** Counts agents that are about to be made; all of them or none. */
  countAgents(count: number): AgentCount {
    const { day, today } = this.#calendar
    const cap = this.caps.dayAgents
    if (cap === null || today.agents + count <= cap) {
      this.#calendar.book(day, { agents: count })
      return { kind: 'counted', day }
    }
    return { kind: 'capped', detail: noRoomToday(cap, today.agents, count) }
  }

  /** Takes up a reservation that was granted before this process began. */
  restore(runId: string, reserved: { nanoUsd: number | null; tokens: number; phase: string }): Reservation {
    const reservation = { ...reserved, maxTokens: 0, clampedBy: null }
    this.#take(this.#account(runId), reservation)
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
    this.#reserved.nanoUsd -= reservation.nanoUsd ?? 0
    this.#reserved.tokens -= reservation.tokens
    this.#calendar.book(this.#calendar.day, { spentNanoUsd, unsettledNanoUsd, tokens })
    const account = this.#accounts.get(runId)
    if (account !== undefined) account.inFlight -= 1
    for (const use of account === undefined ? [] : [account, phaseOf(account, reservation.phase)]) {
      use.reservedNanoUsd -= reservation.nanoUsd ?? 0
      use.reservedTokens -= reservation.tokens
      use.spentNanoUsd += spentNanoUsd + unsettledNanoUsd
      use.tokens += tokens
    }
    this.pass(runId, reservation.phase)
  }

  /** A loss of a run that is not open: what a crash left behind counts against the day. */
  addUnsettled(unsettledNanoUsd: number, tokens: number): void {
    this.#calendar.book(this.#calendar.day, { unsettledNanoUsd, tokens })
  }

  /** What was booked on a day is other than it was: history was priced anew. */
  correct(day: string, spentNanoUsd: number): void {
    this.#calendar.book(day, { spentNanoUsd })
    this.#lines.wake(DAY)
  }

  /** Resolves when something under that cap was settled or the cap was changed; lowest position first. */
  async changed(
    {
      runId,
      phase,
      position,
      signal,
    }: { runId: string; phase: string; position: number; signal: AbortSignal },
    on: Scope,
  ): Promise<void> {
    const lines: Record<Scope, string> = { day: DAY, run: runId, phase: phaseLine(runId, phase) }
    await this.#lines.stand(lines[on], position, signal)
  }

  /** Wakes the next who may have room now; also for somebody who was woken and then left without asking. */
  pass(runId: string, phase: string): void {
    this.#lines.wake(phaseLine(runId, phase))
    this.#lines.wake(runId)
    this.#lines.wake(DAY)
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
  }

  /**
   * The caps of a run and of the calendar, in the order in which they are named when several are met at once.
   */
  #capsOver(account: Account): Cap[] {
    const { limits } = account
    const { today, thisMonth } = this.#calendar
    const ofRun = { scope: 'run', phase: null, owner: "the run's" } as const
    const ofDay = { scope: 'day', phase: null, owner: 'the daily' } as const
    const ofMonth = { scope: 'day', phase: null, owner: 'the monthly' } as const
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
    ]
  }

  #account(runId: string): Account {
    const account = this.#accounts.get(runId)
    if (account === undefined) throw new Error(`Run ${runId} has no account`)
    return account
  }
}

const noReservations = { reservedNanoUsd: 0, reservedTokens: 0 }

type Counted = Omit<Cap, 'reason' | 'unit' | 'limit'>

function inDollars(reason: Cap['reason'], limit: number | null, of: Counted): Cap[] {
  return limit === null ? [] : [{ ...of, reason, unit: 'usd', limit }]
}

function inTokens(reason: Cap['reason'], limit: number | null, of: Counted): Cap[] {
  return limit === null ? [] : [{ ...of, reason, unit: 'tokens', limit }]
}

/** The account of a phase; opened with the first turn of it. */
function phaseOf(account: Account, title: string): Use {
  const known = account.phases.get(title)
  if (known !== undefined) return known
  const fresh = { spentNanoUsd: 0, tokens: 0, ...noReservations }
  account.phases.set(title, fresh)
  return fresh
}

function capsOfPhase(account: Account, title: string): Cap[] {
  const limits = phaseLimitsOf(account.limits.phases, title)
  if (limits.nanoUsd === null && limits.tokens === null) return []
  const use = phaseOf(account, title)
  const of = { scope: 'phase', phase: title, owner: `the “${title}” phase's` } as const
  return [
    ...inDollars('phase-usd-cap', limits.nanoUsd, {
      ...of,
      used: use.spentNanoUsd,
      reserved: use.reservedNanoUsd,
    }),
    ...inTokens('phase-token-cap', limits.tokens, { ...of, used: use.tokens, reserved: use.reservedTokens }),
  ]
}

function reservationFor({ phase, inputTokens, worstCase }: Quote, maxTokens: number): Reservation {
  return { phase, nanoUsd: worstCase(maxTokens), tokens: inputTokens + maxTokens, maxTokens, clampedBy: null }
}

/**
 * Turns that wait for a phase's cap have a line per phase, so a wake-up for one phase does not go to a turn
 * of another.
 */
function phaseLine(runId: string, phase: string): string {
  return `${runId}\n${phase}`
}
