import type { CapMet } from '../spec/run'

/** The worst case of a turn. */
export type Need = { nanoUsd: number | null; tokens: number }

/** What was used and what is reserved of something that has caps. */
export type Use = { spentNanoUsd: number; reservedNanoUsd: number; tokens: number; reservedTokens: number }

/**
 * Level of the cap that blocks a turn. Headroom may be freed by any turn of the phase, of the run, or of any
 * run.
 */
export type Scope = 'phase' | 'run' | 'day'

/** One cap with what counts against it, in nanodollars or tokens. */
export type Cap = {
  reason: CapMet['reason']
  scope: Scope
  phase: string | null
  unit: 'usd' | 'tokens'
  limit: number
  used: number
  reserved: number
  /** `the run's`, as a sentence goes on from it. */
  owner: string
}

/** The first cap that a need would break; null when it fits under all. */
export function firstBroken(caps: readonly Cap[], need: Need): Cap | null {
  return caps.find((cap) => cap.used + cap.reserved + amountOf(cap, need) > cap.limit) ?? null
}

/** Whether a need fits under all caps as often as `times`, once at least. */
export function haveRoomFor(caps: readonly Cap[], need: Need, times: number): boolean {
  const often = Math.max(1, times)
  const all = { nanoUsd: need.nanoUsd === null ? null : need.nanoUsd * often, tokens: need.tokens * often }
  return firstBroken(caps, all) === null
}

/** A cap that leaves too little for a turn, in words. */
export function tooLittle(cap: Cap, least: Need): CapMet {
  const left = inUnit(cap, cap.limit - cap.used)
  const few = cap.unit === 'usd' ? 'too little' : 'too few'
  const detail = `${sentence(nameOf(cap))} leaves ${left}, ${few} for the next turn (${inUnit(cap, amountOf(cap, least))} at least).`
  return { reason: cap.reason, detail, phase: cap.phase }
}

/** A cap that left a turn less output than its agent may have, in words. */
export function cutShort(cap: Cap): CapMet {
  const detail = `The last turn was cut short: ${nameOf(cap)} left room for no more.`
  return { reason: cap.reason, detail, phase: cap.phase }
}

function nameOf(cap: Cap): string {
  return `${cap.owner} cap of ${inUnit(cap, cap.limit)}${cap.unit === 'usd' ? '' : ' tokens'}`
}

function amountOf({ unit }: Cap, need: Need): number {
  return unit === 'usd' ? (need.nanoUsd ?? 0) : need.tokens
}

function inUnit({ unit }: Cap, amount: number): string {
  const some = Math.max(0, amount)
  if (unit === 'tokens') return some.toLocaleString('en')
  const dollars = some / 1e9
  return `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
