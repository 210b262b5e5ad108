import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Webhook, WebhookEdit } from '@/lib/api/alerts'
import type { Actor } from '@/lib/core/base/actor'
import { parseJson } from '@/lib/core/base/json'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { urlProblem } from '../alerts/address'
import { pending } from '../alerts/alert-watch'
import { storeReceiver } from '../alerts/receiver'

/** Longer than a try takes. */
const FIRST_TRY_MS = 30_000

/** Notices shown in the log. */
const SHOWN = 50

/**
 * Where notices go, and the outcome of the last ones. The secret, and the path of the address, are never
 * told.
 */
export async function readWebhook(app: App): Promise<Webhook> {
  const deliveries = await app.store.money.listDeliveries(SHOWN)
  const receiver = app.notices.receiver
  return {
    url: receiver === null ? null : shownUrl(receiver.url),
    hasSecret: receiver !== null,
    allowsLoopback: app.env.webhookAllowsLoopback,
    deliveries: deliveries.map(({ body, ...delivery }) => ({ ...delivery, about: aboutOf(body) })),
  }
}

/** Receivers often have their own secret in the path. */
function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}

const bodySchema = z.object({ text: z.string() })

function aboutOf(body: string): string {
  const parsed = bodySchema.safeParse(parseJson(body))
  return parsed.success ? parsed.data.text : ''
}

/** Sets where notices go. Without an address they are turned off, and the secret is forgotten. */
export async function changeWebhook(app: App, { url, secret }: WebhookEdit): Promise<Webhook> {
  if (url === null) {
    app.notices.receiver = null
    await storeReceiver(app.store, app.seal, null)
    return readWebhook(app)
  }
  const problem = urlProblem(url, app.env.webhookAllowsLoopback)
  if (problem !== null) throw refused('url', problem)
  const kept = secret ?? app.notices.receiver?.secret
  if (kept === undefined) throw refused('secret', 'is needed to sign notices: give one of the form whsec_…')
  app.notices.receiver = { url, secret: kept }
  await storeReceiver(app.store, app.seal, app.notices.receiver)
  return readWebhook(app)
}

/** Sends a notice of no consequence, and waits for its first try. */
export async function testWebhook(app: App, actor: Actor): Promise<Webhook> {
  if (app.notices.receiver === null)
    throw new Refusal('conflict', 'No webhook is set. Give its address first.')
  const id = randomUUID()
  const at = new Date(app.now()).toISOString()
  const text = `A test, sent by ${actor.name}.`
  const body = JSON.stringify({ id, type: 'test', at, simulated: app.provider.simulated, text })
  // Due a little later, so it is not sent twice: the first try is made here.
  const delivery = {
    ...pending(id, at),
    nextAt: new Date(app.now() + FIRST_TRY_MS).toISOString(),
    kind: 'test' as const,
    body,
  }
  await app.store.money.addDelivery(delivery)
  await app.notices.deliveries.tryNow(delivery)
  return readWebhook(app)
}

function refused(path: string, message: string): Refusal {
  return new Refusal('bad-request', `\`${path}\`: ${message}.`, [{ path, message }])
}
