import { createServer, type IncomingHttpHeaders } from 'node:http'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alertsSchema, type Webhook, webhookSchema } from '@/lib/api/alerts'
import { budgetsSchema } from '@/lib/api/budgets'
import { costsSchema } from '@/lib/api/costs'
import { overviewFrameSchema } from '@/lib/api/first/overview'
import { pricesSchema } from '@/lib/api/prices'
import { person } from '@/lib/core/base/actor'
import { send } from '@/lib/server/alerts/send'
import { dies } from '@/lib/server/testing/scripts'
import { sim } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

type Received = { headers: IncomingHttpHeaders; body: string }

/**
 * A notice as a receiver reads it, with the verifier of the standard's own library; throws where it refuses
 * it.
 */
function verified(notice: Received | undefined, under = secret): unknown {
  const headers = Object.entries(notice?.headers ?? {}).map(([name, value]) => [name, String(value)])
  return new Verifier(under).verify(notice?.body ?? '', Object.fromEntries(headers))
}

/** A receiver on this machine that answers as it is told, and can be waited for. */
async function startReceiver(answers: number[] = []) {
  const received: Received[] = []
  let hopes: { count: number; met(): void }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      response.writeHead(answers.shift() ?? 204, { location: 'http://127.0.0.1:1/' }).end()
      for (const hope of hopes) if (received.length >= hope.count) hope.met()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/hook/secret-path`,
    received,
    /** Resolves once so many have come. */
    until: (count: number) =>
      new Promise<void>((met) => {
        if (received.length >= count) met()
        else hopes.push({ count, met })
      }),
    close() {
      hopes = []
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const secret = `whsec_${Buffer.from('a-secret-of-some-length, at last').toString('base64')}`
const spend = (tokens: number) => `return await agent(${JSON.stringify(`x ${sim({ text: 'ok', tokens })}`)})`

describe('budgets', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi()
  })
  afterAll(() => api.dispose())
  const put = (body: unknown) => api.call('PUT', '/api/budgets', body)

  test('are set, tell where they stand, and leave alone what is not named', async () => {
    await api.ended(await api.launch(spend(500), { tags: ['nightly'] }))
    const budgets = [
      { scope: 'workflow', name: 'test', period: 'day', usd: 5 },
      { scope: 'tag', name: 'nightly', period: 'month', usd: 9.5 },
      { scope: 'user', name: 'nobody', period: 'day', usd: 1 },
    ]
    const answer = await put({ monthCapUsd: 100, budgets })
    expect(answer.status).toBe(200)
    const { today } = api.app.dispatcher.usage()
    const read = budgetsSchema.parse((await api.call('GET', '/api/budgets')).body)
    expect(read).toMatchObject({
      runCapNanoUsd: 5e9,
      day: { capNanoUsd: 20e9 },
      month: { capNanoUsd: 100e9 },
    })
    expect(today.spentNanoUsd).toBeGreaterThan(0)
    expect(read.budgets.map(({ name, nanoUsd, spentNanoUsd }) => [name, nanoUsd, spentNanoUsd])).toEqual([
      ['test', 5e9, today.spentNanoUsd],
      ['nightly', 95e8, today.spentNanoUsd],
      ['nobody', 1e9, 0],
    ])
    const later = budgetsSchema.parse((await put({ dayCapUsd: null })).body)
    expect(later).toMatchObject({ day: { capNanoUsd: null }, month: { capNanoUsd: 100e9 } })
    expect(later.budgets).toHaveLength(3)
  })

  test('project the month as the cost report does, from the first day that spent anything', async () => {
    const read = budgetsSchema.parse((await api.call('GET', '/api/budgets')).body)
    const costReport = costsSchema.parse((await api.call('GET', '/api/costs')).body)
    expect(read.month.spentNanoUsd).toBe(costReport.totals.costNanoUsd)
    expect(read.month.projectedNanoUsd).toBe(costReport.projection?.nanoUsd ?? null)
    const ofTag = read.budgets.find(({ name }) => name === 'nightly')
    expect(ofTag?.projectedNanoUsd).toBe(read.month.projectedNanoUsd)
  })

  test.each<[string, unknown, RegExp]>([
    ['a negative cap', { dayCapUsd: -1 }, /`dayCapUsd`: must be more than 0/],
    ['a cap of nothing', { monthCapUsd: 0 }, /`monthCapUsd`: must be more than 0/],
    ['an absurd cap', { runCapUsd: 1e12 }, /`runCapUsd`: must be at most 1,000,000/],
    ['a cap that is no number', { runCapUsd: 'NaN' }, /`runCapUsd`/],
    ['no cap for a run', { runCapUsd: null }, /`runCapUsd`/],
    [
      'a budget without a name',
      { budgets: [{ scope: 'tag', name: ' ', period: 'day', usd: 1 }] },
      /budgets\.0\.name/,
    ],
    [
      'a budget of an hour',
      { budgets: [{ scope: 'tag', name: 'x', period: 'hour', usd: 1 }] },
      /budgets\.0\.period/,
    ],
    [
      'a budget twice',
      { budgets: Array(2).fill({ scope: 'tag', name: 'x', period: 'day', usd: 1 }) },
      /`budgets\.1`: is there twice/,
    ],
    ['a field nobody knows', { weekCapUsd: 1 }, /weekCapUsd/],
    ['no JSON', '{"dayCapUsd": NaN}', /not JSON/],
  ])('refuses %s', async (_name, body, sentence) => {
    const answer = await put(body)
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
    expect(answer.text).toMatch(sentence)
  })

  test('of a month stop turns as those of a day do', async () => {
    const { month } = api.app.dispatcher.usage()
    await put({ dayCapUsd: null, monthCapUsd: (month.spentNanoUsd + 1_000_000) / 1e9 })
    const runId = await api.launch(spend(500))
    const paused = await api.until(runId, ({ event }) => event.type === 'run.paused')
    expect(paused.event).toMatchObject({ reason: 'month-cap', detail: expect.stringMatching(/monthly cap/) })
    await put({ monthCapUsd: null })
    await api.app.engine.resume(runId, person('ann'))
    expect((await api.ended(runId)).run.status).toBe('completed')
  })
})

describe('alerts', () => {
  const start = (more: Parameters<typeof startTestApi>[0] = {}) =>
    startTestApi({ env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' }, ...more })
  const alertsOf = async (api: TestApi) => {
    await api.testApp.app.alerts.atRest()
    return alertsSchema.parse((await api.call('GET', '/api/alerts')).body).alerts
  }
  const setHook = (api: TestApi, url: string) => api.call('PUT', '/api/webhook', { url, secret })

  test('tell of a budget at each threshold once, on the overview and by a signed notice, and never again after a restart', async () => {
    const api = await start()
    const receiver = await startReceiver()
    expect((await setHook(api, receiver.url)).status).toBe(200)
    await api.ended(await api.launch(spend(500)))
    const { spentNanoUsd } = api.app.dispatcher.usage().today
    await api.call('PUT', '/api/budgets', { dayCapUsd: (spentNanoUsd * 1.8) / 1e9, runCapUsd: 5 })
    const [half] = await alertsOf(api)
    expect(half?.alert).toMatchObject({
      kind: 'budget',
      threshold: 50,
      budget: { scope: 'all', period: 'day' },
    })
    await receiver.until(1)
    const [first] = receiver.received
    expect(verified(first)).toMatchObject({
      type: 'alert',
      text: expect.stringMatching(/50% used/),
      alert: half?.alert,
    })
    const overview = overviewFrameSchema.parse(await api.app.overview.read())
    expect(overview.alerts.map(({ id }) => id)).toEqual([half?.id])

    await api.app.notices.deliveries.atRest()
    await api.testApp.restart()
    await api.testApp.app.alerts.atRest()
    const again = await api.testApp.app.store.money.listAlerts({ isOpen: false, limit: 10 })
    expect(again.map(({ id }) => id)).toEqual([half?.id])
    await api.testApp.app.notices.deliveries.atRest()
    expect(receiver.received).toHaveLength(1)
    await receiver.close()
    await api.dispose()
  })

  test('tell of a run at three times its median, and of a model without a price; each can be dismissed', async () => {
    const api = await start()
    for (let at = 0; at < 3; at++) await api.ended(await api.launch(spend(100)))
    expect(await alertsOf(api)).toEqual([])
    const dear = await api.launch(spend(4000), { title: 'the dear one' })
    await api.ended(dear)
    const [alert] = await alertsOf(api)
    expect(alert?.alert).toMatchObject({
      kind: 'outlier',
      runId: dear,
      workflow: 'test',
      title: 'the dear one',
    })
    const { prices } = pricesSchema.parse((await api.call('GET', '/api/prices')).body)
    const rest = prices.filter(({ model }) => model !== 'claude-opus-4-6')
    expect((await api.call('PUT', '/api/prices', { prices: rest })).status).toBe(200)
    expect((await api.call('PUT', '/api/settings', { dayCapUsd: null })).status).toBe(200)
    await api.ended(
      await api.launch(`return await agent('x', { model: 'claude-opus-4-6' })`, { limits: { usd: null } }),
    )
    const found = await alertsOf(api)
    expect(found.map(({ alert }) => alert.kind).sort()).toEqual(['outlier', 'unknown-price'])
    const dismissed = await api.call('POST', '/api/alerts/dismiss', { id: alert?.id })
    expect(dismissed.status).toBe(200)
    expect((await api.app.overview.read()).alerts.map(({ alert }) => alert.kind)).toEqual(['unknown-price'])
    expect((await api.call('POST', '/api/alerts/dismiss', { id: alert?.id })).status).toBe(404)
    expect((await api.call('POST', '/api/alerts/dismiss', {})).status).toBe(400)
    await api.dispose()
  })

  test('are sent again until they are taken, a bounded number of times', async () => {
    const api = await start({
      env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' },
      tuning: { deliveryDelaysMs: [1, 1] },
    })
    const receiver = await startReceiver([500, 302, 200])
    await setHook(api, receiver.url)
    const log = async () => webhookSchema.parse((await api.call('GET', '/api/webhook')).body)
    await api.app.store.money.addDelivery({
      id: 'd',
      createdAt: '2026-11-01T00:00:00.000Z',
      kind: 'alert',
      body: '{}',
      status: 'pending',
      attempts: 0,
      nextAt: null,
      lastAnswer: null,
      deliveredAt: null,
    })
    api.app.notices.deliveries.wake()
    await receiver.until(3)
    await api.app.notices.deliveries.atRest()
    expect(find(await log(), 'd')).toMatchObject({
      status: 'delivered',
      attempts: 3,
      lastAnswer: 'answered 200',
    })
    const test = webhookSchema.parse((await api.call('POST', '/api/webhook/test')).body)
    expect(test.deliveries.find(({ kind }) => kind === 'test')).toMatchObject({
      status: 'delivered',
      attempts: 1,
    })
    await receiver.close()
    await api.app.store.money.addDelivery({
      id: 'e',
      createdAt: '2026-11-01T00:00:00.000Z',
      kind: 'alert',
      body: '{}',
      status: 'pending',
      attempts: 2,
      nextAt: null,
      lastAnswer: null,
      deliveredAt: null,
    })
    api.app.notices.deliveries.wake()
    await api.app.notices.deliveries.atRest()
    expect(find(await log(), 'e')).toMatchObject({
      status: 'failed',
      attempts: 3,
      nextAt: null,
      lastAnswer: expect.stringMatching(/could not be reached/),
    })
    await api.dispose()
  })

  test('that waited when the process died are sent by the next one', async () => {
    const api = await start({
      env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' },
      tuning: { deliveryDelaysMs: [60_000_000] },
    })
    const receiver = await startReceiver()
    await setHook(api, receiver.url)
    await api.app.store.money.addDelivery({
      id: 'left',
      createdAt: '2026-11-01T00:00:00.000Z',
      kind: 'alert',
      body: '{"text":"left"}',
      status: 'pending',
      attempts: 1,
      nextAt: '2026-11-01T00:00:10.000Z',
      lastAnswer: 'answered 500',
      deliveredAt: null,
    })
    await api.testApp.restart()
    await receiver.until(1)
    expect(receiver.received[0]?.headers['webhook-id']).toBe('left')
    await receiver.close()
    await api.dispose()
  })

  test('are signed as Standard Webhooks says: under another secret, changed, or old, a receiver takes none', async () => {
    const receiver = await startReceiver()
    const to = { url: receiver.url, secret, allowsLoopback: true }
    const notice = { id: 'one', body: '{"text":"signed"}', nowMs: Date.now() }
    expect(await send(to, notice)).toEqual({ ok: true, answer: 'answered 204' })
    expect(await send(to, { ...notice, nowMs: Date.now() - 600_000 })).toMatchObject({ ok: true })
    const [fresh, old] = receiver.received
    expect(verified(fresh)).toEqual({ text: 'signed' })
    expect(() => verified(fresh, `whsec_${Buffer.alloc(32, 1).toString('base64')}`)).toThrow(
      'No matching signature',
    )
    expect(() => verified(fresh && { ...fresh, body: '{"text":"changed"}' })).toThrow('No matching signature')
    expect(() => verified(old)).toThrow('timestamp too old')
    await receiver.close()
  })

  test('tell of runs what was asked for, signed, with the place in the journal as their id', async () => {
    const api = await start({ env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' } })
    const receiver = await startReceiver()
    await setHook(api, receiver.url)
    const set = await api.call('PUT', '/api/webhook', { runNotices: ['ended', 'first-failure'] })
    expect(set.body).toMatchObject({
      hasSecret: true,
      format: 'json',
      runNotices: ['ended', 'first-failure'],
    })
    const id = await api.launch(`return await agent(${dies()})`, { title: 'Nightly <audit>' })
    await api.ended(id)
    await receiver.until(2)
    const told = receiver.received.map((notice) => verified(notice))
    expect(told).toMatchObject([
      { type: 'run', event: 'first-failure', runId: id, simulated: false },
      { type: 'run', event: 'ended', runId: id, text: expect.stringContaining('Nightly <audit>: ') },
    ])
    const seq = (await api.journal(id)).findLast(({ event }) => event.type === 'run.ended')?.seq
    expect(receiver.received[1]?.headers['webhook-id']).toBe(`${id}.${seq}`)
    await api.ended(await api.launch('return 1', { dryRun: true }))
    await api.app.notices.deliveries.atRest()
    expect(receiver.received).toHaveLength(2)
    await receiver.close()
    await api.dispose()
  })

  test('are a text for Slack, with its marks escaped, which needs no secret', async () => {
    const api = await start({ env: { SKEIN_WEBHOOK_ALLOW_LOOPBACK: '1' } })
    const receiver = await startReceiver()
    const set = await api.call('PUT', '/api/webhook', {
      url: receiver.url,
      format: 'slack',
      runNotices: ['ended'],
    })
    expect(set.status).toBe(200)
    await api.ended(await api.launch('return 1', { title: '<!channel> & co' }))
    await receiver.until(1)
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
      text: expect.stringMatching(/^&lt;!channel&gt; &amp; co: completed\. /),
    })
    const wrong = await api.call('PUT', '/api/webhook', { runNotices: ['everything'] })
    expect(wrong.status).toBe(400)
    // What is signed with a secret that nobody was told could be checked by nobody.
    const unsigned = await api.call('PUT', '/api/webhook', { format: 'json' })
    expect([unsigned.status, unsigned.text]).toEqual([400, expect.stringContaining('secret')])
    expect((await api.call('PUT', '/api/webhook', { format: 'json', secret })).status).toBe(200)
    await receiver.close()
    await api.dispose()
  })

  test('keep the secret and the path to themselves', async () => {
    const api = await start()
    const set = await setHook(api, 'https://hooks.example.com/T000/B000/very-secret')
    expect(set.body).toMatchObject({ url: 'https://hooks.example.com/…', hasSecret: true })
    for (const path of ['/api/webhook', '/api/settings', '/api/alerts', '/api/health'])
      expect((await api.call('GET', path)).text).not.toMatch(/very-secret|whsec_/)
    const kept = await api.call('PUT', '/api/webhook', { url: 'https://hooks.example.com/other' })
    expect(kept.body).toMatchObject({ hasSecret: true })
    const off = await api.call('PUT', '/api/webhook', { url: null })
    expect(off.body).toMatchObject({ url: null, hasSecret: false })
    expect((await api.call('POST', '/api/webhook/test')).status).toBe(409)
    expect((await api.call('PUT', '/api/webhook', { url: 'https://hooks.example.com/x' })).text).toMatch(
      /`secret`/,
    )
    await api.dispose()
  })

  test.each<[string, unknown, RegExp]>([
    ['http://example.com/hook', undefined, /https/],
    ['https://127.0.0.1/hook', undefined, /this machine/],
    ['http://localhost:9/hook', undefined, /this machine/],
    ['https://[::1]/hook', undefined, /this machine/],
    ['https://10.1.2.3/hook', undefined, /private address/],
    ['https://192.168.0.1/', undefined, /private address/],
    ['https://169.254.169.254/latest/meta-data', undefined, /private address/],
    ['https://[fd00::1]/', undefined, /private address/],
    ['https://[::ffff:10.0.0.1]/', undefined, /private address/],
    ['https://2130706433/', undefined, /this machine/],
    ['https://me:secret@example.com/', undefined, /name or password/],
    ['ftp://example.com', undefined, /https/],
    ['not an address', undefined, /whole address/],
    ['', undefined, /whole address/],
    ['https://example.com/', 'no-secret-of-that-form', /whsec_/],
    ['https://example.com/', 'whsec_c2hvcnQ=', /24 to 64 bytes/],
  ])('are not sent to %s', async (url, given, sentence) => {
    const api = await plainApi()
    const answer = await api.call('PUT', '/api/webhook', { url, secret: given ?? secret })
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
    expect(answer.text).toMatch(sentence)
  })

  test('are not sent to a name that leads to a private address', async () => {
    const api = await plainApi()
    // The name is only looked up when something is sent, as when somebody changes where it leads.
    api.app.notices.receiver = {
      url: 'https://localhost.localdomain:9/',
      secret,
      format: 'json',
      runNotices: [],
    }
    const answer: Webhook = webhookSchema.parse((await api.call('POST', '/api/webhook/test')).body)
    expect(answer.deliveries[0]).toMatchObject({ status: 'pending', attempts: 1 })
    expect(answer.deliveries[0]?.lastAnswer).toMatch(
      /private address|could not be reached: (ENOTFOUND|EAI_AGAIN)/,
    )
  })
})

let plain: Promise<TestApi> | undefined
/** One app for everything that is refused. */
function plainApi(): Promise<TestApi> {
  plain ??= startTestApi()
  return plain
}
afterAll(async () => (await plain)?.dispose())

function find(webhook: Webhook, id: string) {
  return webhook.deliveries.find((one) => one.id === id)
}
