import type { LaunchInput } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import { roleIn } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import { monthOf, utcDay } from '@/lib/core/base/utc-day'
import type { Automation, LaunchHistory, LaunchResult, OffReason } from '@/lib/core/ports/automation'
import { reachOf } from '@/lib/server/access/projects'
import { roleToLaunch } from '@/lib/server/access/role-to-launch'
import { permissionsAtFirst } from '@/lib/server/app/allowed/permissions'
import type { App } from '@/lib/server/app/app'
import { keyWithin, launch } from '@/lib/server/runs/launch'
import { isUsedUp } from '@/lib/server/runs/used-up'
import { isFault, problemOf, problems } from '@/lib/server/services/problem'
import { formatCap } from '@/lib/view/format/money'

/** The newest results that are looked at for failures in a row: twice as many as can be asked for. */
const RESULTS_LOOKED_AT = 200

/** What becomes of an occasion that nothing but its launch speaks of. */
export type Outcome =
  | 'waiting'
  | 'launched'
  | 'skipped-off'
  | 'skipped-busy'
  | 'skipped-ceiling'
  | 'skipped-quota'
  | 'refused'

/** How the launch of an occasion came out, as far as failures in a row are told by it. */
type Result = LaunchResult & { outcome: string; detail: string | null }

/** The automations of one kind, as they are kept. */
export type Kept<S extends Automation> = LaunchHistory<Result> & {
  find(id: string): Promise<S | null>
  change(before: S, after: S): Promise<boolean>
}

/** An occasion on which an automation is due. */
export type Occasion<S extends Automation> = {
  automation: S
  kept: Kept<S>
  /** The idempotency key of its launch: nobody else may use it. */
  key: string
  /** Whether it waits already for the end of a run. */
  isWaiting: boolean
  /** Whether it is left out once its automation was turned off, also before it has waited. */
  needsOn: boolean
  /** What is launched; null where that cannot be read any more. */
  body: LaunchInput | null
  /** Whose run it is. */
  actor: Actor
  /** Notes what became of it. */
  settle(outcome: Outcome, detail: string | null, runId: string | null): Promise<void>
}

/**
 * Launches what is due, and what waited once nothing is in its way. One run of an automation goes on at a time,
 * so that its ceiling holds: this is the one place where that is decided, for one occasion after the other. Throws
 * where it has to be tried again.
 */
export async function settleOccasion<S extends Automation>(app: App, occasion: Occasion<S>): Promise<void> {
  const { automation, kept, key, isWaiting, needsOn, settle } = occasion
  // Launched before a crash, it is known by its key, whatever has changed of what would be launched now.
  const known = await app.store.findIdempotent(keyWithin(automation.project, key))
  if (known !== null) return settle('launched', null, known.runId)
  if ((isWaiting || needsOn) && !automation.isOn)
    return settle('skipped-off', 'It was turned off meanwhile.', null)
  if ((await kept.unendedRun(automation.id)) === null) return launchOccasion(app, occasion)
  // Its end wakes the watch.
  if (isWaiting) return
  const isAnotherWaiting = await kept.hasWaiting(automation.id)
  if (automation.whenBusy === 'wait' && !isAnotherWaiting) return settle('waiting', null, null)
  await settle('skipped-busy', isAnotherWaiting ? 'An earlier one waits already.' : null, null)
}

async function launchOccasion<S extends Automation>(whole: App, occasion: Occasion<S>): Promise<void> {
  const { automation, kept, key, body, actor, settle } = occasion
  const app = whole.within(automation.project)
  if (app.projects.find(automation.project)?.archivedAt !== null)
    return settle('refused', 'Its project is archived.', null)
  if (body === null)
    return settle('refused', 'What it launches cannot be read any more: make it again.', null)
  const unfit = await unfitOwner(app, automation, body)
  if (unfit !== null) {
    await settle('refused', unfit, null)
    return turnOff(kept, automation.id, 'owner', unfit)
  }
  const left = await leftOfMonth(app, occasion)
  if (left !== null && left <= 0) return settle('skipped-ceiling', ceilingSentence(automation), null)
  const own = body.limits?.usd === undefined ? app.settings.runCapNanoUsd / 1e9 : body.limits.usd
  const isNarrowed = left !== null && (own === null || left / 1e9 < own)
  try {
    const { id } = await launch(
      app,
      {
        ...body,
        title: body.title ?? automation.name,
        limits: { ...body.limits, usd: isNarrowed ? left / 1e9 : own },
        // Nobody is there to raise a cap, and a run that waits for it would hold up all later ones.
        onLimit: isNarrowed ? 'end' : (body.onLimit ?? 'end'),
        // Whoever keeps it has approved its launches.
        approval: 'auto',
      },
      key,
      actor,
    )
    await settle('launched', null, id)
  } catch (error) {
    const { status, detail } = problemOf(error)
    if (isFault(error) || status === problems.busy.status) throw error
    // No failure of its own: the next period begins with all of it.
    if (isUsedUp(error)) return settle('skipped-quota', detail, null)
    await settle('refused', detail, null)
    await turnOffIfFailing(kept, automation)
  }
}

/** Why its owner may not launch this now; null where they may. */
async function unfitOwner(
  app: App,
  { owner, project }: Automation,
  { permissions }: LaunchInput,
): Promise<string | null> {
  const role = await roleOf(app, owner, project)
  if (role === null) {
    const isGone = (await app.store.people.findPerson(owner.id)) === null
    return `${owner.name} ${isGone ? 'has no account here' : 'is not in this project'} any more.`
  }
  const granted = permissionsAtFirst(app, true)
  const needed = roleToLaunch(permissions ?? granted, granted)
  return reaches(role, needed) ? null : `${owner.name} is ${role}, and this launch needs the role ${needed}.`
}

/** What somebody may do now; null for somebody who has left. */
async function roleOf(app: App, { id }: Actor, project: string): Promise<Role | null> {
  if (app.access.mode === 'local') return 'owner'
  if (app.access.mode === 'token') return 'admin'
  const person = await app.store.people.findPerson(id)
  return person === null ? null : roleIn(await reachOf(app.store.projects, person), project)
}

/** The start of the UTC month of a moment. */
export function monthStart(ms: number): string {
  return `${monthOf(utcDay(ms))}-01T00:00:00.000Z`
}

/** What its runs may still spend this month; null without a ceiling. */
async function leftOfMonth<S extends Automation>(
  app: App,
  { automation: { id, monthlyNanoUsd }, kept }: Occasion<S>,
): Promise<number | null> {
  if (monthlyNanoUsd === null) return null
  return monthlyNanoUsd - (await kept.spentSince(id, monthStart(app.now())))
}

function ceilingSentence({ monthlyNanoUsd }: Automation): string {
  return `Its runs have used up the ${formatCap(monthlyNanoUsd ?? 0)} of this month.`
}

/** Turns an automation off whose last runs have all failed. */
export async function turnOffIfFailing<S extends Automation>(
  kept: Kept<S>,
  { id, onSince, mostFailures }: S,
): Promise<void> {
  const results = await kept.resultsSince(id, onSince, RESULTS_LOOKED_AT)
  const good = results.findIndex(
    ({ runStatus }) => runStatus === 'completed' || runStatus === 'completed-with-failures',
  )
  const inARow = good < 0 ? results : results.slice(0, good)
  const failed = inARow.filter(
    ({ outcome, runStatus }) =>
      outcome === 'refused' || runStatus === 'failed' || runStatus === 'stopped-at-limit',
  )
  if (failed.length < mostFailures) return
  const runs = failed.length === 1 ? 'Its last run' : `Its last ${failed.length} runs`
  const why = failed.find(({ detail }) => detail !== null)?.detail
  await turnOff(kept, id, 'failures', `${runs} failed.${why == null ? '' : ` ${why}`}`)
}

/** Turns an automation off, unless somebody has deleted or done so meanwhile. */
export async function turnOff<S extends Automation>(
  kept: Kept<S>,
  id: string,
  offReason: OffReason,
  offDetail: string,
): Promise<void> {
  const before = await kept.find(id)
  if (before === null || !before.isOn) return
  const off = { isOn: false, offReason, offDetail, ...('nextAt' in before ? { nextAt: null } : {}) }
  if (!(await kept.change(before, { ...before, ...off }))) await turnOff(kept, id, offReason, offDetail)
}
