import type { z } from 'zod'
import type {
  newQuotaSchema,
  OwnQuotas,
  QuotaShown,
  QuotaSubjectShown,
  Quotas,
  quotaPatchSchema,
} from '@/lib/api/budgets'
import { type Actor, localActor } from '@/lib/core/base/actor'
import { utcDay } from '@/lib/core/base/utc-day'
import { periodAt } from '@/lib/core/money/budgets'
import {
  amountWords,
  type Quota,
  type QuotaUse,
  quotaId,
  quotaName,
  subjectKey,
} from '@/lib/core/money/quotas'
import type { QuotaUnit } from '@/lib/core/spec/quota-met'
import { QuotaBook } from '@/lib/dispatch/quota-book'
import type { App } from '../app/app'
import { adminNames, quotasOver } from '../runs/used-up'
import { Refusal } from '../services/problem'
import { applySettings } from '../settings/settings'

/** Far more than a team has people, keys, periods and units. */
const MOST_QUOTAS = 2_000

/** Every quota with its use, and whom one may be set for. */
export async function listQuotas(app: App): Promise<Quotas> {
  const subjects = await knownSubjects(app)
  const names = new Map(subjects.map((subject) => [subjectKey(subject), subject.name]))
  // Somebody may have another name by now, or be gone and keep the one they had.
  const quotas = app.settings.quotas.map((quota) => ({
    ...quota,
    name: names.get(subjectKey(quota.subject)) ?? quota.name,
  }))
  return {
    quotas: await shown(app, quotas),
    subjects,
    isSimulator: app.provider.simulated,
  }
}

/** The quotas that bound what an actor launches: of a key its own and its owner's, and those of the project. */
export async function readOwnQuotas(app: App, actor: Actor): Promise<OwnQuotas> {
  return {
    quotas: await shown(app, quotasOver(app, actor)),
    admins: await adminNames(app),
    isSimulator: app.provider.simulated,
  }
}

/** Sets a quota. Throws for a subject that is not known here, and where there is one already. */
export async function addQuota(app: App, asked: z.output<typeof newQuotaSchema>): Promise<Quotas> {
  const { subject, period, unit, amount } = asked
  const known = (await knownSubjects(app)).find((one) => subjectKey(one) === subjectKey(subject))
  if (known === undefined) {
    const message = `is no ${subject.kind === 'key' ? 'API key' : subject.kind} that is known here`
    throw new Refusal('bad-request', `\`subject.id\`: ${message}.`, [{ path: 'subject.id', message }])
  }
  const { quotas } = app.settings
  const id = quotaId({ subject, period, unit })
  const same = quotas.find((quota) => quota.id === id)
  if (same !== undefined)
    throw new Refusal('conflict', `There is ${quotaName(same)} already. Change that one.`)
  if (quotas.length >= MOST_QUOTAS)
    throw new Refusal('conflict', `There are ${quotas.length} quotas, which is the most. Delete some first.`)
  quotas.push({ id, subject, name: known.name, period, unit, limit: inUnit(unit, amount) })
  await applySettings(app)
  return listQuotas(app)
}

/** Raises or lowers a quota; turns that wait for it are asked again at once. */
export async function changeQuota(
  app: App,
  id: string,
  { unit, amount, was }: z.output<typeof quotaPatchSchema>,
): Promise<Quotas> {
  const at = indexOf(app, id)
  const quota = app.settings.quotas[at]
  if (quota === undefined || quota.unit !== unit)
    throw new Refusal('bad-request', `\`unit\`: this quota is in ${quota?.unit ?? 'another unit'}.`, [
      { path: 'unit', message: `must be ${quota?.unit ?? 'that of the quota'}` },
    ])
  if (was !== undefined && inUnit(unit, was) !== quota.limit)
    throw new Refusal(
      'conflict',
      `Somebody else set it to ${amountWords(unit, quota.limit)} meanwhile. Look again, then change it.`,
    )
  app.settings.quotas[at] = { ...quota, limit: inUnit(unit, amount) }
  await applySettings(app)
  return listQuotas(app)
}

/** Deletes a quota; what was used stays counted, for one that is set later. */
export async function deleteQuota(app: App, id: string): Promise<void> {
  app.settings.quotas.splice(indexOf(app, id), 1)
  await applySettings(app)
}

function indexOf(app: App, id: string): number {
  const at = app.settings.quotas.findIndex((quota) => quota.id === id)
  if (at < 0) throw new Refusal('not-found', 'There is no such quota. Somebody may have deleted it.')
  return at
}

function inUnit(unit: QuotaUnit, amount: number): number {
  return unit === 'usd' ? Math.round(amount * 1e9) : amount
}

async function shown(app: App, quotas: readonly Quota[]): Promise<QuotaShown[]> {
  const useOf = await useReader(app)
  return quotas.map((quota) => {
    const { id, subject, name, period, unit, limit } = quota
    return {
      id,
      subject: { ...subject, name },
      period,
      now: periodAt(period, app.now()),
      unit,
      limit,
      ...useOf(quota),
    }
  })
}

/** Reads what is used of real money; on the simulator none of it is in flight. */
async function useReader(app: App): Promise<(quota: Quota) => QuotaUse> {
  if (!app.provider.simulated) return (quota) => app.dispatcher.quotaUse(quota)
  const book = new QuotaBook(await app.store.spentByPayer(false), [])
  return (quota) => book.use(quota, utcDay(app.now()))
}

/**
 * Everybody a quota may be set for: members of the team, or where nobody signs in whoever has launched; keys
 * that are good; the projects.
 */
async function knownSubjects(app: App): Promise<QuotaSubjectShown[]> {
  const { keys, people } = app.store
  const persons = app.access.identity === null ? await actorsWithoutAccounts(app) : await people.listPeople()
  const good = (await keys.listKeys(null)).filter(({ revokedAt }) => revokedAt === null)
  return [
    ...app.projects.list().map(({ id, name }) => ({ kind: 'project' as const, id, name })),
    ...persons.map(({ id, name }) => ({ kind: 'person' as const, id, name })),
    ...good.map(({ id, name }) => ({ kind: 'key' as const, id, name })),
  ]
}

/** Names that are typed are their own ids. */
async function actorsWithoutAccounts(app: App): Promise<{ id: string; name: string }[]> {
  const spent = await app.store.spentByPayer(app.provider.simulated)
  const ids = new Set(spent.filter(({ ownerId }) => ownerId === null).map(({ id }) => id))
  return [localActor, ...[...ids].filter((id) => id !== localActor.id).map((id) => ({ id, name: id }))]
}
