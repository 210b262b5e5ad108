import { type DaySpend, monthOf, utcDay } from '@/lib/core/day'
import type { CalendarSpend } from '@/lib/core/dispatcher'
import { noPhaseLimits } from '@/lib/core/phase-settings'
import type { PhaseUse } from '@/lib/core/phase-use'
import type { Limits } from '@/lib/core/run'

/** Name of the line that waits for a cap over all runs; no run has it. */
const DAY = ''

/** A turn clamped below this many output tokens would say nothing useful; then the cap is reached instead. */
const SMALLEST_USEFUL_TOKENS = 1024

export type Quote = {
  /** Title of its phase, whose caps count too. */
  phase: string
  maxTokens: number
  inputTokens: number
  worstCase(maxTokens: number): number | null
}
export type Hold = { phase: string; nanoUsd: number | null; tokens: number; maxTokens: number; clamped: boolean }
type Sums = { spentNanoUsd: number; unsettledNanoUsd: number }
/** Whose cap is in the way: what frees it may be any turn of the phase, of the run, or any turn at all. */
export type Scope = 'phase' | 'run' | 'day'
export type Verdict =
  | { kind: 'held'; hold: Hold }
  | { kind: 'wait'; on: Scope }
  | {
      kind: 'capped'
      reason: 'usd-cap' | 'day-cap' | 'month-cap' | 'token-cap' | 'phase-usd-cap' | 'phase-token-cap'
      detail: string
      phase: string | null
    }
/** Caps over all runs, in nanodollars; null for none. */
export type CalendarCaps = { day: number | null; month: number | null }

type Waiter = { position: number; wake(): void }
/** What was used and what is held, of a run or of one of its phases. */
type Use = { spentNanoUsd: number; heldNanoUsd: number; tokens: number; heldTokens: number }
type Account = Use & { limits: Limits; phases: Map<string, Use> }

/**
 * Holds the most a turn can cost before it leaves, so that for every run, each of its phases, the day and the month
 * spent + unsettled + Σ held ≤ cap at every moment, however many agents ask at once.
 */
export class Ledger {
  #accounts = new Map<string, Account>()
  readonly #waiting = new Map<string, Waiter[]>()
  /** By UTC day and by month. All are kept, so that a clock that jumps and comes back finds what it left. */
  readonly #calendar = new Map<string, Sums>()
  #day: string
  #held = 0

  constructor(
    private readonly now: () => number,
    books: readonly DaySpend[],
    private caps: CalendarCaps,
  ) {
    this.#day = utcDay(now())
    for (const { day, spentNanoUsd, unsettledNanoUsd } of books) this.#book(day, spentNanoUsd, unsettledNanoUsd)
  }

  open(runId: string, limits: Limits, spentNanoUsd: number, tokens: number, phases: readonly PhaseUse[] = []): void {
    const used = phases.map(({ title, ...use }) => [title, { ...use, ...noHolds }] as const)
    this.#accounts.set(runId, { limits, spentNanoUsd, tokens, ...noHolds, phases: new Map(used) })
  }

  change(runId: string, limits: Limits): void {
    const account = this.#account(runId)
    account.limits = limits
    for (const title of account.phases.keys()) this.#wake(phaseLine(runId, title))
    this.#wake(runId)
  }

  close(runId: string): void {
    this.#accounts.delete(runId)
  }

  setCaps(caps: CalendarCaps): void {
    this.caps = caps
    this.#wake(DAY)
  }

  /** What today and this month have come to. Whatever is in the air is held in both. */
  calendar(): { today: CalendarSpend; month: CalendarSpend } {
    this.#turnDay()
    const of = (name: string, capNanoUsd: number | null) => ({
      ...this.#sums(name),
      heldNanoUsd: this.#held,
      capNanoUsd,
    })
    return { today: of(this.#day, this.caps.day), month: of(monthOf(this.#day), this.caps.month) }
  }

  /**
   * Holds a turn's worst case. Near a cap it says `wait` while other turns are in the air (one of them may free
   * enough), clamps the last one to what the headroom buys, and says `capped` when that is too little to be of use.
   */
  reserve(runId: string, quote: Quote): Verdict {
    this.#turnDay()
    const account = this.#account(runId)
    const full = this.#holdFor(quote, quote.maxTokens)
    const tight = this.#tightest(account, full)
    if (tight === null) return this.#grant(runId, account, full)
    if (tight.inTheAir) return { kind: 'wait', on: scopeOf(tight.reason) }
    const affordable = this.#affordable(account, quote)
    if (affordable >= Math.min(SMALLEST_USEFUL_TOKENS, quote.maxTokens)) {
      return this.#grant(runId, account, { ...this.#holdFor(quote, affordable), clamped: true })
    }
    this.pass(runId, quote.phase)
    const { reason, detail } = tight
    return { kind: 'capped', reason, detail, phase: scopeOf(reason) === 'phase' ? quote.phase : null }
  }

  /** Takes up a hold that was granted before this process began. */
  retake(runId: string, held: { nanoUsd: number | null; tokens: number; phase: string }): Hold {
    this.#turnDay()
    const hold = { ...held, maxTokens: 0, clamped: false }
    this.#take(this.#account(runId), hold)
    return hold
  }

  /** Lets go of a hold and books what the turn came to. */
  settle(runId: string, hold: Hold, spentNanoUsd: number, unsettledNanoUsd: number, tokens: number): void {
    this.#turnDay()
    this.#held -= hold.nanoUsd ?? 0
    this.#book(this.#day, spentNanoUsd, unsettledNanoUsd)
    const account = this.#accounts.get(runId)
    for (const use of account === undefined ? [] : [account, phaseOf(account, hold.phase)]) {
      use.heldNanoUsd -= hold.nanoUsd ?? 0
      use.heldTokens -= hold.tokens
      use.spentNanoUsd += spentNanoUsd + unsettledNanoUsd
      use.tokens += tokens
    }
    this.pass(runId, hold.phase)
  }

  /** A loss of a run that is not open: what a crash left behind counts against the day. */
  addUnsettled(nanoUsd: number): void {
    this.#turnDay()
    this.#book(this.#day, 0, nanoUsd)
  }

  /** What was booked on a day is other than it was: history was priced anew. */
  correct(day: string, nanoUsd: number): void {
    this.#book(day, nanoUsd, 0)
    this.#wake(DAY)
  }

  /** Resolves when something under that cap was settled or the cap was changed; lowest position first. */
  async changed(
    { runId, phase, position, signal }: { runId: string; phase: string; position: number; signal: AbortSignal },
    on: Scope,
  ): Promise<void> {
    signal.throwIfAborted()
    const line = on === 'day' ? DAY : on === 'run' ? runId : phaseLine(runId, phase)
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#leave(line, waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        position,
        wake: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      const waiters = this.#waiting.get(line) ?? []
      this.#waiting.set(line, waiters)
      const at = waiters.findIndex((other) => other.position > position)
      waiters.splice(at < 0 ? waiters.length : at, 0, waiter)
    })
  }

  /** Wakes the next who may have room now; also for somebody who was woken and then left without asking. */
  pass(runId: string, phase: string): void {
    this.#wake(phaseLine(runId, phase))
    this.#wake(runId)
    this.#wake(DAY)
  }

  /** Wakes the next in line; whoever is granted wakes the one after, so a thousand do not stir for one. */
  #wake(line: string): void {
    const waiters = this.#waiting.get(line)
    const next = waiters?.shift()
    if (waiters?.length === 0) this.#waiting.delete(line)
    next?.wake()
  }

  #leave(line: string, waiter: Waiter): void {
    const rest = (this.#waiting.get(line) ?? []).filter((other) => other !== waiter)
    if (rest.length > 0) this.#waiting.set(line, rest)
    else this.#waiting.delete(line)
  }

  #grant(runId: string, account: Account, hold: Hold): Verdict {
    this.#take(account, hold)
    this.pass(runId, hold.phase)
    return { kind: 'held', hold }
  }

  #take(account: Account, hold: Hold): void {
    for (const use of [account, phaseOf(account, hold.phase)]) {
      use.heldNanoUsd += hold.nanoUsd ?? 0
      use.heldTokens += hold.tokens
    }
    this.#held += hold.nanoUsd ?? 0
  }

  #holdFor(quote: Quote, maxTokens: number): Hold {
    const { phase, inputTokens } = quote
    return { phase, nanoUsd: quote.worstCase(maxTokens), tokens: inputTokens + maxTokens, maxTokens, clamped: false }
  }

  /** The first cap this hold would break, and whether turns in the air could still make room under it. */
  #tightest(account: Account, hold: Hold) {
    const { limits } = account
    const nano = hold.nanoUsd ?? 0
    if (limits.nanoUsd !== null && account.spentNanoUsd + account.heldNanoUsd + nano > limits.nanoUsd) {
      const detail = `The run's cap of ${usd(limits.nanoUsd)} leaves ${usd(limits.nanoUsd - account.spentNanoUsd)}, too little for the next turn (up to ${usd(nano)}). Raise the cap to continue.`
      return { reason: 'usd-cap' as const, inTheAir: account.heldNanoUsd > 0, detail }
    }
    const calendar = this.#tightestCalendar(nano)
    if (calendar !== null) return calendar
    if (limits.tokens !== null && account.tokens + account.heldTokens + hold.tokens > limits.tokens) {
      const detail = `The run's cap of ${limits.tokens.toLocaleString('en')} tokens leaves ${(limits.tokens - account.tokens).toLocaleString('en')}, too few for the next turn. Raise the cap to continue.`
      return { reason: 'token-cap' as const, inTheAir: account.heldTokens > 0, detail }
    }
    return tightestOfPhase(account, hold)
  }

  #tightestCalendar(nano: number) {
    const limits = [
      { reason: 'day-cap' as const, cap: this.caps.day, name: this.#day, words: "The day's", again: 'tomorrow' },
      {
        reason: 'month-cap' as const,
        cap: this.caps.month,
        name: monthOf(this.#day),
        words: "The month's",
        again: 'next month',
      },
    ]
    for (const { reason, cap, name, words, again } of limits) {
      const { spentNanoUsd, unsettledNanoUsd } = this.#sums(name)
      const spent = spentNanoUsd + unsettledNanoUsd
      if (cap === null || spent + this.#held + nano <= cap) continue
      const detail = `${words} cap of ${usd(cap)} leaves ${usd(cap - spent)}, too little for the next turn (up to ${usd(nano)}). Raise it under Costs, Budgets, or resume ${again} (UTC).`
      return { reason, inTheAir: this.#held > 0, detail }
    }
    return null
  }

  /** The largest `max_tokens` all caps allow, by bisection over the quote (it grows with its argument). */
  #affordable(account: Account, quote: Quote): number {
    let low = 0
    let high = quote.maxTokens
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#tightest(account, this.#holdFor(quote, middle)) === null) low = middle
      else high = middle - 1
    }
    return low
  }

  #sums(name: string): Readonly<Sums> {
    return this.#calendar.get(name) ?? nothing
  }

  #book(day: string, spentNanoUsd: number, unsettledNanoUsd: number): void {
    for (const name of [day, monthOf(day)]) {
      const before = this.#sums(name)
      this.#calendar.set(name, {
        spentNanoUsd: before.spentNanoUsd + spentNanoUsd,
        unsettledNanoUsd: before.unsettledNanoUsd + unsettledNanoUsd,
      })
    }
  }

  #turnDay(): void {
    const day = utcDay(this.now())
    if (day === this.#day) return
    this.#day = day
    this.#wake(DAY)
  }

  #account(runId: string): Account {
    const account = this.#accounts.get(runId)
    if (account === undefined) throw new Error(`Run ${runId} has no account`)
    return account
  }
}

const noHolds = { heldNanoUsd: 0, heldTokens: 0 }

/** The books of a phase; opened with the first turn of it. */
function phaseOf(account: Account, title: string): Use {
  const known = account.phases.get(title)
  if (known !== undefined) return known
  const fresh = { spentNanoUsd: 0, tokens: 0, ...noHolds }
  account.phases.set(title, fresh)
  return fresh
}

function tightestOfPhase(account: Account, hold: Hold) {
  const { phases } = account.limits
  const limits = Object.hasOwn(phases, hold.phase) ? (phases[hold.phase] ?? noPhaseLimits) : noPhaseLimits
  if (limits.nanoUsd === null && limits.tokens === null) return null
  const use = phaseOf(account, hold.phase)
  const nano = hold.nanoUsd ?? 0
  if (limits.nanoUsd !== null && use.spentNanoUsd + use.heldNanoUsd + nano > limits.nanoUsd) {
    const detail = `The phase “${hold.phase}” has a cap of ${usd(limits.nanoUsd)}, which leaves ${usd(limits.nanoUsd - use.spentNanoUsd)}, too little for the next turn (up to ${usd(nano)}). Raise it to continue.`
    return { reason: 'phase-usd-cap' as const, inTheAir: use.heldNanoUsd > 0, detail }
  }
  if (limits.tokens !== null && use.tokens + use.heldTokens + hold.tokens > limits.tokens) {
    const detail = `The phase “${hold.phase}” has a cap of ${limits.tokens.toLocaleString('en')} tokens, which leaves ${(limits.tokens - use.tokens).toLocaleString('en')}, too few for the next turn. Raise it to continue.`
    return { reason: 'phase-token-cap' as const, inTheAir: use.heldTokens > 0, detail }
  }
  return null
}

const nothing: Sums = { spentNanoUsd: 0, unsettledNanoUsd: 0 }

/** Whose turns can free a cap. */
function scopeOf(reason: Extract<Verdict, { kind: 'capped' }>['reason']): Scope {
  if (reason === 'phase-usd-cap' || reason === 'phase-token-cap') return 'phase'
  return reason === 'day-cap' || reason === 'month-cap' ? 'day' : 'run'
}

/** Who waits for a phase stands in a line of its own: it must not take the news from those of another phase. */
function phaseLine(runId: string, phase: string): string {
  return `${runId}\n${phase}`
}

function usd(nano: number): string {
  const dollars = Math.max(0, nano) / 1e9
  return `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`
}
