import type { BillingNames, BillingShown } from '@/lib/api/billing/billed'
import type { BillingProblem } from '@/lib/billing/problem'
import type { Actor } from '@/lib/core/base/actor'
import { isNamed } from '@/lib/core/base/named-error'
import type { MappedKeys } from '@/lib/core/billing/billed'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'

/** Whether an Admin key is set, its last four characters, and what of the organisation is of which project. */
export function readBilling({ billing: { account }, projects }: App): BillingShown {
  const { hint, mapping, baseUrl } = account
  return {
    isSet: hint !== null,
    hint: hint?.hint ?? null,
    setAt: hint?.setAt ?? null,
    setBy: hint?.setBy.name ?? null,
    baseUrl,
    projects: projects.list().map(({ id, name }) => {
      const { keyIds = [], workspaceIds = [] } = mapping.find(({ project }) => project === id) ?? {}
      return { project: id, name, keyIds: [...keyIds], workspaceIds: [...workspaceIds] }
    }),
  }
}

/** Sets the Admin key. It is never told again; what was read by the one before is forgotten. */
export async function setAdminKey(app: App, key: string, actor: Actor): Promise<BillingShown> {
  await app.billing.account.set(key, { setAt: new Date(app.now()).toISOString(), setBy: actor })
  app.billing.reports.forgetProblem()
  return readBilling(app)
}

/** Forgets the Admin key, and what was read by it. */
export async function forgetAdminKey({ billing: { account, reports } }: App): Promise<void> {
  if (account.hint === null) throw new Refusal('not-found', 'No Admin key is set.')
  await account.forget()
  reports.forgetProblem()
}

/** Says what is of which project. Throws for a project that there is not; those that have nothing are left out. */
export async function setBillingMapping(app: App, mapping: readonly MappedKeys[]): Promise<BillingShown> {
  const stranger = mapping.findIndex(({ project }) => app.projects.find(project) === null)
  if (stranger >= 0) {
    const message = `there is no project ${JSON.stringify(mapping[stranger]?.project)}`
    throw new Refusal('bad-request', `\`projects.${stranger}\`: ${message}.`, [
      { path: `projects.${stranger}.project`, message },
    ])
  }
  await app.billing.account.setMapping(
    mapping.filter(({ keyIds, workspaceIds }) => keyIds.length + workspaceIds.length > 0),
  )
  return readBilling(app)
}

/** Keys and workspaces as the Admin API lists them. What it refuses is told in words, and is no error. */
export async function readNames({ billing: { account } }: App, signal: AbortSignal): Promise<BillingNames> {
  try {
    return { ...(await account.reach().readNames(signal)), problem: null }
  } catch (error) {
    if (!isNamed<BillingProblem>(error, 'BillingProblem')) throw error
    return { keys: [], workspaces: [], problem: error.message }
  }
}
