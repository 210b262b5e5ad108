import { assertNever } from '@/lib/core/base/assert-never'
import { monthOf } from '@/lib/core/base/utc-day'
import type { Cap } from '@/lib/core/caps/turn-caps'
import {
  type Payer,
  type PayerSpend,
  type Quota,
  type QuotaSubject,
  type QuotaUse,
  subjectKey,
  subjectsOf,
} from '@/lib/core/money/quotas'
import type { QuotaUnit } from '@/lib/core/spec/quota-met'
import { type PeriodSum, PeriodSums } from './period-sums'

type Subject = { sums: PeriodSums; reserved: { nanoUsd: number; tokens: number } }

/** What everybody who pays has used and reserved, and the quotas that bound it. */
export class QuotaBook {
  readonly #subjects = new Map<string, Subject>()
  readonly #quotas = new Map<string, Quota[]>()

  constructor(spentByPayer: readonly PayerSpend[], quotas: readonly Quota[]) {
    for (const { day, id, ownerId, project, ...sums } of spentByPayer)
      this.book({ id, ownerId, project }, day, sums)
    this.set(quotas)
  }

  set(quotas: readonly Quota[]): void {
    this.#quotas.clear()
    for (const quota of quotas) {
      const key = subjectKey(quota.subject)
      this.#quotas.set(key, [...(this.#quotas.get(key) ?? []), quota])
    }
  }

  /** Names of the lines of everybody who has a quota. */
  get lines(): string[] {
    return [...this.#quotas.keys()].map(quotaLine)
  }

  book(payer: Payer, day: string, more: Partial<PeriodSum>): void {
    for (const subject of subjectsOf(payer)) this.#of(subject).sums.book(day, more)
  }

  /** Adds to what is reserved; negative amounts release. */
  reserve(payer: Payer, nanoUsd: number, tokens: number): void {
    for (const subject of subjectsOf(payer)) {
      const { reserved } = this.#of(subject)
      reserved.nanoUsd += nanoUsd
      reserved.tokens += tokens
    }
  }

  /** The quotas that a turn of this payer has to fit under. */
  capsOver(payer: Payer, day: string): Cap[] {
    return this.#over(payer).flatMap((quota): Cap[] => {
      const { unit } = quota
      if (unit === 'agents') return []
      const { used, reserved } = this.use(quota, day)
      const line = quotaLine(subjectKey(quota.subject))
      return [
        { reason: 'quota', line, phase: null, unit, limit: quota.limit, used, reserved, owner: '', quota },
      ]
    })
  }

  /** The first quota of agents under which so many more do not fit, with what is left; null when they do. */
  tightForAgents(payer: Payer, count: number, day: string): { quota: Quota; left: number } | null {
    for (const quota of this.#over(payer)) {
      if (quota.unit !== 'agents') continue
      const left = quota.limit - this.use(quota, day).used
      if (count > left) return { quota, left }
    }
    return null
  }

  /** What is used of a quota on this day, or in its month. */
  use({ subject, period, unit }: Pick<Quota, 'subject' | 'period' | 'unit'>, day: string): QuotaUse {
    const { sums, reserved } = this.#of(subject)
    const sum = sums.of(period === 'day' ? day : monthOf(day))
    return { used: usedOf(sum, unit), reserved: reservedOf(reserved, unit) }
  }

  #over(payer: Payer): Quota[] {
    return subjectsOf(payer).flatMap((subject) => this.#quotas.get(subjectKey(subject)) ?? [])
  }

  #of(subject: QuotaSubject): Subject {
    const key = subjectKey(subject)
    const known = this.#subjects.get(key)
    if (known !== undefined) return known
    const fresh = { sums: new PeriodSums(), reserved: { nanoUsd: 0, tokens: 0 } }
    this.#subjects.set(key, fresh)
    return fresh
  }
}

/** The lines in which turns of a payer may wait: one a subject, so news of one person's go to no other's turn. */
export function linesOf(payer: Payer): string[] {
  return subjectsOf(payer).map((subject) => quotaLine(subjectKey(subject)))
}

/** No run's id has a line break, so no line of a run is called so. */
function quotaLine(key: string): string {
  return `\nquota ${key}`
}

function usedOf(sum: Readonly<PeriodSum>, unit: QuotaUnit): number {
  switch (unit) {
    case 'usd':
      return sum.spentNanoUsd + sum.unsettledNanoUsd
    case 'tokens':
      return sum.tokens
    case 'agents':
      return sum.agents
    default:
      return assertNever(unit)
  }
}

function reservedOf(reserved: Subject['reserved'], unit: QuotaUnit): number {
  if (unit === 'agents') return 0
  return unit === 'usd' ? reserved.nanoUsd : reserved.tokens
}
