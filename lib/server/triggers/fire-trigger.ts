import type { z } from 'zod'
import type { firedSchema } from '@/lib/api/automations/triggers'
import type { Actor } from '@/lib/core/base/actor'
import { parseJson } from '@/lib/core/base/json'
import { extentOfJson } from '@/lib/core/base/json-extent'
import {
  type DeliveryOutcome,
  type Trigger,
  type TriggerDelivery,
  triggerActor,
} from '@/lib/core/ports/trigger-store'
import { mapArgs } from '@/lib/core/spec/arg-mapping'
import { judgeEvent } from '@/lib/github/event'
import { newWebhookSecret } from '@/lib/server/alerts/webhook-secret'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { checkSignature } from './signature'
import { noteUnsigned } from './unsigned'

/** Bounds on what is parsed; deliveries stay far below them. */
const DEEPEST_BODY = 100
const MOST_BODY_PARTS = 100_000

/** Checked in place of a secret where there is no such trigger, so that both take as long. */
const noSecret = newWebhookSecret()

type Delivered = { triggerId: string; headers: Headers; body: Uint8Array }

/**
 * Takes what is delivered to a trigger, and launches its run. The same delivery is taken once, and answered alike
 * however often it comes. Throws one refusal, the same for an address that is none, a wrong signature and an old
 * one; and one that says why for a signed body without the args.
 */
export async function fireTrigger(
  app: App,
  { triggerId, headers, body }: Delivered,
  isFrom: (actor: Actor) => void,
): Promise<z.input<typeof firedSchema>> {
  const { triggers } = app.store
  const nowMs = app.now()
  const trigger = await triggers.find(triggerId)
  const secrets = trigger === null ? [noSecret] : secretsOf(app, trigger)
  const checked = checkSignature(trigger?.signedAs ?? 'standard', secrets, { headers, body, nowMs })
  if (trigger === null || !checked.isSigned) {
    if (trigger !== null && !checked.isSigned) noteUnsigned(app, trigger.id, checked.why)
    throw notTaken()
  }
  isFrom(triggerActor(trigger))
  const { deliveryId } = checked
  const receivedAt = new Date(nowMs).toISOString()
  const taken = takenAs(trigger, Buffer.from(body).toString('utf8'))
  // GitHub delivers every event of a kind: those that nobody waits for would fill the log.
  if (taken.outcome === 'skipped-event')
    return { deliveryId, outcome: taken.outcome, detail: taken.detail, runId: null }
  const kept = await triggers.receive({ triggerId, deliveryId, receivedAt, runId: null, ...taken })
  // Not waited for: a clone takes longer than GitHub does for an answer.
  if (kept.outcome === 'fetching') app.handovers.wake()
  if (kept.outcome === 'due') {
    app.schedules.wake()
    await app.schedules.atRest()
  }
  const { outcome, detail, runId } = (await triggers.findDelivery(triggerId, deliveryId)) ?? kept
  if (outcome === 'skipped-body')
    throw new Refusal('bad-request', detail ?? 'The body has not what is needed.')
  return { deliveryId, outcome, detail, runId }
}

/** What deliveries to a trigger may be signed with. What was sealed with another key signs nothing. */
function secretsOf(app: App, { secret, formerSecret }: Trigger): string[] {
  const isFormerGood = formerSecret !== null && Date.parse(formerSecret.until) > app.now()
  const sealed = [secret, ...(isFormerGood ? [formerSecret.sealed] : [])]
  return sealed.flatMap((one) => app.seal.open(one) ?? [])
}

/** What becomes of a signed body at once: it is due with its args, or left out with why. */
function takenAs(
  { isOn, mapping, github: wait }: Trigger,
  text: string,
): Pick<TriggerDelivery, 'outcome' | 'detail' | 'args' | 'github'> {
  const skipped = (outcome: DeliveryOutcome, detail: string | null) => ({
    outcome,
    detail,
    args: null,
    github: null,
  })
  const off = skipped('skipped-off', null)
  if (!isOn && wait === null) return off
  const unfit = (detail: string) => skipped('skipped-body', detail)
  const { depth, parts } = extentOfJson(text)
  if (depth > DEEPEST_BODY || parts > MOST_BODY_PARTS)
    return unfit(
      `The body is nested deeper than ${DEEPEST_BODY} levels, or holds more than ${MOST_BODY_PARTS.toLocaleString('en')} values.`,
    )
  const body = parseJson(text)
  if (body === undefined) return unfit('The body is not JSON.')
  const judged = wait === null ? null : judgeEvent(wait, body)
  if (judged?.kind === 'other') return skipped('skipped-event', judged.why)
  if (!isOn) return off
  if (judged?.kind === 'untrusted') return skipped('skipped-untrusted', judged.why)
  const { args, missing } = mapArgs(mapping, body)
  if (missing.length > 0) return unfit(`The body has no \`${missing.join('`, `')}\`.`)
  if (judged === null) return { outcome: 'due', detail: null, args, github: null }
  return { outcome: 'fetching', detail: null, args, github: judged.occasion }
}

function notTaken(): Refusal {
  return new Refusal(
    'unauthorized',
    'This delivery is not taken. Check the address, the secret, the signature and the clock of the sender.',
  )
}
