import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type {
  newSecretSchema,
  newTriggerSchema,
  TriggerShown,
  triggerPatchSchema,
} from '@/lib/api/automations/triggers'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { isJsonObject } from '@/lib/core/base/json'
import type { Trigger } from '@/lib/core/ports/trigger-store'
import type { ArgMapping } from '@/lib/core/spec/arg-mapping'
import { LONGEST_GOAL_WITH_DATA } from '@/lib/core/spec/goal-data'
import type { Asker } from '@/lib/server/access/asker'
import { newWebhookSecret } from '@/lib/server/alerts/webhook-secret'
import type { App } from '@/lib/server/app/app'
import { resolveLaunchRequest } from '@/lib/server/runs/launch-request'
import { Refusal } from '@/lib/server/services/problem'
import {
  changeAutomation,
  type Kind,
  launchOfAutomation,
  newAutomation,
  noAutomation,
  ownAutomation,
  saidOf,
} from '../automations/change'
import { monthStart } from '../automations/settle'
import { forgetUnsigned, unsignedOf } from './unsigned'

/** Triggers that an installation keeps at most. */
const MOST_TRIGGERS = 200

/** Last deliveries that are shown. */
const SHOWN_DELIVERIES = 20

const HOUR_MS = 3_600_000

type WithSecret = { trigger: TriggerShown; secret: string }

export async function listTriggers(app: App): Promise<{ triggers: TriggerShown[] }> {
  const triggers: TriggerShown[] = []
  for (const trigger of await app.store.triggers.listTriggers()) triggers.push(await shown(app, trigger))
  return { triggers }
}

/**
 * Keeps a trigger, and gives its secret this once. What it would launch is tried out first, without launching it.
 */
export async function addTrigger(
  app: App,
  asker: Asker,
  { launch, monthlyUsd, ...rest }: z.output<typeof newTriggerSchema>,
): Promise<WithSecret> {
  refuseMapping(launch, rest.mapping)
  refuseWait(app, rest)
  await resolveLaunchRequest(app, launch, asker.actor)
  const secret = newWebhookSecret()
  const trigger: Trigger = {
    ...rest,
    id: `trigger-${randomUUID()}`,
    ...newAutomation(app, asker, { launch, monthlyUsd }),
    secret: app.seal.seal(secret),
    formerSecret: null,
  }
  if (!(await app.store.triggers.addTrigger(trigger, MOST_TRIGGERS)))
    throw new Refusal('conflict', `There are ${MOST_TRIGGERS} triggers already. Delete one first.`)
  return { trigger: await shown(app, trigger), secret }
}

/**
 * Changes a trigger: one's own, or for an admin anybody's. Whoever turns it on, or changes what it launches or with
 * which args, is whose runs they are from then on.
 */
export async function changeTrigger(
  app: App,
  asker: Asker,
  id: string,
  { launch, monthlyUsd, isOn, ...rest }: z.output<typeof triggerPatchSchema>,
): Promise<TriggerShown> {
  if (launch !== undefined) await resolveLaunchRequest(app, launch, asker.actor)
  const isOther = ({ mapping, github }: Trigger) =>
    [[rest.mapping, mapping] as const, [rest.github, github] as const].some(
      ([said, before]) => said !== undefined && JSON.stringify(said) !== JSON.stringify(before),
    )
  const edit = {
    said: { ...(launch && { launch }), ...(monthlyUsd !== undefined && { monthlyUsd }), isOn },
    changesLaunch: (before: Trigger) => launch !== undefined || isOther(before),
    rest: (before: Trigger) => {
      const launched = launch ?? launchSchema.safeParse(before.launch).data
      if (launched !== undefined) refuseMapping(launched, rest.mapping ?? before.mapping)
      const { github = before.github, signedAs = before.signedAs } = rest
      if (rest.github !== undefined || rest.signedAs !== undefined) refuseWait(app, { github, signedAs })
      return saidOf(rest)
    },
  }
  return shown(app, await changeAutomation<Trigger>(app, asker, { kind: kindOf(app), id }, edit))
}

/** Makes a new secret and gives it this once; the one before counts for so many hours more. */
export async function renewSecret(
  app: App,
  asker: Asker,
  id: string,
  { formerHours }: z.output<typeof newSecretSchema>,
): Promise<WithSecret> {
  const secret = newWebhookSecret()
  const until = new Date(app.now() + formerHours * HOUR_MS).toISOString()
  const after = await changeAutomation(
    app,
    asker,
    { kind: kindOf(app), id },
    {
      said: {},
      changesLaunch: () => false,
      rest: (before) => ({
        secret: app.seal.seal(secret),
        formerSecret: formerHours === 0 ? null : { sealed: before.secret, until },
      }),
    },
  )
  forgetUnsigned(app, id)
  return { trigger: await shown(app, after), secret }
}

export async function deleteTrigger(app: App, asker: Asker, id: string): Promise<void> {
  await ownAutomation(kindOf(app), asker, id)
  if (!(await app.store.triggers.deleteTrigger(id))) throw noAutomation('trigger')
  forgetUnsigned(app, id)
}

/** The launch of a trigger that somebody may change; null where it cannot be read any more. */
export function launchOfTrigger(app: App, asker: Asker, id: string): Promise<LaunchInput | null> {
  return launchOfAutomation(kindOf(app), asker, id)
}

function kindOf(app: App): Kind<Trigger> {
  return { word: 'trigger', kept: app.store.triggers }
}

/** Refuses parts of a body where the launch has no place for them. */
function refuseMapping({ goal, args }: LaunchInput, mapping: ArgMapping): void {
  if (mapping.length === 0) return
  const refuse = (message: string) => new Refusal('bad-request', message, [{ path: 'mapping', message }])
  if (goal !== undefined && goal.length > LONGEST_GOAL_WITH_DATA)
    throw refuse(
      `The goal has ${goal.length.toLocaleString('en')} characters; one that parts of a body follow has at most ${LONGEST_GOAL_WITH_DATA.toLocaleString('en')}.`,
    )
  if (args !== undefined && args !== null && !isJsonObject(args))
    throw refuse('The args of the launch are no object, so nothing can be put into them.')
}

/** Refuses a trigger that waits for something at GitHub where nobody would know that it comes from there. */
function refuseWait(app: App, { github, signedAs }: Pick<Trigger, 'github' | 'signedAs'>): void {
  if (github === null) return
  const refuse = (message: string) => new Refusal('bad-request', message, [{ path: 'github', message }])
  if (signedAs !== 'github') throw refuse('What GitHub delivers is signed as GitHub does: choose that.')
  if (app.github.of(app.project) === null)
    throw refuse('The project is not connected to GitHub. Connect it under Settings first.')
}

async function shown(
  app: App,
  { onSince: _, secret: _secret, formerSecret, ...trigger }: Trigger,
): Promise<TriggerShown> {
  const { id, launch } = trigger
  const isFormerGood = formerSecret !== null && Date.parse(formerSecret.until) > app.now()
  const deliveries = await app.store.triggers.deliveriesOf(id, SHOWN_DELIVERIES)
  return {
    ...trigger,
    path: `/api/triggers/${id}/fire`,
    launch: launchSchema.safeParse(launch).data ?? null,
    formerSecretUntil: isFormerGood ? formerSecret.until : null,
    monthSpentNanoUsd: await app.store.triggers.spentSince(id, monthStart(app.now())),
    deliveries: deliveries.map(({ triggerId: _id, ...delivery }) => delivery),
    unsigned: unsignedOf(app, id),
  }
}
