import { z } from 'zod'
import type { Store } from '@/lib/core/store'
import type { Receiver } from './deliveries'

const KEY = 'webhook'

const storedSchema = z.object({ url: z.string(), secret: z.string() }).nullable().catch(null)

/** Where notices go, as stored; null for nowhere. */
export async function loadReceiver(store: Store): Promise<Receiver | null> {
  return storedSchema.parse((await store.getSetting(KEY)) ?? null)
}

/** Keeps where notices go, or that they go nowhere. */
export async function storeReceiver(store: Store, receiver: Receiver | null): Promise<void> {
  await store.putSetting(KEY, receiver)
}
