import { dollarWords } from '../base/dollar-words'
import { type Quota, quotaName, usedUpWords } from '../money/quotas'
import type { CapMet } from '../spec/run'

/** The worst case of a turn. */
export type Need = { nanoUsd: number | null; tokens: number }

/** What was used and what is reserved of something that has caps. */
export type Use = { spentNanoUsd: number; reservedNanoUsd: number; tokens: number; reservedTokens: number }

/** One cap with what counts against it, in nanodollars or tokens. */
export type Cap = {
  reason: CapMet['reason']
  /** The line in which turns wait for it: room may be freed by any turn that counts against it. */
  line: string
  phase: string | null
  unit: 'usd' | 'tokens'
  limit: number
  used: number
  reserved: number
  /** `the run's`, as a sentence goes on from it. */
  owner: string
  /** The quota it is; null for every other cap. */
  quota: Quota | null
}

/** The first cap that a need would break; null when it fits under all. */
export function firstBroken(caps: readonly Cap[], need: Need): Cap | null {
  return caps.find((cap) => cap.used + cap.reserved + amountOf(cap, need) > cap.limit) ?? null
}

/** The first cap in dollars over a need whose dollars nobody knows: nothing could be reserved under it. */
export function unableToHold(caps: readonly Cap[], need: Need): Cap | null {
  return need.nanoUsd === null ? (caps.find(({ unit }) => unit === 'usd') ?? null) : null
}

/** Whether a need fits under all caps as often as `times`, once at least. */
export function haveRoomFor(caps: readonly Cap[], need: Need, times: number): boolean {
  const often = Math.max(1, times)
  const all = { nanoUsd: need.nanoUsd === null ? null : need.nanoUsd * often, tokens: need.tokens * often }
  return firstBroken(caps, all) === null
}

/** A cap that leaves too little for a turn, in words. */
export function tooLittle(cap: Cap, least: Need): CapMet {
  const { quota } = cap
  if (quota !== null) return metBy(cap, usedUpWords(quota, cap.limit - cap.used, amountOf(cap, least)))
  const left = inUnit(cap, cap.limit - cap.used)
  const few = cap.unit === 'usd' ? 'too little' : 'too few'
  const detail = `${sentence(nameOf(cap))} leaves ${left}, ${few} for the next turn (${inUnit(cap, amountOf(cap, least))} at least).`
  return metBy(cap, detail)
}

/** A cap that left a turn less output than its agent may have, in words. */
export function cutShort(cap: Cap): CapMet {
  const detail = `The last turn was cut short: ${nameOf(cap)} left room for no more.`
  return metBy(cap, detail)
}

function metBy({ reason, phase, quota }: Cap, detail: string): CapMet {
  return {
    reason,
    detail,
    phase,
    quota: quota === null ? null : { id: quota.id, unit: quota.unit, limit: quota.limit },
  }
}

/** `the run's cap of $5`, as a sentence goes on from it. */
export function nameOf(cap: Cap): string {
  if (cap.quota !== null) return quotaName(cap.quota)
  return `${cap.owner} cap of ${inUnit(cap, cap.limit)}${cap.unit === 'usd' ? '' : ' tokens'}`
}

function amountOf({ unit }: Cap, need: Need): number {
  return unit === 'usd' ? (need.nanoUsd ?? 0) : need.tokens
}

function inUnit({ unit }: Cap, amount: number): string {
  const some = Math.max(0, amount)
  if (unit === 'tokens') return some.toLocaleString('en')
  return dollarWords(some)
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
