import { afterEach, beforeEach, expect, test } from 'vitest'
import { costsSchema } from '@/lib/api/costs'
import type { RetentionInput } from '@/lib/api/retention'
import { retentionPreviewSchema, retentionShownSchema } from '@/lib/api/retention'
import { type EndedRun, keptBecause, type RetentionRule } from '@/lib/core/spec/retention-rules'
import { realClock } from '@/lib/server/testing/real-clock'
import { says } from '@/lib/server/testing/scripts'
import { sim } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from '../testing'

const DAY_MS = 86_400_000
const paid = `return await agent(${says('done')})`

let api: TestApi
/** The date alone is ahead: runs at work have not worked for as long. */
let time: { aheadMs: number }
beforeEach(async () => {
  time = { aheadMs: 0 }
  const clock = { ...realClock, now: () => realClock.now() + time.aheadMs }
  api = await startTestApi({ tuning: { clock } })
})
afterEach(() => api.dispose())

const run = async (more: object = {}, body = paid): Promise<string> => {
  const id = await api.launch(body, more)
  await api.ended(id)
  return id
}
const preview = async (asked: RetentionInput) =>
  retentionPreviewSchema.parse((await api.call('POST', '/api/retention/preview', asked)).body)
const sweep = async (asked: RetentionInput) => {
  const answer = await api.call('PUT', '/api/retention', asked)
  expect(answer.status, answer.text).toBe(200)
  await api.app.retention.atRest()
}
const all = async () => {
  const page = { statuses: null, workflow: null, text: null, offset: 0, limit: 100 }
  return (await api.app.store.listRuns(page)).runs.map((one) => one.run.id).sort()
}
const costs = async () => {
  const groups = ['day', 'model', 'workflow', 'phase', 'user', 'tag', 'run', 'tokenKind']
  const found = []
  for (const group of groups) {
    const answer = await api.call('GET', `/api/costs?from=2026-11-01&to=2026-12-31&groupBy=${group}`)
    found.push(costsSchema.parse(answer.body))
  }
  return found.map(({ totals, rows }) => ({
    totals,
    rows: rows.map(({ key, costNanoUsd, turns }) => ({ key, costNanoUsd, turns })),
  }))
}
const bare = async (id: string) => {
  const journal = await api.app.store.readJournal(id, 0, Number.MAX_SAFE_INTEGER)
  return [journal.length, await api.app.store.retention.bytesOfRun(id)]
}

test('nothing is deleted until somebody says so', async () => {
  const id = await run()
  time.aheadMs = 3650 * DAY_MS
  api.app.retention.wake()
  await api.app.retention.atRest()
  expect(await all()).toEqual([id])
  expect(retentionShownSchema.parse((await api.call('GET', '/api/retention')).body)).toEqual({
    rules: [],
    deliveryDays: null,
    swept: null,
  })
})

test('a run goes with all its rows once it has passed its age, and every sum of costs stays to the nanodollar', async () => {
  const old = [await run({ tags: ['audit'] }), await run({ title: 'second' })]
  const before = await costs()
  expect(before[0]?.totals.costNanoUsd).toBeGreaterThan(0)
  time.aheadMs = 29 * DAY_MS
  await sweep({ rules: [{ days: 30 }] })
  expect(await all()).toEqual([...old].sort())
  time.aheadMs = 31 * DAY_MS
  const asked = await preview({ rules: [{ days: 30 }] })
  expect(asked).toMatchObject({ runs: 2, isEstimated: false, kept: { tag: 0, shared: 0, origin: 0 } })
  expect(asked.bytes).toBeGreaterThan(1000)
  expect(await all()).toEqual([...old].sort())
  await sweep({ rules: [{ days: 30 }] })
  expect(await all()).toEqual([])
  for (const id of old) expect(await bare(id)).toEqual([0, 0])
  expect((await api.call('GET', `/api/runs/${old[0]}`)).status).toBe(404)
  expect(await costs()).toEqual(before)
  const { swept } = retentionShownSchema.parse((await api.call('GET', '/api/retention')).body)
  expect(swept).toMatchObject({ runs: 2, deliveries: 0 })
  const acts = await api.call('GET', '/api/audit')
  expect(acts.text).toContain('sweepByAge')
  expect((await api.call('GET', '/api/audit/verify')).text).toContain('"broken":null')
})

test('what is tagged, shared, at work, a draft, or begun with by a run at work stays', async () => {
  const kept = [await run({ tags: ['Keep'] }), await run({ tags: ['pinned'] })]
  const shared = await run()
  const days = { days: 90 }
  expect((await api.call('POST', `/api/runs/${shared}/shares`, days)).status).toBeLessThan(300)
  const draft = await api.launch(paid, { approval: 'ask' })
  const origin = await run()
  const plain = await run()
  time.aheadMs = 40 * DAY_MS
  const slow = `return await agent(${JSON.stringify(`say ${sim({ text: 'late', ttftMs: 3_600_000 })}`)})`
  const atWork = await api.launch(slow, {})
  const fork = await api.call('POST', `/api/runs/${origin}/fork`, {
    script: `export const meta = { name: 'slow', description: 'slow' }\n${slow}`,
  })
  expect(fork.status, fork.text).toBeLessThan(300)
  expect(await preview({ rules: [{ days: 30 }] })).toMatchObject({
    runs: 1,
    kept: { tag: 2, shared: 1, origin: 1 },
  })
  await sweep({ rules: [{ days: 30 }] })
  const left = await all()
  expect(left).toEqual(expect.arrayContaining([...kept, shared, draft, atWork, origin]))
  expect(left).not.toContain(plain)
  // Once the link has run out, and nothing begins with the other, they go too.
  for (const id of left) await api.call('POST', `/api/runs/${id}/cancel`)
  for (const id of left.filter((one) => one !== draft)) await api.ended(id)
  time.aheadMs = 140 * DAY_MS
  await sweep({ rules: [{ days: 30 }] })
  expect(await all()).toEqual(expect.arrayContaining(kept))
  expect(await all()).not.toContain(shared)
  expect(await all()).not.toContain(origin)
})

test('a deletion that was cut off is gone on with, and is over for readers from its first moment', async () => {
  const id = await run(
    {},
    `return await parallel(Array.from({ length: 60 }, () => () => agent(${says('done')})))`,
  )
  const deleting = api.app.store.deleteRun(id)
  expect(await api.app.store.loadHead(id)).toBeNull()
  const [left] = await bare(id)
  expect(left).toBeGreaterThan(0)
  await deleting
  expect(await bare(id)).toEqual([0, 0])
  const other = await run()
  await api.app.store.deleteRun(other)
  await api.app.store.retention.finishDeletions()
  expect(await bare(other)).toEqual([0, 0])
})

test('settled deliveries go by age, those that wait and those that GitHub signed stay', async () => {
  const { triggers, money, retention } = api.app.store
  const made = async (signedAs: 'standard' | 'github') => {
    const body = {
      name: signedAs,
      signedAs,
      launch: { script: `export const meta = { name: 'a', description: 'a' }` },
    }
    const answer = await api.call('POST', '/api/triggers', body)
    const [trigger] = (await triggers.listTriggers()).filter(({ name }) => name === signedAs)
    expect(answer.status, answer.text).toBe(201)
    return trigger?.id ?? ''
  }
  const ids = { standard: await made('standard'), github: await made('github') }
  const receivedAt = new Date(api.app.now()).toISOString()
  const deliver = (triggerId: string, deliveryId: string, outcome: 'launched' | 'waiting') =>
    triggers.receive({
      triggerId,
      deliveryId,
      receivedAt,
      outcome,
      detail: null,
      runId: null,
      args: null,
      github: null,
    })
  for (let at = 0; at < 450; at++) await deliver(ids.standard, `d${at}`, 'launched')
  await deliver(ids.standard, 'waits', 'waiting')
  await deliver(ids.github, 'signed', 'launched')
  const delivery = {
    createdAt: receivedAt,
    body: '{}',
    attempts: 1,
    nextAt: null,
    lastAnswer: null,
    deliveredAt: null,
  }
  await money.addDelivery({ ...delivery, id: 'sent', kind: 'test', status: 'delivered' })
  await money.addDelivery({
    ...delivery,
    id: 'open',
    kind: 'test',
    status: 'pending',
    nextAt: '2999-01-01T00:00:00Z',
  })
  time.aheadMs = 36 * DAY_MS
  expect(await preview({ deliveryDays: 35 })).toMatchObject({ runs: 0, deliveries: 451 })
  await sweep({ deliveryDays: 35 })
  expect((await triggers.deliveriesOf(ids.standard, 10)).map(({ deliveryId }) => deliveryId)).toEqual([
    'waits',
  ])
  expect(await triggers.deliveriesOf(ids.github, 10)).toHaveLength(1)
  expect((await money.listDeliveries(10)).map(({ id }) => id)).toEqual(['open'])
  expect(await retention.countDeliveries(new Date(api.app.now()).toISOString())).toBe(0)
})

test('the first rule that matches a run says how long it is kept', () => {
  const rules: RetentionRule[] = [
    { project: 'books', kind: null, days: null },
    { project: null, kind: 'dry-run', days: 7 },
    { project: null, kind: null, days: 30 },
  ]
  const at = Date.parse('2026-11-30T00:00:00Z')
  const ended = (days: number, more: Partial<EndedRun> = {}): EndedRun => ({
    id: 'r',
    project: 'default',
    kind: 'real',
    endedAt: new Date(at - days * DAY_MS).toISOString(),
    tags: [],
    isShared: false,
    isOrigin: false,
    ...more,
  })
  expect(keptBecause(rules, ended(29.9), at)).toBe('young')
  expect(keptBecause(rules, ended(30), at)).toBeNull()
  expect(keptBecause(rules, ended(8, { kind: 'dry-run' }), at)).toBeNull()
  expect(keptBecause(rules, ended(9999, { project: 'books', kind: 'dry-run' }), at)).toBe('for-good')
  expect(keptBecause(rules.slice(0, 2), ended(9999), at)).toBe('for-good')
  expect(keptBecause(rules, ended(99, { tags: ['x', 'KEEP'] }), at)).toBe('tag')
  expect(keptBecause(rules, ended(99, { isShared: true }), at)).toBe('shared')
  expect(keptBecause(rules, ended(99, { isOrigin: true }), at)).toBe('origin')
})

test.each([
  [{ rules: [{ days: 0 }] }, '1 day'],
  [{ rules: [{ days: 1.5 }] }, 'whole'],
  [{ rules: [{ days: 1e9 }] }, '36,500'],
  [{ rules: [{}] }, 'days'],
  [{ rules: [{ days: 1, kind: 'all' }] }, 'kind'],
  [{ rules: [{ days: 1, project: '' }] }, 'project'],
  [{ rules: Array.from({ length: 51 }, () => ({ days: 1 })) }, '50'],
  [{ deliveryDays: 34 }, '35'],
  [{ everything: true }, 'everything'],
])('%j is refused with why, and nothing is deleted', async (body, why) => {
  for (const [method, path] of [
    ['PUT', '/api/retention'],
    ['POST', '/api/retention/preview'],
  ] as const) {
    const answer = await api.call(method, path, body)
    expect(answer.status, answer.text.slice(0, 200)).toBe(400)
    expect(answer.text).toContain(why)
  }
})

test('rules that cannot be read delete nothing', async () => {
  const id = await run()
  await api.app.store.putSetting('retention', { rules: 'all of it' })
  time.aheadMs = 3650 * DAY_MS
  const told: unknown[] = []
  const own = console.error
  console.error = (...args: unknown[]) => void told.push(args)
  api.app.retention.wake()
  await api.app.retention.atRest()
  console.error = own
  expect(told).toHaveLength(1)
  expect(await all()).toEqual([id])
})
