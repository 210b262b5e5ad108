import type { Actor } from '../base/actor'
import type { QuotaSubject } from './quotas'

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
