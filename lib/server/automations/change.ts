import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { type JsonObject, jsonObjectSchema } from '@/lib/core/base/json'
import { reaches } from '@/lib/core/base/role'
import type { Automation } from '@/lib/core/ports/automation'
import type { Asker } from '@/lib/server/access/asker'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import type { Kept } from './settle'

/** Tries of a change that the watch comes between. */
const TRIES = 5

/** Automations of one kind: what people call them, and where they are kept. */
export type Kind<S extends Automation> = { word: 'schedule' | 'trigger'; kept: Kept<S> }

/** What people say of an automation, whatever its kind. */
type Said = { launch: LaunchInput; monthlyUsd: number | null }

/** The part of a new one that all kinds have in common. It is on, and its maker's. */
export function newAutomation(app: App, { actor }: Asker, { launch, monthlyUsd }: Said) {
  const now = new Date(app.now()).toISOString()
  return {
    project: app.project,
    launch: storable(launch),
    monthlyNanoUsd: nanoOf(monthlyUsd),
    isOn: true,
    offReason: null,
    offDetail: null,
    owner: actor,
    createdAt: now,
    onSince: now,
  } satisfies Partial<Automation>
}

/** What becomes of one that is changed: of fields that were said, of its being on, and of what its kind adds. */
type Edit<S extends Automation> = {
  said: Partial<Said> & { isOn?: boolean | undefined }
  /** Whether what it launches is changed, so that it is of whoever says so from then on. */
  changesLaunch(before: S): boolean
  rest(before: S, becomes: { isOn: boolean; isTurnedOn: boolean }): Partial<S>
}

/**
 * Changes an automation: one's own, or for an admin anybody's. Whoever turns it on, or changes what it launches,
 * is whose runs they are from then on. Wakes the watch.
 */
export async function changeAutomation<S extends Automation>(
  app: App,
  asker: Asker,
  { kind, id }: { kind: Kind<S>; id: string },
  { said: { launch, monthlyUsd, isOn }, changesLaunch, rest }: Edit<S>,
): Promise<S> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await ownAutomation(kind, asker, id)
    const isOnAfter = isOn ?? before.isOn
    const isTurnedOn = isOnAfter && !before.isOn
    const after: S = {
      ...before,
      ...(launch === undefined ? {} : { launch: storable(launch) }),
      ...(monthlyUsd === undefined ? {} : { monthlyNanoUsd: nanoOf(monthlyUsd) }),
      ...(changesLaunch(before) || isTurnedOn ? { owner: asker.actor } : {}),
      ...(isTurnedOn ? { onSince: new Date(app.now()).toISOString() } : {}),
      isOn: isOnAfter,
      offReason: isOnAfter ? null : (before.offReason ?? 'person'),
      offDetail: isOnAfter ? null : before.offDetail,
      ...rest(before, { isOn: isOnAfter, isTurnedOn }),
    }
    if (await kind.kept.change(before, after)) {
      app.schedules.wake()
      return after
    }
  }
  throw new Refusal('conflict', `This ${kind.word} keeps changing. Load it again and try once more.`)
}

/** An automation that somebody may change: their own, or any for an admin. */
export async function ownAutomation<S extends Automation>(
  { word, kept }: Kind<S>,
  asker: Asker,
  id: string,
): Promise<S> {
  const automation = await kept.find(id)
  if (automation === null) throw noAutomation(word)
  if (automation.owner.id !== asker.actor.id && !reaches(asker.role, 'admin'))
    throw new Refusal(
      'forbidden',
      `This ${word} is ${automation.owner.name}'s. They or an admin can change it.`,
    )
  return automation
}

/** What an automation that somebody may change launches; null where it cannot be read any more. */
export async function launchOfAutomation<S extends Automation>(
  kind: Kind<S>,
  asker: Asker,
  id: string,
): Promise<LaunchInput | null> {
  return launchSchema.safeParse((await ownAutomation(kind, asker, id)).launch).data ?? null
}

/** The fields of an edit that were said. */
export function saidOf<T extends object>(edit: T): Partial<T> {
  const said: Partial<T> = { ...edit }
  for (const name in said) if (said[name] === undefined) delete said[name]
  return said
}

export function noAutomation(word: Kind<Automation>['word']): Refusal {
  return new Refusal('not-found', `There is no such ${word}.`)
}

/** The launch as JSON, without what was left out of it. */
function storable(launch: LaunchInput): JsonObject {
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify(launch)))
}

function nanoOf(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1e9)
}
