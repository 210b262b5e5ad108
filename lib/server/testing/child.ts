import { writeSync } from 'node:fs'
import { z } from 'zod'
import { person } from '@/lib/core/base/actor'
import { deliverySchema } from '@/lib/core/spec/run'
import { createApp } from '../app/app'
import { appCallbacks } from '../http/app-callbacks'
import { launch } from '../runs/launch'
import { testEnvironment } from './environment'

/**
 * An app in a process of its own, for tests that kill it: says `launched <id>` and `seq <n>` after each
 * commit on its output, and has no way to end by itself.
 */
const orders = z
  .object({
    dataDir: z.string(),
    url: z.string(),
    workspace: z.string(),
    script: z.string().nullable(),
    delivery: deliverySchema.default('live'),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

const app = await createApp(testEnvironment({ ...orders, more: {} }), appCallbacks, {
  retryPolicy: { retries: 7, baseDelayMs: 1, maxDelayMs: 4 },
  batchTiming: { collectMs: 8, collectMostMs: 5000, pollFirstMs: 2, pollMostMs: 20, resolveMs: 100 },
  onCommit: (_runId, envelopes) => {
    for (const { seq, event } of envelopes) writeSync(1, `seq ${seq} ${event.type}\n`)
  },
})
await app.store.putSetting('approved-once', true)
if (orders.script !== null) {
  const { script, workspace, delivery } = orders
  const { id } = await launch(app, { script, workspace, delivery }, null, person('tester'))
  writeSync(1, `launched ${id}\n`)
}
setInterval(() => {}, 60_000)
