import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Billed } from '@/lib/api/billing/billed'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { utcDay } from '@/lib/core/base/utc-day'
import type { CostReader, UsageSum } from '@/lib/core/money/cost-store'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { setAdminKey, setBillingMapping } from '@/lib/server/billing/account'
import { refreshBilled } from '@/lib/server/billing/billed'
import { importRun } from '@/lib/server/imports/import-run'
import { changePrices } from '@/lib/server/money/prices'
import { launch } from '@/lib/server/runs/launch'
import {
  type AdminApiStandIn,
  type CostRow,
  startAdminApi,
  type UsageRow,
} from '@/lib/server/testing/billing/admin-api'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { sim, startTestApp, type TestApp, workflow } from '@/lib/server/testing/test-app'

const DAY_MS = 86_400_000
const admin = person('ann')
const ownKey = 'apikey_skein'

let api: AdminApiStandIn
let test_: TestApp
let clock: ReturnType<typeof createClockAhead>
beforeEach(async () => {
  api = await startAdminApi()
  clock = createClockAhead()
  test_ = await startTestApp({ env: { SKEIN_BILLING_URL: api.url }, tuning: { clock } })
  await setAdminKey(test_.app, api.key, admin)
})
afterEach(async () => {
  expect(api.unknown).toEqual([])
  await test_.dispose()
  api.close()
})

async function run(script = "return agent('Say hello to everybody.')"): Promise<void> {
  await test_.ended(await test_.launch(script))
}

/** What was counted, as sums keep it. */
async function counted(costs: CostReader = test_.app.costReader): Promise<UsageSum[]> {
  const to = utcDay(clock.now())
  const period = { from: utcDay(clock.now() - 20 * DAY_MS), to, simulated: false }
  return costs.ask('usage', { of: { period } })
}

/** Nanodollars as cents in decimals, exactly. */
function cents(nanoUsd: number): string {
  const [size, sign] = [BigInt(Math.abs(nanoUsd)), nanoUsd < 0 ? '-' : '']
  return `${sign}${size / 10_000_000n}.${String(size % 10_000_000n).padStart(7, '0')}`
}

function usageOf(line: UsageSum, more: UsageRow = {}): UsageRow {
  return {
    ...{ api_key_id: ownKey, model: line.model, uncached_input_tokens: line.inputTokens },
    ...{ output_tokens: line.outputTokens, cache_read_input_tokens: line.cacheReadTokens },
    cache_creation: {
      ephemeral_5m_input_tokens: line.cacheWriteTokens - line.hourWriteTokens,
      ephemeral_1h_input_tokens: line.hourWriteTokens,
    },
    service_tier: line.pricingTiers.includes('batch') ? 'batch' : 'standard',
    ...more,
  }
}

/** Has the stand-in report what was counted, to the token and the nanodollar, with what a test adds. */
async function report(more: { usage?: UsageRow[]; costs?: CostRow[] } = {}): Promise<UsageSum> {
  const [line] = await counted()
  if (line === undefined) throw new Error('Nothing was counted')
  api.usage.set(line.day, [usageOf(line), ...(more.usage ?? [])])
  const { model, costNanoUsd } = line
  api.costs.set(line.day, [{ model, amount: cents(costNanoUsd) }, ...(more.costs ?? [])])
  return line
}

const read = (asked: object = {}): Promise<Billed> =>
  refreshBilled(test_.app, { now: true, ...asked }, new AbortController().signal)
const partsOf = (parts: Billed['totals']['parts']) =>
  Object.fromEntries(parts.map(({ kind, nanoUsd }) => [kind, nanoUsd]))
/** Lets the day of the runs end, and the one after it. */
const finish = () => {
  clock.aheadMs += 3 * DAY_MS
}

test('what was billed as it was computed has no difference: by day, by model and in all', async () => {
  await run()
  const line = await report()
  finish()
  const found = await read()
  expect(found.totals).toMatchObject({
    computedNanoUsd: line.costNanoUsd,
    billedNanoUsd: line.costNanoUsd,
    differenceNanoUsd: 0,
    parts: [],
  })
  expect(found.days.find(({ day }) => day === line.day)).toMatchObject({
    isOpen: false,
    differenceNanoUsd: 0,
  })
  expect(found.models).toEqual([
    {
      model: line.model,
      computed: expect.objectContaining({ outputTokens: line.outputTokens, nanoUsd: line.costNanoUsd }),
      billed: expect.objectContaining({ outputTokens: line.outputTokens, nanoUsd: line.costNanoUsd }),
    },
  ])
  expect(found.projects).toEqual([])
})

test('the same is found by the older form of the report', async () => {
  api.forms.analytics = false
  await run()
  await report()
  finish()
  const { totals } = await read()
  expect([totals.differenceNanoUsd, totals.parts]).toEqual([0, []])
  expect(api.asked('usage_report/messages').length).toBeGreaterThan(0)
})

test('a day with a difference of every kind says how much each is, and nothing is left over', async () => {
  await run()
  const sonnet = { model: 'claude-sonnet-5-5', cost_type: 'tokens' }
  const line = await report({
    usage: [
      // Another program: one million tokens of output at $10.
      { ...sonnet, api_key_id: 'apikey_other', output_tokens: 1_000_000 },
      // A commitment: one million tokens of input at $2, which no cost report has.
      { ...sonnet, api_key_id: 'apikey_other', service_tier: 'priority', uncached_input_tokens: 1_000_000 },
      { model: 'claude-unheard-of-9', api_key_id: 'apikey_other', output_tokens: 5 },
    ],
    costs: [
      // Billed at $9.25 in place of $10.
      { ...sonnet, amount: '925.0000000' },
      { model: 'claude-unheard-of-9', amount: '7' },
      { cost_type: 'web_search', amount: '3' },
      { cost_type: 'seats', amount: '-1.5' },
    ],
  })
  await setBillingMapping(test_.app, [{ project: 'default', keyIds: [ownKey], workspaceIds: [] }])
  finish()
  const found = await read()
  const day = found.days.find((one) => one.day === line.day)
  expect(partsOf(day?.parts ?? [])).toEqual({
    'unknown-keys': 12_000_000_000,
    price: -750_000_000,
    unpriced: 70_000_000,
    'server-tools': 30_000_000,
    priority: -2_000_000_000,
    unattributed: -15_000_000,
  })
  expect(found.totals.parts.filter(({ isExplained }) => !isExplained)).toEqual([
    { kind: 'unattributed', isExplained: false, nanoUsd: -15_000_000 },
  ])
  const sum = found.totals.parts.reduce((all, { nanoUsd }) => all + nanoUsd, 0)
  expect(sum).toBe(found.totals.differenceNanoUsd)
  expect(
    found.projects.map(({ name, computedNanoUsd, billedNanoUsd }) => [name, computedNanoUsd, billedNanoUsd]),
  ).toEqual([
    ['Default', line.costNanoUsd, null],
    [null, 0, null],
  ])
})

test('a day that is not over is pending, and is compared once it is', async () => {
  await run()
  const early = await read()
  const [line] = await counted()
  expect(partsOf(early.totals.parts)).toEqual({ pending: -(line?.costNanoUsd ?? 0) })
  expect(early.days.at(-1)).toMatchObject({ isOpen: true, billedNanoUsd: 0 })
  await report()
  finish()
  expect((await read()).totals.parts).toEqual([])
})

test('a turn that was cut off is billed and not computed: that is unsettled', async () => {
  await run()
  const held = sim({ text: 'words before a silence', fault: { kind: 'body-stall', afterTokens: 2 } })
  const cut = await test_.launch(`return agent(${JSON.stringify(`Write. ${held}`)})`)
  await test_.heard(cut, 1)
  await test_.app.engine.cancel(cut, admin)
  await test_.ended(cut)
  const { totals } = await test_.state(cut)
  expect(totals.unsettledNanoUsd).toBeGreaterThan(0)
  // Billed are some of the tokens that it probably used.
  await report({
    usage: [{ api_key_id: ownKey, model: 'claude-sonnet-5-5', output_tokens: 1 }],
    costs: [{ model: 'claude-sonnet-5-5', amount: cents(10_000) }],
  })
  finish()
  const found = await read()
  expect(partsOf(found.totals.parts)).toEqual({ unsettled: 10_000 })
  expect(found.days.reduce((sum, day) => sum + day.unsettledNanoUsd, 0)).toBe(totals.unsettledNanoUsd)
})

test('runs that were imported are on neither side, and are told', async () => {
  await run()
  const from = test_.workspace
  const at = new Date(clock.now()).toISOString()
  const place = writeClaudeRun(from, {
    at,
    agents: [{ prompt: 'Say yes', answer: 'yes', outputTokens: 1000 }],
  })
  await importRun(test_.app, { ...place, from }, admin, new AbortController().signal)
  await report()
  finish()
  const found = await read()
  expect(found.totals.parts).toEqual([])
  expect(found.days.some(({ importedNanoUsd }) => importedNanoUsd > 0)).toBe(true)
})

test('prices that were edited since make no difference where turns were billed as they were booked', async () => {
  await run()
  const line = await report()
  const prices = test_.app.prices
    .list()
    .map((price) =>
      price.model === line.model
        ? { ...price, rates: { ...price.rates, output: price.rates.output * 2 } }
        : price,
    )
  await changePrices(test_.app, { prices, newModels: [], note: '' }, admin)
  finish()
  expect((await read()).totals).toMatchObject({ differenceNanoUsd: 0, parts: [] })
  api.costs.set(line.day, [
    { model: line.model, amount: cents(line.costNanoUsd + line.outputTokens * 10_000) },
  ])
  await setAdminKey(test_.app, api.key, admin)
  expect(partsOf((await read()).totals.parts)).toEqual({ 'booked-price': line.outputTokens * 10_000 })
})

test('a workspace of a project has its dollars, too', async () => {
  await run()
  const line = await report()
  api.usage.set(line.day, [usageOf(line, { workspace_id: 'wrkspc_1' })])
  api.costs.set(line.day, [{ model: line.model, workspace_id: 'wrkspc_1', amount: cents(line.costNanoUsd) }])
  await setBillingMapping(test_.app, [{ project: 'default', keyIds: [], workspaceIds: ['wrkspc_1'] }])
  finish()
  const found = await read()
  expect(found.projects[0]).toMatchObject({
    project: 'default',
    computedNanoUsd: line.costNanoUsd,
    billedNanoUsd: line.costNanoUsd,
  })
  expect(found.totals.parts).toEqual([])
})

test('what was read is still there after a crash, and is not asked again', async () => {
  await run()
  await report()
  finish()
  const days = (from: number, to: number) => ({
    from: utcDay(clock.now() - from * DAY_MS),
    to: utcDay(clock.now() - to * DAY_MS),
  })
  const { totals } = await read(days(9, 2))
  api.seen = []
  await test_.restart()
  const again = await read(days(9, 2))
  expect(again.totals.billedNanoUsd).toBe(totals.billedNanoUsd)
  expect(api.seen).toEqual([])
})

test('each project is compared by its own keys, and everything else by what no project has', async () => {
  const { app } = test_
  const project = 'project-apart'
  const createdAt = new Date(clock.now()).toISOString()
  await app.store.projects.addProject(
    {
      ...{ id: project, name: 'Apart', createdAt, createdBy: admin, archivedAt: null },
    },
    200,
  )
  await app.projects.reload()
  await run()
  const spec = { script: workflow("return agent('Say hello to those apart.')") }
  const apart = await launch(app.within(project), launchSchema.parse(spec), null, admin)
  await test_.ended(apart.id)
  const [ofApart] = await counted(app.costReader.within(project))
  const [ofDefault] = await counted(app.costReader.within('default'))
  if (ofApart === undefined || ofDefault === undefined) throw new Error('Nothing was counted')
  const { day, model } = ofApart
  const [apartNano, defaultNano] = [ofApart.costNanoUsd, ofDefault.costNanoUsd]
  // The key of the one project is used by another program, too; the other project has no key.
  api.usage.set(day, [
    usageOf(ofDefault),
    usageOf(ofApart, { api_key_id: 'apikey_apart' }),
    { model, api_key_id: 'apikey_apart', output_tokens: 1_000 },
  ])
  api.costs.set(day, [{ model, amount: cents(apartNano + defaultNano + 10_000_000) }])
  await setBillingMapping(app, [{ project, keyIds: ['apikey_apart'], workspaceIds: [] }])
  finish()
  const found = await read()
  expect(partsOf(found.totals.parts)).toEqual({ uncounted: 10_000_000 })
  expect(found.projects).toEqual([
    {
      ...{ project, name: 'Apart', computedNanoUsd: apartNano },
      ...{ listNanoUsd: apartNano + 10_000_000, billedNanoUsd: null },
    },
    {
      ...{ project: null, name: null, computedNanoUsd: defaultNano, listNanoUsd: defaultNano },
      billedNanoUsd: null,
    },
  ])
})
