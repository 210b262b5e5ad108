import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { isJsonObject } from '@/lib/core/base/json'
import { newHandover } from '@/lib/core/ports/github-store'
import { type Trigger, type TriggerDelivery, triggerActor } from '@/lib/core/ports/trigger-store'
import { goalWithData } from '@/lib/core/spec/goal-data'
import type { App } from '@/lib/server/app/app'
import { discard } from '@/lib/server/sources/source-store'
import { settleOccasion } from '../automations/settle'

/** Launches what a delivery asks for, unless something is in its way. Throws where it has to be tried again. */
export async function settleDelivery(app: App, delivery: TriggerDelivery): Promise<void> {
  const { triggers } = app.store
  const trigger = await triggers.find(delivery.triggerId)
  if (trigger === null) return
  await settleOccasion(app, {
    automation: trigger,
    kept: triggers,
    key: keyOfDelivery(app, delivery),
    isWaiting: delivery.outcome === 'waiting',
    needsOn: true,
    body: bodyOf(trigger, delivery),
    actor: triggerActor(trigger),
    settle: async (outcome, detail, runId) => {
      if (runId !== null) await noteRun(app, trigger, delivery, runId)
      await triggers.setDelivery({
        ...delivery,
        outcome,
        detail,
        runId,
        args: outcome === 'waiting' ? delivery.args : null,
      })
      const { source } = delivery.github ?? { source: null }
      if (runId === null && outcome !== 'waiting' && source !== null) await discard(app, source.id)
    },
  })
}

/** Keeps what a run is about at GitHub, and that it is answered for there; before the delivery is settled, so neither is lost. */
async function noteRun(
  app: App,
  trigger: Trigger,
  { github: occasion }: TriggerDelivery,
  runId: string,
): Promise<void> {
  const { github: wait, project } = trigger
  if (wait === null || occasion?.source == null) return
  const { number, isPull, source } = occasion
  const { repository, answers, handsOver } = wait
  const addedAt = new Date(app.now()).toISOString()
  const target = {
    repository,
    branch: source.branch,
    commit: source.commit,
    number,
    isPull,
    answers,
    handsOver,
  }
  await app.store.github.addGithubRun(
    { runId, project, target, addedAt, plannedAt: null },
    answers ? [newHandover(runId, 'comment', addedAt)] : [],
  )
  app.handovers.wake()
}

/** The idempotency key of a delivery's launch; ids that senders choose may be longer than a key. */
function keyOfDelivery(
  app: App,
  { triggerId, deliveryId }: Pick<TriggerDelivery, 'triggerId' | 'deliveryId'>,
): string {
  return `${triggerId} ${app.digest(deliveryId)}`
}

/**
 * What is launched with the args that a delivery gave, over those of the trigger or as data below its goal, on what was
 * fetched for it; null where it cannot be read.
 */
function bodyOf({ launch, mapping }: Trigger, { args, github }: TriggerDelivery): LaunchInput | null {
  const read = launchSchema.safeParse(launch).data
  if (read === undefined) return null
  const body = github?.source == null ? read : { ...read, workspace: github.source.path }
  if (mapping.length === 0) return body
  if (body.goal !== undefined) return { ...body, goal: goalWithData(body.goal, args ?? {}) }
  return { ...body, args: { ...(isJsonObject(body.args) ? body.args : {}), ...args } }
}
