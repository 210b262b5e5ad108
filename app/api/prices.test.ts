import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { costsSchema } from '@/lib/api/costs'
import { runListSchema } from '@/lib/api/first/run-list'
import { pricesSchema, repricingPreviewSchema, repricingsSchema } from '@/lib/api/prices'
import { runCostsSchema } from '@/lib/api/run-costs'
import { whatIfSchema } from '@/lib/api/what-if'
import { localActor, person } from '@/lib/core/base/actor'
import { utcDay } from '@/lib/core/base/utc-day'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { sim } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ files: { 'a.txt': 'alpha\n'.repeat(400) } })
})
afterAll(() => api.dispose())

const today = () => utcDay(api.app.now())
const read = async () => pricesSchema.parse((await api.call('GET', '/api/prices')).body)
const row = {
  model: 'claude-sonnet-5-5',
  effectiveFrom: '2026-09-28',
  rates: { input: 2e6, cacheWrite5m: 25e5, cacheWrite1h: 4e6, cacheRead: 1e5, output: 1e7 },
}
type Row = { [name: string]: unknown }

/** The list with one row changed or added. */
async function listWith(change: Row): Promise<Row[]> {
  const { prices } = await read()
  const changed: Row = { ...prices.find(({ model }) => model === row.model), ...change }
  return [
    ...prices.filter(
      ({ model, effectiveFrom }) => model !== changed.model || effectiveFrom !== changed.effectiveFrom,
    ),
    changed,
  ]
}

describe('the price list', () => {
  test('given back as it was read changes nothing, and keeps no version', async () => {
    const before = await read()
    const answer = await api.call('PUT', '/api/prices', { prices: before.prices })
    expect(answer.status).toBe(200)
    expect(pricesSchema.parse(answer.body).version).toBe(before.version)
    expect(before.history.every(({ origin }) => origin === 'shipped')).toBe(true)
  })

  test.each<[string, Row, string, RegExp]>([
    ['a negative rate', { rates: { ...row.rates, output: -1 } }, 'rates.output', /negative/],
    [
      'a rate that is no number',
      { rates: { ...row.rates, input: 'NaN' } },
      'rates.input',
      /number of picodollars/,
    ],
    ['a rate that is null', { rates: { ...row.rates, input: null } }, 'rates.input', /number of picodollars/],
    ['half a picodollar', { rates: { ...row.rates, input: 0.5 } }, 'rates.input', /whole/],
    ['an absurd rate', { rates: { ...row.rates, cacheRead: 1e15 } }, 'rates.cacheRead', /no model costs/],
    ['a missing kind', { rates: { ...row.rates, cacheWrite1h: undefined } }, 'rates.cacheWrite1h', /number/],
    ['a kind nobody knows', { rates: { ...row.rates, thinking: 1 } }, 'rates', /thinking/],
    ['a model nobody knows', { model: 'claude-sonet-5-5' }, 'model', /unknown model/],
    ['a model without a name', { model: '  ' }, 'model', /id of a model/],
    ['a day that is none', { effectiveFrom: '2026-02-30' }, 'effectiveFrom', /no day/],
    ['a time instead of a day', { effectiveFrom: 'soon' }, 'effectiveFrom', /no day/],
    ['an end before its beginning', { effectiveUntil: '2026-01-01' }, 'effectiveUntil', /day after/],
    ['an end that nothing follows', { effectiveUntil: '2027-01-01' }, 'effectiveUntil', /gap/],
    ['a factor below one', { fastMultiplier: 0 }, 'fastMultiplier', /from 1 to 20/],
    [
      'a threshold below one',
      { longPrompt: { aboveTokens: -5, rates: row.rates } },
      'longPrompt.aboveTokens',
      /more than 0/,
    ],
    [
      'long prompts without a kind',
      { longPrompt: { aboveTokens: 5, rates: {} } },
      'longPrompt.rates.input',
      /number/,
    ],
  ])('refuses %s, and says where', async (_name, change, path, sentence) => {
    const prices = await listWith(change)
    const at = prices.length - 1
    const answer = await api.call('PUT', '/api/prices', { prices })
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([
        { path: `prices.${at}.${path}`, message: expect.stringMatching(sentence) },
      ]),
    })
    expect((await read()).history.every(({ origin }) => origin === 'shipped')).toBe(true)
  })

  test('refuses two prices of one day, and ends that overlap or leave a gap', async () => {
    const { prices } = await read()
    const ask = async (...more: Row[]) => {
      const rest = prices.filter(({ model }) => model !== row.model)
      return (await api.call('PUT', '/api/prices', { prices: [...rest, ...more] })).text
    }
    expect(await ask(row, { ...row })).toMatch(/overlaps: claude-sonnet-5-5 has two prices from 2026-09-28/)
    const later = { ...row, effectiveFrom: '2026-11-01' }
    expect(await ask({ ...row, effectiveUntil: '2026-11-15' }, later)).toMatch(
      /overlaps: .* begins on 2026-11-01/,
    )
    expect(await ask({ ...row, effectiveUntil: '2026-10-15' }, later)).toMatch(
      /gap: .* from 2026-10-15 to 2026-11-01/,
    )
    for (const body of [
      '{"prices": [{"rates": {"input": NaN}}]}',
      '[]',
      '{"prices": []}',
      '{"prices": 7}',
      'null',
    ])
      expect((await api.call('PUT', '/api/prices', body)).status).toBe(400)
  })

  test('does not leave a model without a price for days it was used on', async () => {
    await api.ended(await api.launch(`return await agent('One')`))
    const { prices } = await read()
    const without = prices.filter(({ model }) => model !== row.model)
    const gone = await api.call('PUT', '/api/prices', { prices: without })
    expect(gone).toMatchObject({ status: 400 })
    expect(gone.text).toMatch(/gap: claude-sonnet-5-5 has been used here since/)
    const tomorrow = utcDay(api.app.now() + 86_400_000)
    const late = await api.call('PUT', '/api/prices', {
      prices: [...without, { ...row, effectiveFrom: tomorrow }],
    })
    expect(late.text).toMatch(/gap: .* would begin on/)
  })

  test('takes a new row, tells its history, and refuses an edit of an older version', async () => {
    const before = await read()
    const prices = await listWith({ effectiveFrom: '2027-01-01', rates: { ...row.rates, output: 8e6 } })
    const answer = await api.call('PUT', '/api/prices', {
      prices,
      basedOn: before.version,
      note: 'the new list',
    })
    expect(answer.status).toBe(200)
    const after = pricesSchema.parse(answer.body)
    expect(after.history[0]).toMatchObject({
      model: row.model,
      effectiveFrom: '2027-01-01',
      setBy: localActor,
      note: 'the new list',
    })
    expect(after.history[0]?.price?.rates.output).toBe(8e6)
    const stale = await api.call('PUT', '/api/prices', { prices: before.prices, basedOn: before.version })
    expect(stale).toMatchObject({ status: 409 })
    const back = await api.call('PUT', '/api/prices', { prices: before.prices, basedOn: after.version })
    expect(pricesSchema.parse(back.body).prices).toEqual(before.prices)
    expect(pricesSchema.parse(back.body).history[0]).toMatchObject({
      price: null,
      effectiveFrom: '2027-01-01',
    })
  })

  test('takes a model nobody knows when that is meant', async () => {
    const prices = await listWith({ model: 'house/llama-70b' })
    const answer = await api.call('PUT', '/api/prices', { prices, newModels: ['house/llama-70b'] })
    expect(answer.status).toBe(200)
  })
})

describe('repricing history', () => {
  const spent = async (groupBy: string) =>
    costsSchema.parse((await api.call('GET', `/api/costs?groupBy=${groupBy}`)).body)
  const preview = async (body: Row) => api.call('POST', '/api/prices/repricings/preview', body)
  const state = async (id: string) => (await api.state(id)).totals

  test('shows what would change, changes rows, sums and totals, and can be taken back', async () => {
    const id = await api.launch(
      `phase('Fan')\nreturn await parallel([1, 2, 3].map((n) => () => agent('Say ' + n)))`,
      {
        tags: ['audit'],
      },
    )
    await api.ended(id)
    const booked = await state(id)
    const period = { from: today(), to: today() }
    expect(repricingPreviewSchema.parse((await preview(period)).body)).toMatchObject({ turns: 0, runs: 0 })

    const rates = { input: 4e6, cacheWrite5m: 5e6, cacheWrite1h: 8e6, cacheRead: 2e5, output: 2e7 }
    await api.call('PUT', '/api/prices', { prices: await listWith({ rates }) })
    expect((await state(id)).spentNanoUsd).toBe(booked.spentNanoUsd)

    const seen = repricingPreviewSchema.parse((await preview(period)).body)
    expect(seen.turns).toBeGreaterThanOrEqual(3)
    expect(seen.byModel.map(({ name }) => name)).toEqual(['claude-sonnet-5-5'])
    expect(seen.byDay).toHaveLength(1)
    const own = seen.byRun.find(({ name }) => name === id)
    expect(own).toMatchObject({
      turns: 3,
      beforeNanoUsd: booked.spentNanoUsd,
      afterNanoUsd: 2 * booked.spentNanoUsd,
    })

    const before = (await spent('run')).totals.costNanoUsd
    const done = await api.call('POST', '/api/prices/repricings', { asked: period, digest: seen.digest })
    expect(done.status).toBe(200)
    const [act] = repricingsSchema.parse(done.body).repricings
    expect(act).toMatchObject({ status: 'applied', doneTurns: seen.turns, skippedTurns: 0, by: localActor })
    expect((await state(id)).spentNanoUsd).toBe(2 * booked.spentNanoUsd)
    for (const groupBy of ['day', 'model', 'tokenKind', 'run', 'phase,model', 'tag', 'run,tokenKind']) {
      const { totals, rows } = await spent(groupBy)
      expect(totals.costNanoUsd).toBe(before + seen.afterNanoUsd - seen.beforeNanoUsd)
      expect(rows.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)).toBe(totals.costNanoUsd)
    }
    expect(api.app.dispatcher.usage().today.spentNanoUsd).toBe((await spent('day')).totals.costNanoUsd)
    await expectFolded(id)

    const undone = await api.call('POST', `/api/prices/repricings/${act?.id}/undo`)
    expect(undone.status).toBe(200)
    const [undo, first] = repricingsSchema.parse(undone.body).repricings
    expect(undo).toMatchObject({ status: 'applied', undoes: act?.id })
    expect(first?.undoneBy).toBe(undo?.id)
    expect(await state(id)).toEqual(booked)
    expect((await spent('run')).totals.costNanoUsd).toBe(before)
    await expectFolded(id)
    expect((await api.call('POST', `/api/prices/repricings/${act?.id}/undo`)).status).toBe(409)
  })

  test('corrects what counts against quotas, a retry’s turns with who had retried', async () => {
    const script = `return [await agent('First'), await agent('Second').catch(() => null)]`
    const id = await api.launch(script, { limits: { agents: 1 } })
    const { run } = await api.ended(id)
    await api.app.engine.retryFailed(id, { ...run.limits, agents: 9 }, person('bob'))
    await api.ended(id)
    const usedBy = (kind: 'person' | 'project', of: string) =>
      api.app.dispatcher.quotaUse({ subject: { kind, id: of }, period: 'day', unit: 'usd' }).used
    const used = () => [
      usedBy('person', 'bob'),
      usedBy('person', run.launchedBy.id),
      usedBy('project', 'default'),
    ]
    const [bob = 0, local = 0] = used()
    expect(bob).toBeGreaterThan(0)

    const { prices } = await read()
    const now = prices.find(({ model }) => model === row.model)?.rates ?? row.rates
    const rates = Object.fromEntries(Object.entries(now).map(([kind, rate]) => [kind, 2 * rate]))
    await api.call('PUT', '/api/prices', { prices: await listWith({ rates }) })
    const asked = { from: today(), to: today() }
    const { digest, beforeNanoUsd, afterNanoUsd } = repricingPreviewSchema.parse((await preview(asked)).body)
    const done = await api.call('POST', '/api/prices/repricings', { asked, digest })
    const more = afterNanoUsd - beforeNanoUsd
    expect(used()).toEqual([2 * bob, local + more - bob, bob + local + more])
    const kept = await api.app.store.spentByPayer(false)
    const stored = (payer: string) => kept.find((one) => one.id === payer)?.spentNanoUsd
    expect([stored('bob'), stored(run.launchedBy.id)]).toEqual([2 * bob, local + more - bob])
    const [act] = repricingsSchema.parse(done.body).repricings
    await api.call('POST', `/api/prices/repricings/${act?.id}/undo`)
    expect(used()).toEqual([bob, local, bob + local])
    await api.call('PUT', '/api/prices', { prices })
  })

  test('takes turns to the long-prompt tier and back, so other scenarios start from what is booked', async () => {
    const id = await api.launch(`return await agent('Four')`)
    await api.ended(id)
    const asItWas = async () => {
      const report = whatIfSchema.parse((await api.call('GET', `/api/runs/${id}/what-if`)).body)
      const same = report.scenarios.find(({ kind }) => kind === 'as-it-was')
      expect(same?.nanoUsd).toBe(report.bookedNanoUsd)
      return report.bookedNanoUsd
    }
    const { rates } = (await read()).prices.find(({ model }) => model === row.model) ?? row
    const longRates = Object.fromEntries(Object.entries(rates).map(([kind, rate]) => [kind, 3 * rate]))
    await api.call('PUT', '/api/prices', {
      prices: await listWith({ longPrompt: { aboveTokens: 1, rates: longRates } }),
    })
    const booked = (await state(id)).spentNanoUsd
    const asked = { from: today(), to: today() }
    const { digest } = repricingPreviewSchema.parse((await preview(asked)).body)
    const done = await api.call('POST', '/api/prices/repricings', { asked, digest })
    expect(await asItWas()).toBe(3 * booked)

    const [act] = repricingsSchema.parse(done.body).repricings
    await api.call('PUT', '/api/prices', { prices: await listWith({ longPrompt: null }) })
    expect((await api.call('POST', `/api/prices/repricings/${act?.id}/undo`)).status).toBe(200)
    expect(await asItWas()).toBe(booked)
  })

  test('leaves what the cache saved the same wherever it is told: head, cost view, costs of the period', async () => {
    const everywhere = async (id: string) => {
      const costs = runCostsSchema.parse((await api.call('GET', `/api/runs/${id}/costs`)).body)
      const tag = `/api/costs?groupBy=run&from=${today()}&to=${today()}`
      return {
        head: (await state(id)).cacheSavedNanoUsd,
        view: costs.lines.reduce((sum, line) => sum + (line.cacheSavedNanoUsd ?? Number.NaN), 0),
        period: costsSchema.parse((await api.call('GET', tag)).body).savedByCacheNanoUsd,
      }
    }
    const all = async () => {
      const { runs } = runListSchema.parse((await api.call('GET', '/api/runs?limit=100')).body)
      const told = await Promise.all(runs.map(({ id }) => everywhere(id)))
      const [first] = told
      for (const one of told) expect(one.view).toBe(one.head)
      expect(first?.period).toBe(told.reduce((sum, { head }) => sum + head, 0))
    }
    const reads = sim(
      { toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] },
      { toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] },
      { text: 'done' },
    )
    const filler = 'All that was said before is said again. '.repeat(400)
    const script = `return await agent(${JSON.stringify(filler + reads)})`
    const id = await api.launch(script, { workspace: api.workspace })
    await api.ended(id)
    const before = await everywhere(id)
    expect(before.head).toBeGreaterThan(0)
    await all()

    const rates = { ...row.rates, input: 6e6 }
    await api.call('PUT', '/api/prices', { prices: await listWith({ rates }) })
    expect(await everywhere(id)).toEqual(before)
    const period = { from: today(), to: today() }
    const { digest } = repricingPreviewSchema.parse((await preview(period)).body)
    expect((await api.call('POST', '/api/prices/repricings', { asked: period, digest })).status).toBe(200)
    expect((await everywhere(id)).head).toBeGreaterThan(2 * before.head)
    await all()
    await expectFolded(id)

    const dearer = await api.launch(script, { workspace: api.workspace })
    await api.ended(dearer)
    expect((await everywhere(dearer)).head).toBeGreaterThan(2 * before.head)
    await all()
  })

  test('refuses what no preview showed, days that are none, and acts nobody knows', async () => {
    const period = { from: today(), to: today() }
    const stale = { asked: period, digest: 'a'.repeat(64) }
    expect(await api.call('POST', '/api/prices/repricings', stale)).toMatchObject({ status: 409 })
    expect((await api.call('POST', '/api/prices/repricings', { asked: period, digest: 'x' })).text).toMatch(
      /digest/,
    )
    expect((await preview({ from: '2026-13-01', to: today() })).text).toMatch(/`from`/)
    expect((await preview({ from: today(), to: '2020-01-01' })).text).toMatch(/before/)
    expect((await api.call('POST', '/api/prices/repricings/nobody/undo')).status).toBe(404)
  })

  test('leaves a run at work alone, and what a crash interrupted is gone on with', async () => {
    const launched = async (word: string) => {
      const id = await api.launch(`return await agent('${word}')`)
      await api.ended(id)
      return id
    }
    const [ended, first] = [await launched('Two'), await launched('Three')]
    await api.call('PUT', '/api/prices', { prices: await listWith({ rates: row.rates }) })
    const seen = repricingPreviewSchema.parse((await preview({ from: today(), to: today() })).body)
    const booked = (await state(ended)).spentNanoUsd
    const { money } = api.app.store
    const lines = await api.app.costReader.ask('repricedTurns', {
      asked: { from: today(), to: today(), model: null, simulated: false, prices: api.app.prices.list() },
      runIds: [ended, first],
    })
    const changeOf = (runId: string) =>
      lines
        .filter((line) => line.runId === runId)
        .reduce((sum, { before, after }) => sum + (after?.totalNanoUsd ?? 0) - (before?.totalNanoUsd ?? 0), 0)
    expect(lines).toHaveLength(2)
    const bookedFirst = (await state(first)).spentNanoUsd
    const bookedAll = (await spent('day')).totals.costNanoUsd
    const act = {
      at: new Date().toISOString(),
      by: person('ann'),
      asked: seen.asked,
      turns: 2,
      runs: 2,
      undoes: null,
    }
    await money.addRepricing({ ...act, id: 'half', status: 'applying', beforeNanoUsd: 1, afterNanoUsd: 2 })
    await money.addRepricedTurns('half', lines)
    // One run had its turn, the other not: the next start must reprice the one, and not the first once
    // more.
    expect(await money.repriceRun('half', first, act.at, person('ann'))).toMatchObject({ state: 'done' })
    await money.addRepricing({ ...act, id: 'barely', status: 'preparing', beforeNanoUsd: 1, afterNanoUsd: 2 })
    expect(
      (await api.call('POST', '/api/prices/repricings', { asked: seen.asked, digest: seen.digest })).status,
    ).toBe(409)
    await api.testApp.restart()
    const acts = await api.testApp.app.store.money.listRepricings()
    expect(acts.map(({ id }) => id)).not.toContain('barely')
    expect(acts.find(({ id }) => id === 'half')).toMatchObject({ status: 'applied', doneTurns: 2 })
    const now = async (id: string) => (await api.testApp.state(id)).totals.spentNanoUsd
    expect(await now(ended)).toBe(booked + changeOf(ended))
    expect(await now(first)).toBe(bookedFirst + changeOf(first))
    const asked = { from: today(), to: today(), simulated: false }
    const costReport = { period: asked, month: asked, by: ['run'], limit: 1000, withKinds: false } as const
    const { whole, rows } = await api.testApp.app.costReader.ask('costReport', costReport)
    expect(whole.costNanoUsd).toBe(bookedAll + changeOf(ended) + changeOf(first))
    expect(rows.reduce((sum, { sums }) => sum + sums.costNanoUsd, 0)).toBe(whole.costNanoUsd)
  })
})

/** Rows say what the journal says. */
async function expectFolded(id: string): Promise<void> {
  const folded = foldAll(null, await api.journal(id))
  const { totals, agents, phases } = toSnapshot(await api.state(id))
  expect(toSnapshot(folded)).toMatchObject({ totals, agents, phases })
}
