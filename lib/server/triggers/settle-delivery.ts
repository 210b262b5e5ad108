import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { isJsonObject, type JsonObject } from '@/lib/core/base/json'
import { type Trigger, type TriggerDelivery, triggerActor } from '@/lib/core/ports/trigger-store'
import type { App } from '@/lib/server/app/app'
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
    body: bodyOf(trigger, delivery.args ?? {}),
    actor: triggerActor(trigger),
    settle: (outcome, detail, runId) =>
      triggers.setDelivery({
        ...delivery,
        outcome,
        detail,
        runId,
        args: outcome === 'waiting' ? delivery.args : null,
      }),
  })
}

/** The idempotency key of a delivery's launch; ids that senders choose may be longer than a key. */
function keyOfDelivery(
  app: App,
  { triggerId, deliveryId }: Pick<TriggerDelivery, 'triggerId' | 'deliveryId'>,
): string {
  return `${triggerId} ${app.digest(deliveryId)}`
}

/** What is launched with the args that a delivery gave, over those of the trigger; null where it cannot be read. */
function bodyOf({ launch, mapping }: Trigger, given: JsonObject): LaunchInput | null {
  const body = launchSchema.safeParse(launch).data
  if (body === undefined) return null
  if (mapping.length === 0) return body
  return { ...body, args: { ...(isJsonObject(body.args) ? body.args : {}), ...given } }
}
