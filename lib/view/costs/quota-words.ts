import type { QuotaShown } from '@/lib/api/budgets'
import type { Plan } from '@/lib/api/plan'
import type { BudgetPeriod } from '@/lib/core/money/budgets'
import { leftOf, type QuotaKind } from '@/lib/core/money/quotas'
import type { QuotaUnit } from '@/lib/core/spec/quota-met'
import { formatCap, formatUsd } from '../format/money'
import { plural } from '../format/numbers'

/** Units as a form offers them. */
export const unitLabels: Readonly<Record<QuotaUnit, string>> = {
  usd: 'dollars',
  tokens: 'tokens',
  agents: 'agents',
}

/** What a quota is about, as a form offers it. */
export const kindLabels: Readonly<Record<QuotaKind, string>> = {
  person: 'person',
  key: 'API key',
  project: 'project',
}

/** `$20`, `1,000 tokens`, `1 agent`: what a quota allows. */
export function limitWords(unit: QuotaUnit, amount: number): string {
  return unit === 'usd' ? formatCap(amount) : plural(amount, unit.slice(0, -1))
}

/** The same of what is used or left, with as many digits as matter. */
export function amountUsed(unit: QuotaUnit, amount: number): string {
  return unit === 'usd' ? formatUsd(amount) : plural(amount, unit.slice(0, -1))
}

/** The amount of a quota as its field has it: dollars, tokens or agents. */
export function fieldAmount({ unit, limit }: Pick<QuotaShown, 'unit' | 'limit'>): number {
  return unit === 'usd' ? limit / 1e9 : limit
}

/** A quota that bounds a launch, before it. */
export type LaunchQuota = {
  id: string
  /** `of your $20 today, $3.10 is left` */
  text: string
  /** Whether the launch is likely to need more than is left. */
  isShort: boolean
}

/** What is left of the quotas that a launch counts against, the short ones first. */
export function launchQuotas(
  quotas: readonly QuotaShown[],
  plan: Pick<Plan, 'costNanoUsd' | 'tokens' | 'agents'> | undefined,
): LaunchQuota[] {
  const likely: Record<QuotaUnit, number> = {
    usd: plan?.costNanoUsd?.likely ?? 0,
    tokens: plan?.tokens?.likely ?? 0,
    agents: plan?.agents?.likely ?? 0,
  }
  return quotas
    .map((quota) => {
      const left = leftOf(quota, quota)
      const { unit } = quota
      const verb = unit === 'usd' || left === 1 ? 'is' : 'are'
      const text = `of ${whose(quota)} ${limitWords(unit, quota.limit)} ${when(quota.period)}, ${amountUsed(unit, left)} ${verb} left`
      return { id: quota.id, text, isShort: left <= 0 || likely[unit] > left }
    })
    .sort((a, b) => Number(b.isShort) - Number(a.isShort))
}

function whose({ subject }: QuotaShown): string {
  if (subject.kind === 'person') return 'your'
  return subject.kind === 'key' ? "this key's" : `the project ${subject.name}'s`
}

function when(period: BudgetPeriod): string {
  return period === 'day' ? 'today' : 'this month'
}
