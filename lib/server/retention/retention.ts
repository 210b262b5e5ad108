import { type RetentionPreview, type RetentionShown, sweptSchema } from '@/lib/api/retention'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import {
  type KeptBecause,
  keptBecause,
  type Retention,
  retentionSchema,
} from '@/lib/core/spec/retention-rules'
import type { App } from '@/lib/server/app/app'

const KEY = 'retention'
const SWEPT_KEY = 'retention-swept'

/** Rows that are read without a pause. */
const RUNS_AT_ONCE = 200

/** Runs whose bytes are counted; of more, so many are, evenly spread, and the rest is taken to be like them. */
const MOST_MEASURED = 1000

const DAY_MS = 86_400_000

/**
 * What is deleted by itself; nothing where nothing was set. Throws where what is stored cannot be read: then nothing
 * may be deleted.
 */
export async function loadRetention(store: SettingStore): Promise<Retention> {
  return retentionSchema.parse((await store.getSetting(KEY)) ?? {})
}

/** What is deleted by itself, and what the last sweep deleted. */
export async function readRetention(app: App): Promise<RetentionShown> {
  const swept = sweptSchema.safeParse(await app.store.getSetting(SWEPT_KEY))
  return { ...(await loadRetention(app.store)), swept: swept.success ? swept.data : null }
}

/** Sets what is deleted by itself, and begins with it. */
export async function changeRetention(app: App, retention: Retention): Promise<RetentionShown> {
  await app.store.putSetting(KEY, retention)
  app.retention.wake()
  return readRetention(app)
}

/** Keeps what a sweep has deleted, to be told. */
export async function noteSwept(app: App, swept: { runs: number; deliveries: number }): Promise<void> {
  await app.store.putSetting(SWEPT_KEY, { at: new Date(app.now()).toISOString(), ...swept })
}

/** Before which moment deliveries are deleted; null where they are kept for good. */
export function deliveriesBefore(app: App, { deliveryDays }: Retention): string | null {
  return deliveryDays === null ? null : new Date(app.now() - deliveryDays * DAY_MS).toISOString()
}

/** Why each run that has ended stays, null where it is to be deleted; read some at a time, between other work. */
export async function* judgedRuns(
  app: App,
  { rules }: Pick<Retention, 'rules'>,
): AsyncGenerator<{ id: string; because: KeptBecause | null }> {
  if (rules.length === 0) return
  for (let after = ''; ; ) {
    const now = app.now()
    const some = await app.store.retention.endedRuns(after, new Date(now).toISOString(), RUNS_AT_ONCE)
    for (const run of some) yield { id: run.id, because: keptBecause(rules, run, now) }
    after = some.at(-1)?.id ?? after
    if (some.length < RUNS_AT_ONCE) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What would be deleted now by what is asked; deletes nothing. */
export async function previewRetention(app: App, asked: Retention): Promise<RetentionPreview> {
  const ids: string[] = []
  const kept = { tag: 0, shared: 0, origin: 0 }
  for await (const { id, because } of judgedRuns(app, asked)) {
    if (because === null) ids.push(id)
    else if (because === 'tag' || because === 'shared' || because === 'origin') kept[because] += 1
  }
  const before = deliveriesBefore(app, asked)
  return {
    runs: ids.length,
    ...(await bytesOf(app, ids)),
    kept,
    deliveries: before === null ? 0 : await app.store.retention.countDeliveries(before),
  }
}

async function bytesOf(app: App, ids: readonly string[]): Promise<{ bytes: number; isEstimated: boolean }> {
  const isEstimated = ids.length > MOST_MEASURED
  const every = isEstimated ? ids.length / MOST_MEASURED : 1
  const measured = Math.min(ids.length, MOST_MEASURED)
  let bytes = 0
  for (let at = 0; at < measured; at++) {
    bytes += await app.store.retention.bytesOfRun(ids[Math.floor(at * every)] ?? '')
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { bytes: Math.round(bytes * every), isEstimated }
}
