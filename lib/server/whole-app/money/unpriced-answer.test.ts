import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { utcDay } from '@/lib/core/base/utc-day'
import { priceTable } from '@/lib/core/money/price-table'
import { findPrice } from '@/lib/core/money/pricing'
import type { Envelope } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { type RunState, toSnapshot } from '@/lib/core/run/state'
import { changePrices } from '../../money/prices'
import { queryCosts } from '../../money/query-costs'
import { listRepricings, previewRepricing, reprice, undoRepricing } from '../../money/repricing'
import { changeSettings } from '../../settings/settings'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const asked = 'claude-sonnet-5-5'
const served = 'gateway/house-model'
const ann = person('ann')

/** An endpoint that answers under a name of its own, as gateways do. */
async function start(): Promise<TestApp> {
  app = await startTestApp({
    intercept: ({ route }) =>
      route === 'POST /v1/messages' || route.endsWith('/results')
        ? { do: 'rewrite', text: (line) => line.replaceAll(`"model":"${asked}"`, `"model":"${served}"`) }
        : { do: 'forward' },
  })
  return app
}

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const long = sim({ text: 'x'.repeat(4000) })
const many = (count: number) =>
  `return (await parallel(Array.from({ length: ${count} }, (_, i) => () => agent('q' + i + ${JSON.stringify(long)}, { model: '${asked}', maxTokens: 2000, phase: 'Read' })))).filter(Boolean).length`

describe('an answer of a model without a known price', () => {
  test.each<[string, LaunchInput, string]>([
    ['dollars of the run', { delivery: 'live', limits: { usd: 0.1 } }, 'usd-cap'],
    ['dollars of the run, in a batch', { delivery: 'batch', limits: { usd: 0.1 } }, 'usd-cap'],
    ['dollars of a phase', { limits: { phases: { Read: { usd: 0.1 } } } }, 'phase-usd-cap'],
  ])(
    'counts against a cap of %s by the price of the model that was asked for',
    async (_, options, reason) => {
      const own = await start()
      const id = await own.launch(many(60), options)
      await own.until(id, isPaused)
      const { run, totals, log } = await own.state(id)
      expect(run.pauseReason).toBe(reason)
      expect(totals).toMatchObject({ spentNanoUsd: 0, costNanoUsd: null, unmeteredTurns: 0 })
      expect(totals.unpricedTurns).toBe(totals.turns)
      expect(totals.unsettledNanoUsd + totals.reservedNanoUsd).toBeLessThanOrEqual(100_000_000)
      expect(totals.unsettledNanoUsd).toBeGreaterThan(10_000_000)
      expect(log.filter(({ message }) => message.includes(`came from ${served}`))).toHaveLength(1)
    },
  )

  test('counts against a day’s cap', async () => {
    const own = await start()
    await changeSettings(own.app, { dayCapUsd: 0.1 }, ann)
    const id = await own.launch(many(60))
    await own.until(id, isPaused)
    expect((await own.state(id)).run.pauseReason).toBe('day-cap')
  })

  test('counts what its script reads of its spending', async () => {
    const own = await start()
    const id = await own.launch(`${many(3).replace('return', 'await')}\nreturn budget.spent()`)
    await own.ended(id)
    expect(Number(await own.result(id))).toBeGreaterThan(3_000)
  })

  test('is settled once it has a price and history is repriced, and estimated again when that is undone', async () => {
    const own = await start()
    const id = await own.launch(many(3))
    await own.ended(id)
    const sums = async () => ({
      totals: (await own.state(id)).totals,
      today: own.app.dispatcher.usage().today,
      listed: (await queryCosts(own.app, 'unsettled', { period, limit: 10 })).turns.length,
    })
    const day = utcDay(own.app.now())
    const period = { from: day, to: day, simulated: false }
    const before = await sums()
    const estimate = before.totals.unsettledNanoUsd
    expect(before.listed).toBe(3)
    expect(before.today).toMatchObject({ spentNanoUsd: 0, unsettledNanoUsd: estimate })

    const price = findPrice(priceTable, asked, new Date(own.app.now()).toISOString())
    if (price === null) throw new Error(`${asked} has no price`)
    const prices = [...own.app.prices.list(), { ...price, model: served }]
    await changePrices(own.app, { prices, newModels: [], note: '' }, ann)
    const body = { from: day, to: day, model: null, simulated: false }
    const { digest } = await previewRepricing(own.app, body)
    await reprice(own.app, { asked: body, digest }, ann)
    const settled = await sums()
    expect(settled.totals).toMatchObject({
      unsettledNanoUsd: 0,
      spentNanoUsd: estimate,
      costNanoUsd: estimate,
    })
    expect(settled.today).toMatchObject({ spentNanoUsd: estimate, unsettledNanoUsd: 0 })
    expect(settled.listed).toBe(0)
    const stored = await own.app.store.spentOn(day, false)
    expect(stored).toMatchObject({ spentNanoUsd: estimate, unsettledNanoUsd: 0 })
    expect(toSnapshot(foldAll(null, await own.journal(id)))).toEqual(toSnapshot(await own.state(id)))

    const [act] = (await listRepricings(own.app)).repricings
    await undoRepricing(own.app, act?.id ?? '', ann)
    expect(await sums()).toEqual(before)
  })
})
