import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Costs, costsSchema } from '@/lib/api/costs'
import { planSchema } from '@/lib/api/plan'
import { costNotesSchema } from '@/lib/api/what-if'
import type { RunState } from '@/lib/core/run/state'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { eventsOf, sim, workflow } from '@/lib/server/testing/test-app'
import { elapsedMs } from '@/lib/view/format/time'
import { startTestApi, type TestApi } from './testing'

const DAY_MS = 86_400_000

let api: TestApi
/** What the system clock says, beside the real one. */
let clock: { set(time: string): void }
beforeEach(async () => {
  const time = createClockAhead()
  clock = {
    set: (at) => {
      time.aheadMs = Date.parse(at) - Date.now()
    },
  }
  clock.set('2026-11-30T12:00:00Z')
  const faults = [
    { when: { match: '/TORN/', times: 1 }, fault: { kind: 'truncate', afterTokens: 8 } },
  ] as const
  api = await startTestApi({ tuning: { clock: time }, simulator: { faults: [...faults] } })
})
afterEach(() => api.dispose())

const long = 'a rather long answer that is cut somewhere in its middle, '.repeat(8)
const slow = JSON.stringify(sim({ text: long, tokensPerSecond: 200, speed: 1 }))
const costs = async (query: string): Promise<Costs> =>
  costsSchema.parse((await api.call('GET', `/api/costs?${query}`)).body)
const notes = async (query: string) =>
  costNotesSchema.parse((await api.call('GET', `/api/costs/notes?${query}`)).body).unsettled
const daysOf = ({ rows }: Costs) => rows.map(({ key, turns }) => [key.day, turns])

/** A run whose one turn is in flight when the clock is set. */
async function turnOver(before: string, after: string): Promise<RunState> {
  clock.set(before)
  const id = await api.launch(`return await agent(${slow})`, { tags: ['t'] })
  await api.heard(id, 1)
  clock.set(after)
  return api.ended(id)
}

test('a turn over the end of a month and a year belongs to the day on which it ended, in UTC', async () => {
  const { totals } = await turnOver('2026-12-31T23:59:50Z', '2027-01-01T00:00:10Z')
  expect(await costs('from=2026-12-01&to=2026-12-31')).toMatchObject({ rows: [], totals: { turns: 0 } })
  for (const groupBy of ['day', 'day,run', 'day,tag']) {
    const january = await costs(`from=2027-01-01&to=2027-01-31&groupBy=${groupBy}`)
    expect(daysOf(january)).toEqual([['2027-01-01', 1]])
    expect(january.totals.costNanoUsd).toBe(totals.spentNanoUsd)
  }
  // Where it is said of a run when it began, it began in December.
  expect((await costs('from=2026-12-01&to=2026-12-31')).agents.succeeded).toBe(1)
  const { today, month } = api.app.dispatcher.usage()
  expect([today.spentNanoUsd, month.spentNanoUsd]).toEqual([totals.spentNanoUsd, totals.spentNanoUsd])
})

test('costs are asked for by days as UTC has them, and for the present month where nothing else is asked', async () => {
  await turnOver('2026-11-30T23:00:00Z', '2026-11-30T23:59:59.000Z')
  expect(daysOf(await costs('from=2026-11-30&to=2026-11-30'))).toEqual([['2026-11-30', 1]])
  clock.set('2026-12-01T00:30:00Z')
  const found = await costs('')
  expect(found).toMatchObject({ from: '2026-11-02', to: '2026-12-01' })
  // The new month has no day yet from which to tell.
  expect(found.projection).toBeNull()
  expect(api.app.dispatcher.usage()).toMatchObject({ today: { spentNanoUsd: 0 }, month: { spentNanoUsd: 0 } })
})

test('a clock that is set back by a day loses no money and makes no time negative', async () => {
  const state = await turnOver('2026-12-01T00:10:00Z', '2026-11-30T00:10:00Z')
  const [agent] = [...state.agents.values()]
  expect(Date.parse(agent?.endedAt ?? '')).toBeLessThan(Date.parse(agent?.startedAt ?? ''))
  expect(state.run.status).toBe('completed')
  const all = await costs('from=2026-11-01&to=2026-12-31')
  expect(daysOf(all)).toEqual([['2026-11-30', 1]])
  expect(all.totals.costNanoUsd).toBe(state.totals.spentNanoUsd)
  expect(api.app.dispatcher.usage().today.spentNanoUsd).toBe(state.totals.spentNanoUsd)
  expect(elapsedMs(state.run, Date.parse('2026-11-30T00:10:00Z'))).toBe(0)
  const { body } = await api.call('GET', `/api/runs/${state.run.id}`)
  expect(JSON.stringify(body)).not.toMatch(/(Ms|Seconds)":-/)
  // Its agent says nothing of how long agents take.
  const launch = { script: workflow(`return await agent(${slow})`) }
  const plan = planSchema.parse((await api.call('POST', '/api/estimate', launch)).body)
  expect(plan.seconds?.low).toBeGreaterThanOrEqual(0)
  expect(plan.rows[0]?.secondsEach.low).toBeGreaterThanOrEqual(0)

  // Once it is right again, the day before is found as it was.
  clock.set('2026-12-01T00:20:00Z')
  expect(api.app.dispatcher.usage()).toMatchObject({ today: { spentNanoUsd: 0 }, month: { spentNanoUsd: 0 } })
  expect(daysOf(await costs('from=2026-11-01&to=2026-12-31'))).toEqual([['2026-11-30', 1]])
})

test('a clock that jumps ahead by years is booked where it stood, and prices of that day are found', async () => {
  const state = await turnOver(
    '2026-11-30T12:00:00Z',
    new Date(Date.UTC(2031, 1, 28) + DAY_MS - 1).toISOString(),
  )
  expect(state.totals.unpricedTurns).toBe(0)
  const found = await costs('from=2031-02-01&to=2031-03-31')
  expect(found.totals.costNanoUsd).toBe(state.totals.spentNanoUsd)
  // The turn took a moment more than the last one of its day.
  expect(daysOf(found)).toEqual([['2031-03-01', 1]])
})

test('what was cut off is told turn by turn, of a deleted run as a sum, and adds up to what is unsettled', async () => {
  clock.set('2026-11-30T12:00:00Z')
  const period = 'from=2026-11-30&to=2026-11-30'
  expect(await notes(period)).toMatchObject({ turns: [], deleted: [], unlistedNanoUsd: 0, totalNanoUsd: 0 })
  const script = `return await agent('TORN ' + ${slow})`
  const id = await api.launch(script, { title: 'torn' })
  const { totals } = await api.ended(id)
  const lost = totals.unsettledNanoUsd
  expect(lost).toBeGreaterThan(0)
  expect(eventsOf(await api.journal(id), 'turn.failed')).toHaveLength(1)
  const { totals: booked } = await costs(period)
  expect(booked.unsettledNanoUsd).toBe(lost)
  expect(await notes(period)).toMatchObject({
    turns: [{ runId: id, unsettledNanoUsd: lost }],
    count: 1,
    deleted: [],
    unlistedNanoUsd: 0,
    totalNanoUsd: lost,
  })
  await api.call('DELETE', `/api/runs/${id}`)
  expect((await costs(period)).totals.unsettledNanoUsd).toBe(lost)
  expect(await notes(period)).toEqual({
    turns: [],
    count: 0,
    deleted: [{ runId: id, title: 'torn', lastDay: '2026-11-30', unsettledNanoUsd: lost }],
    deletedCount: 1,
    unlistedNanoUsd: 0,
    totalNanoUsd: lost,
  })
  expect(await notes('from=2026-12-01&to=2026-12-31')).toMatchObject({ deleted: [], totalNanoUsd: 0 })
})
