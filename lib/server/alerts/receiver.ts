import { z } from 'zod'
import { webhookSecretSchema } from '@/lib/api/alerts'
import { parseJson } from '@/lib/core/base/json'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { noticeKinds } from '@/lib/core/spec/run-notice'
import type { Seal } from '@/lib/server/services/seal'
import type { Receiver } from './deliveries'

const KEY = 'webhook'

/** A secret that was stored before it had a form is any text; its bytes are used. */
const storedSecret = webhookSecretSchema.or(
  z.string().transform((text) => `whsec_${Buffer.from(text, 'utf8').toString('base64')}`),
)
const receiverSchema = z.object({
  url: z.string(),
  secret: storedSecret,
  format: z.enum(['json', 'slack']).default('json'),
  runNotices: z.array(z.enum(noticeKinds)).default([]),
})
const sealedSchema = z.object({ sealed: z.string() })

/**
 * Where notices go, as stored; null for nowhere. What an older version stored in clear is sealed at once;
 * what was sealed with another key is told of, since nobody would notice that notices are not sent.
 */
export async function loadReceiver(
  store: SettingStore,
  seal: Seal,
  report: (error: unknown) => void,
): Promise<Receiver | null> {
  const stored = (await store.getSetting(KEY)) ?? null
  const inClear = receiverSchema.safeParse(stored)
  if (inClear.success) {
    await storeReceiver(store, seal, inClear.data)
    return inClear.data
  }
  const sealed = sealedSchema.safeParse(stored)
  if (!sealed.success) return null
  const receiver = receiverSchema.safeParse(parseJson(seal.open(sealed.data.sealed) ?? ''))
  if (receiver.success) return receiver.data
  report(new Error('The webhook was stored under another skein.key: nothing is sent until it is set again.'))
  return null
}

/**
 * Keeps where notices go, or that they go nowhere. Secret and address are sealed: often the address is a
 * secret too.
 */
export async function storeReceiver(
  store: SettingStore,
  seal: Seal,
  receiver: Receiver | null,
): Promise<void> {
  await store.putSetting(KEY, receiver === null ? null : { sealed: seal.seal(JSON.stringify(receiver)) })
}
