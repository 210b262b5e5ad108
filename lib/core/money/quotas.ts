import { z } from 'zod'
import type { Actor } from '../base/actor'
import { assertNever } from '../base/assert-never'
import { dollarWords } from '../base/dollar-words'
import { type QuotaUnit, quotaUnits, type WaitedQuota } from '../spec/quota-met'
import { type BudgetPeriod, budgetPeriods } from './budgets'

/** What a quota bounds: a person with all their keys, one API key, or a project. */
export const quotaKinds = ['person', 'key', 'project'] as const
export type QuotaKind = (typeof quotaKinds)[number]

/** Whose spending it is: the kind, and the id of the person, key or project. */
export const quotaSubjectSchema = z.object({ kind: z.enum(quotaKinds), id: z.string() })
export type QuotaSubject = z.infer<typeof quotaSubjectSchema>

/** The most that somebody may use in a UTC day or month. It stops turns and agents before they begin. */
export const quotaSchema = z.object({
  id: z.string(),
  subject: quotaSubjectSchema,
  /** What the subject was called when the quota was set. */
  name: z.string(),
  period: z.enum(budgetPeriods),
  unit: z.enum(quotaUnits),
  /** Nanodollars, tokens or agents, by its unit. */
  limit: z.number().int().positive(),
})
export type Quota = z.infer<typeof quotaSchema>

/** What of a quota is used in the present period, and reserved for turns in flight; in its unit. */
export type QuotaUse = { used: number; reserved: number }

/** A subject as a name of its own, for maps. */
export function subjectKey({ kind, id }: QuotaSubject): string {
  return `${kind} ${id}`
}

/**
 * The id of a quota: there is one for each subject, period and unit. It says what it bounds, so that a line of
 * the audit log tells that of a quota which is gone.
 */
export function quotaId({ subject, period, unit }: Pick<Quota, 'subject' | 'period' | 'unit'>): string {
  return [subject.kind, subject.id, period, unit].join(':')
}

/** `Ana's quota of $20 a day`, as a sentence goes on from it. */
export function quotaName({ subject, name, period, unit, limit }: Omit<Quota, 'id'>): string {
  return `${ownerWords(subject.kind, name)} quota of ${amountWords(unit, limit)} a ${period}`
}

/** A quota as a turn that waits for it tells of it. */
export function waitedQuota(quota: Quota): WaitedQuota {
  const { id, unit, limit } = quota
  return { id, unit, limit, name: quotaName(quota) }
}

function ownerWords(kind: QuotaKind, name: string): string {
  switch (kind) {
    case 'person':
      return `${name}'s`
    case 'key':
      return `the API key ${name}'s`
    case 'project':
      return `the project ${name}'s`
    default:
      return assertNever(kind)
  }
}

/** `$20`, `$0.0031`, `5,000 tokens`, `1 agent`: an amount of a quota in words. */
export function amountWords(unit: QuotaUnit, amount: number): string {
  const some = Math.max(0, amount)
  if (unit === 'usd') return dollarWords(some)
  const noun = unit === 'tokens' ? 'token' : 'agent'
  return `${some.toLocaleString('en')} ${noun}${some === 1 ? '' : 's'}`
}

/** When the next period begins, as a sentence ends with it. */
export function nextPeriodWords(period: BudgetPeriod): string {
  return period === 'day' ? 'tomorrow (UTC)' : 'next month (UTC)'
}

/** What is left of a quota; never less than nothing. */
export function leftOf({ limit }: Pick<Quota, 'limit'>, { used, reserved }: QuotaUse): number {
  return Math.max(0, limit - used - reserved)
}

/** Why a turn or an agent does not fit, in words: `Ana's quota of $20 a day is used up.` */
export function usedUpWords(quota: Omit<Quota, 'id'>, left: number, least: number): string {
  const name = quotaName(quota)
  const sentence = `${name.slice(0, 1).toUpperCase()}${name.slice(1)} is used up`
  if (left <= 0) return `${sentence}.`
  const { unit } = quota
  const next = unit === 'agents' ? `${amountWords(unit, least)} were requested` : nextTurnWords(unit, least)
  return `${sentence}: ${amountWords(unit, left)} left, and ${next}.`
}

function nextTurnWords(unit: QuotaUnit, least: number): string {
  return `the next turn needs ${amountWords(unit, least)} at least`
}

/** Who the spending of a run counts against: an actor, for a key its owner too, and the project. */
export type Payer = {
  /** The id of the actor. */
  id: string
  /** The id of a key's owner; null for whoever acted in person. */
  ownerId: string | null
  project: string
}

/** What one payer has used on a UTC day; the sums of a day's rows of it. */
export type PayerSpend = Payer & {
  day: string
  spentNanoUsd: number
  unsettledNanoUsd: number
  tokens: number
  agents: number
}

/** Who pays for what a run does now: whoever retried it last, else whoever launched it. */
export function payerOf(run: { launchedBy: Actor; paidBy: Actor | null; project: string }): Payer {
  return payerFor(run.paidBy ?? run.launchedBy, run.project)
}

/** Who would pay for what an actor launches in a project. */
export function payerFor({ id, ownerId }: Actor, project: string): Payer {
  return { id, ownerId: ownerId ?? null, project }
}

/** A payer as rollups have it: '' for no owner, since a key of a row is never null. */
export function rollupPayer({ id, ownerId }: Payer): { payer: string; payerOwner: string } {
  return { payer: id, payerOwner: ownerId ?? '' }
}

/** Everybody whose quotas bound a payer: a key and its owner, or a person; and the project. */
export function subjectsOf({ id, ownerId, project }: Payer): QuotaSubject[] {
  const own: QuotaSubject[] =
    ownerId === null
      ? [{ kind: 'person', id }]
      : [
          { kind: 'key', id },
          { kind: 'person', id: ownerId },
        ]
  return [...own, { kind: 'project', id: project }]
}
