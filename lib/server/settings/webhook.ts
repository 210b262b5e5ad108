import { randomUUID } from 'node:crypto'
import type { Webhook, WebhookEdit } from '@/lib/api/alerts'
import type { Actor } from '@/lib/core/base/actor'
import { parseJson } from '@/lib/core/base/json'
import { newWebhookSecret } from '@/lib/server/alerts/webhook-secret'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { urlProblem } from '../alerts/address'
import { pending } from '../alerts/alert-watch'
import { noticeBody, textOfNotice } from '../alerts/notice-body'
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
    format: receiver?.format ?? 'json',
    runNotices: [...(receiver?.runNotices ?? [])],
    allowsLoopback: app.env.webhookAllowsLoopback,
    deliveries: deliveries.map(({ body, ...delivery }) => ({
      ...delivery,
      about: textOfNotice(parseJson(body)),
    })),
  }
}

/** Receivers often have their own secret in the path. */
function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}

/** Sets where notices go. Without an address they are turned off, and the secret is forgotten. */
export async function changeWebhook(app: App, edit: WebhookEdit): Promise<Webhook> {
  if (edit.url === null) {
    app.notices.receiver = null
    await storeReceiver(app.store, app.seal, null)
    return readWebhook(app)
  }
  const before = app.notices.receiver
  const url = edit.url ?? before?.url
  if (url === undefined) throw refused('url', 'is needed: give the address that notices are sent to')
  const problem = urlProblem(url, app.env.webhookAllowsLoopback)
  if (problem !== null) throw refused('url', problem)
  const format = edit.format ?? before?.format ?? 'json'
  // The one that was made for Slack is known to nobody who could check a signature with it.
  const kept = format === 'json' && before?.format === 'slack' ? undefined : before?.secret
  const secret = edit.secret ?? kept ?? (format === 'slack' ? newWebhookSecret() : undefined)
  if (secret === undefined) throw refused('secret', 'is needed to sign notices: give one of the form whsec_…')
  const runNotices = [...new Set(edit.runNotices ?? before?.runNotices ?? [])]
  app.notices.receiver = { url, secret, format, runNotices }
  await storeReceiver(app.store, app.seal, app.notices.receiver)
  return readWebhook(app)
}

/** Sends a notice of no consequence, and waits for its first try. */
export async function testWebhook(app: App, actor: Actor): Promise<Webhook> {
  const { receiver } = app.notices
  if (receiver === null) throw new Refusal('conflict', 'No webhook is set. Give its address first.')
  const id = randomUUID()
  const at = new Date(app.now()).toISOString()
  const text = `A test, sent by ${actor.name}.`
  const notice = { id, type: 'test', at, simulated: app.provider.simulated, text }
  const body = noticeBody(receiver, notice)
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
