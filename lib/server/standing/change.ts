import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { type JsonObject, jsonObjectSchema } from '@/lib/core/base/json'
import { defaultProject } from '@/lib/core/base/project'
import { reaches } from '@/lib/core/base/role'
import type { StandingLaunch } from '@/lib/core/ports/standing-launch'
import type { Asker } from '@/lib/server/access/asker'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import type { Kept } from './settle'

/** Tries of a change that the watch comes between. */
const TRIES = 5

/** Standing launches of one kind: what people call them, and where they are kept. */
export type Kind<S extends StandingLaunch> = { word: 'schedule' | 'trigger'; kept: Kept<S> }

/** What people say of a standing launch, whatever its kind. */
type Said = { launch: LaunchInput; monthlyUsd: number | null }

/** The part of a new one that all kinds have in common. It is on, and its maker's. */
export function newStanding(app: App, { actor }: Asker, { launch, monthlyUsd }: Said) {
  const now = new Date(app.now()).toISOString()
  return {
    project: defaultProject,
    launch: storable(launch),
    monthlyNanoUsd: nanoOf(monthlyUsd),
    isOn: true,
    offReason: null,
    offDetail: null,
    owner: actor,
    createdAt: now,
    onSince: now,
  } satisfies Partial<StandingLaunch>
}

/** What becomes of one that is changed: of fields that were said, of its being on, and of what its kind adds. */
type Edit<S extends StandingLaunch> = {
  said: Partial<Said> & { isOn?: boolean | undefined }
  /** Whether what it launches is changed, so that it is of whoever says so from then on. */
  changesLaunch: boolean
  rest(before: S, becomes: { isOn: boolean; isTurnedOn: boolean }): Partial<S>
}

/**
 * Changes a standing launch: one's own, or for an admin anybody's. Whoever turns it on, or changes what it launches,
 * is whose runs they are from then on. Wakes the watch.
 */
export async function changeStanding<S extends StandingLaunch>(
  app: App,
  asker: Asker,
  { kind, id }: { kind: Kind<S>; id: string },
  { said: { launch, monthlyUsd, isOn }, changesLaunch, rest }: Edit<S>,
): Promise<S> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await ownStanding(kind, asker, id)
    const isOnAfter = isOn ?? before.isOn
    const isTurnedOn = isOnAfter && !before.isOn
    const after: S = {
      ...before,
      ...(launch === undefined ? {} : { launch: storable(launch) }),
      ...(monthlyUsd === undefined ? {} : { monthlyNanoUsd: nanoOf(monthlyUsd) }),
      ...(changesLaunch || isTurnedOn ? { owner: asker.actor } : {}),
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

/** A standing launch that somebody may change: their own, or any for an admin. */
export async function ownStanding<S extends StandingLaunch>(
  { word, kept }: Kind<S>,
  asker: Asker,
  id: string,
): Promise<S> {
  const standing = await kept.find(id)
  if (standing === null) throw noStanding(word)
  if (standing.owner.id !== asker.actor.id && !reaches(asker.role, 'admin'))
    throw new Refusal(
      'forbidden',
      `This ${word} is ${standing.owner.name}'s. They or an admin can change it.`,
    )
  return standing
}

/** What a standing launch that somebody may change launches; null where it cannot be read any more. */
export async function launchOfStanding<S extends StandingLaunch>(
  kind: Kind<S>,
  asker: Asker,
  id: string,
): Promise<LaunchInput | null> {
  return launchSchema.safeParse((await ownStanding(kind, asker, id)).launch).data ?? null
}

/** The fields of an edit that were said. */
export function saidOf<T extends object>(edit: T): Partial<T> {
  const said: Partial<T> = { ...edit }
  for (const name in said) if (said[name] === undefined) delete said[name]
  return said
}

export function noStanding(word: Kind<StandingLaunch>['word']): Refusal {
  return new Refusal('not-found', `There is no such ${word}.`)
}

/** The launch as JSON, without what was left out of it. */
function storable(launch: LaunchInput): JsonObject {
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify(launch)))
}

function nanoOf(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1e9)
}
