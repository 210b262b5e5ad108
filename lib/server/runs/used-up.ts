import type { Actor } from '@/lib/core/base/actor'
import { isNamed } from '@/lib/core/base/named-error'
import { reaches } from '@/lib/core/base/role'
import { SMALLEST_USEFUL_TOKENS } from '@/lib/core/caps/room'
import { costOf } from '@/lib/core/money/pricing'
import {
  nextPeriodWords,
  payerFor,
  type Quota,
  subjectKey,
  subjectsOf,
  usedUpWords,
} from '@/lib/core/money/quotas'
import { noUsage } from '@/lib/core/money/usage'
import type { QuotaUnit } from '@/lib/core/spec/quota-met'
import type { RunSpec } from '@/lib/core/spec/run'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'

/** What of a launch is refused; no field of its body is called so. */
const QUOTA = 'quota'

/**
 * Refuses a launch where a quota leaves nothing of use for its first turn: it would only pause. What the
 * simulator answers counts against no quota.
 */
export async function refuseUsedUp(
  app: App,
  { launchedBy, model, simulated }: Pick<RunSpec, 'launchedBy' | 'model' | 'simulated'>,
): Promise<void> {
  if (simulated) return
  const at = new Date(app.now()).toISOString()
  const turn = { ...noUsage, outputTokens: SMALLEST_USEFUL_TOKENS }
  const least: Record<QuotaUnit, number> = {
    // What has no price cannot be told from what is free, and is held by the others.
    usd: costOf(turn, model, app.prices.list(), at)?.totalNanoUsd ?? 1,
    tokens: SMALLEST_USEFUL_TOKENS,
    agents: 1,
  }
  for (const quota of quotasOver(app, launchedBy)) {
    const left = quota.limit - app.dispatcher.quotaUse(quota).used
    if (left >= least[quota.unit]) continue
    const admins = await adminNames(app)
    const who = admins.length === 0 ? 'An admin' : admins.join(', ')
    const why = usedUpWords(quota, left, least[quota.unit])
    throw new Refusal(
      'conflict',
      `${why} ${who} can raise it under Settings > Quotas; it begins anew ${nextPeriodWords(quota.period)}.`,
      [{ path: QUOTA, message: why }],
    )
  }
}

/** Whether a launch was refused because a quota is used up. */
export function isUsedUp(error: unknown): boolean {
  return isNamed<Refusal>(error, 'Refusal') && error.errors.some(({ path }) => path === QUOTA)
}

/** The quotas that bound what an actor launches. */
export function quotasOver(app: App, actor: Actor): Quota[] {
  const keys = new Set(subjectsOf(payerFor(actor, app.project)).map(subjectKey))
  return app.settings.quotas.filter(({ subject }) => keys.has(subjectKey(subject)))
}

/** Who can raise a quota, by name; nobody where there are no accounts. */
export async function adminNames(app: App): Promise<string[]> {
  if (app.access.identity === null) return []
  const [people, keptOut] = [await app.store.people.listPeople(), await app.store.projects.listKeptOut()]
  // Quotas are of every project: once there are several, they are for owners.
  const least = app.projects.isOnlyDefault ? 'admin' : 'owner'
  return people
    .filter(({ id, role }) => reaches(role, least) && !keptOut.includes(id))
    .map(({ name }) => name)
}
