import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryStore } from '@/db/testing'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { plainSpec } from '@/lib/core/testing/journals'
import { createRecorder } from '@/lib/engine/parts/recorder'
import { realClock } from '../testing/real-clock'
import type { Receiver } from './deliveries'
import { RunNotices } from './run-notices'

const to: Receiver = { url: 'http://127.0.0.1/', secret: 'whsec_AAAA', format: 'json', runNotices: ['asks'] }
const at = '2026-11-30T00:00:00.000Z'
const created: RunEvent = { type: 'run.created', spec: plainSpec, actor: person('ann') }
const create = {
  do: 'create-run',
  script: 's',
  args: null,
  idempotencyKey: null,
  idempotencyDigest: '',
} as const
const asks: RunEvent = {
  type: 'checkpoint.opened',
  kind: 'question',
  checkpointId: 'c1',
  scope: '',
  title: 'Go on?',
  detail: '',
  key: 'c1',
  ...{ input: null, dueAt: null, hasDefault: false, default: null, callSite: null },
}

let place: ReturnType<typeof temporaryStore>
let woken: number
const fail = (error: unknown) => {
  throw error
}
beforeEach(() => {
  place = temporaryStore()
  woken = 0
})
afterEach(() => place.dispose())

const keptIn = (receiver: Receiver | null) =>
  new RunNotices({
    receiver: () => receiver,
    wakeDeliveries: () => {
      woken += 1
    },
    report: fail,
  }).keptIn(place.store)
const noticed = async (store = place.store) => (await store.money.pendingDeliveries()).map(({ id }) => id)

test('a notice is on disk before anybody hears of its event, and survives an end right there', async () => {
  let heard: Promise<string[]> | null = null
  const publish = () => {
    heard = noticed()
  }
  const recorder = createRecorder(keptIn(to), realClock, publish, fail)
  await recorder.record('r', [created], [create])
  await recorder.record('r', [asks])
  expect(await heard).toEqual(['r.2'])
  expect(woken).toBe(1)
  expect(await noticed(place.reopen())).toEqual(['r.2'])
})

test('a commit that is refused keeps neither the event nor its notice', async () => {
  const commit = (isGood: boolean) =>
    keptIn(to).commit((transaction) => {
      const made = transaction.append('r', at, [created, asks])
      transaction.write('r', at, create)
      transaction.project(foldAll(null, made), [])
      if (!isGood) throw new Error('refused')
    })
  await expect(commit(false)).rejects.toThrow('refused')
  expect([await noticed(), await place.store.readJournal('r', 0, 10), woken]).toEqual([[], [], 0])
  await commit(true)
  expect([await noticed(), woken]).toEqual([['r.2'], 1])
})

test('nothing is kept where nobody wants to be told, or not of that', async () => {
  for (const receiver of [null, { ...to, runNotices: [] }, { ...to, runNotices: ['ended' as const] }]) {
    const recorder = createRecorder(keptIn(receiver), realClock, () => {}, fail)
    const id = `r${String(receiver?.runNotices)}`
    await recorder.record(id, [created], [create])
    await recorder.record(id, [asks])
  }
  expect(await noticed()).toEqual([])
})
