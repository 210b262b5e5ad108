import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import {
  cadenceTimesSchema,
  type NewSchedule,
  type ScheduleShown,
  scheduleSchema,
  schedulesSchema,
} from '@/lib/api/automations/schedules'
import { localActor } from '@/lib/core/base/actor'
import { launch } from '@/lib/server/runs/launch'
import { keyOfTime } from '@/lib/server/schedules/schedule-watch'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { says } from '@/lib/server/testing/scripts'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from '../testing'

const NEVER_ENDS = `say ${sim({ text: 'late', ttftMs: 3_600_000 })}`

let api: TestApi
let time: ReturnType<typeof createClockAhead>
const setClock = (at: string) => {
  time.aheadMs = Date.parse(at) - Date.now()
}
beforeEach(async () => {
  time = createClockAhead()
  setClock('2026-11-30T12:00:00Z')
  api = await startTestApi({ tuning: { clock: time } })
})
afterEach(() => api.dispose())

const script = (body: string) => ({ script: workflow(body) })
const paid = script(`return await agent(${says('done')})`)
const add = async (more: Partial<NewSchedule> = {}): Promise<ScheduleShown> => {
  const answer = await api.call('POST', '/api/schedules', {
    name: 'Nightly',
    launch: paid,
    cron: '@daily',
    ...more,
  })
  expect(answer.status, answer.text).toBe(201)
  return scheduleSchema.parse(answer.body)
}
const list = async () => schedulesSchema.parse((await api.call('GET', '/api/schedules')).body).schedules
const only = async (): Promise<ScheduleShown> => {
  const [schedule] = await list()
  if (schedule === undefined) throw new Error('There is no schedule.')
  return schedule
}
const patch = async (id: string, change: object) =>
  scheduleSchema.parse((await api.call('PATCH', `/api/schedules/${id}`, change)).body)
/** What the watch does when its timer fires at this moment. */
const at = async (moment: string): Promise<ScheduleShown> => {
  setClock(moment)
  api.app.schedules.wake()
  await api.app.schedules.atRest()
  return only()
}
const outcomes = ({ times }: ScheduleShown) => times.map(({ outcome }) => outcome)
const runOf = ({ times }: ScheduleShown): string => {
  const id = times.find(({ runId }) => runId !== null)?.runId
  if (id == null) throw new Error('No run was launched.')
  return id
}
const runs = async () =>
  (await api.app.store.listRuns({ statuses: null, workflow: null, text: null, offset: 0, limit: 50 })).runs

describe('a time that comes', () => {
  test('launches once, under the name of the schedule and of who made it, and the next one is told', async () => {
    const made = await add({ timeZone: 'Europe/Berlin' })
    expect(made.nextAt).toBe('2026-11-30T23:00:00.000Z')
    expect(made.nextTimes).toHaveLength(5)
    expect(outcomes(await at('2026-11-30T22:59:59Z'))).toEqual([])
    const launched = await at('2026-11-30T23:00:01Z')
    expect(launched).toMatchObject({ nextAt: '2026-12-01T23:00:00.000Z', times: [{ outcome: 'launched' }] })
    const { run } = await api.ended(runOf(launched))
    expect(run).toMatchObject({ title: 'Nightly', launchedBy: localActor, status: 'completed' })
    expect(outcomes(await at('2026-11-30T23:00:02Z'))).toEqual(['launched'])
    expect((await only()).times[0]).toMatchObject({
      runStatus: 'completed',
      spentNanoUsd: expect.any(Number),
    })
    expect(await runs()).toHaveLength(1)
  })

  test('is made up for when it is a little late, and missed when it is long past', async () => {
    await add({ cron: '0 * * * *' })
    expect(outcomes(await at('2026-11-30T13:09:00Z'))).toEqual(['launched'])
    await api.ended(runOf(await only()))
    const after = await at('2026-11-30T18:30:00Z')
    expect(after.times[0]).toMatchObject({
      outcome: 'missed',
      detail: expect.stringContaining('5 times were missed'),
    })
    expect(after.nextAt).toBe('2026-11-30T19:00:00.000Z')
  })

  test('does not come twice when the clock is set back', async () => {
    await add()
    await api.ended(runOf(await at('2026-12-01T00:00:01Z')))
    expect(outcomes(await at('2026-11-30T23:59:00Z'))).toEqual(['launched'])
    expect((await at('2026-12-01T00:00:02Z')).nextAt).toBe('2026-12-02T00:00:00.000Z')
    expect(await runs()).toHaveLength(1)
  })

  test('comes again when it did before a clock was years ahead for a moment', async () => {
    await add()
    expect((await at('2036-05-05T05:00:00Z')).nextAt).toBe('2036-05-06T00:00:00.000Z')
    expect((await at('2026-11-30T13:00:00Z')).nextAt).toBe('2026-12-01T00:00:00.000Z')
    await api.app.schedules.atRest()
    const launched = await at('2026-12-01T00:00:01Z')
    expect(launched.nextAt).toBe('2026-12-02T00:00:00.000Z')
    expect(launched.times.filter(({ outcome }) => outcome === 'missed')).toHaveLength(1)
  })

  test('that a crash has cut before or after its launch is made up for exactly once', async () => {
    const { id } = await add()
    const before = { scheduleId: id, dueAt: '2026-11-30T10:00:00.000Z' }
    const after = { scheduleId: id, dueAt: '2026-11-30T11:00:00.000Z' }
    const due = { outcome: 'due', detail: null, runId: null } as const
    await api.app.store.schedules.addTime({ ...before, ...due })
    await api.app.store.schedules.addTime({ ...after, ...due })
    const body = {
      ...paid,
      title: 'Nightly',
      approval: 'auto',
      limits: { usd: api.app.settings.runCapNanoUsd / 1e9 },
    }
    const cut = await launch(api.app, { ...body, approval: 'auto' }, keyOfTime(after), localActor)
    await api.ended(cut.id)
    const settled = await at('2026-11-30T12:00:01Z')
    expect(outcomes(settled)).toEqual(['launched', 'launched'])
    expect(settled.times[0]?.runId).toBe(cut.id)
    expect(await runs()).toHaveLength(2)
  })

  test('survives a restart, and is left to the next server by one that is about to stop', async () => {
    await add()
    const before = api.testApp.app
    await before.engine.shutDown(0)
    const stopping = await at('2026-12-01T00:00:05Z')
    expect(stopping.times).toMatchObject([{ outcome: 'due', detail: null }])
    await api.testApp.restart()
    const { store, schedules } = api.testApp.app
    await schedules.atRest()
    const [launched] = await store.schedules.timesOf(stopping.id, 5)
    expect(launched).toMatchObject({ outcome: 'launched' })
    expect((await api.ended(launched?.runId ?? '')).run.status).toBe('completed')
  })
})

describe('while the last run goes on', () => {
  const slow = script(`return await agent(${JSON.stringify(NEVER_ENDS)})`)

  test('a time is left out, and said to be', async () => {
    await add({ launch: slow, cron: '0 * * * *' })
    await at('2026-11-30T13:00:00Z')
    expect(outcomes(await at('2026-11-30T14:00:00Z'))).toEqual(['skipped-busy', 'launched'])
    await api.call('POST', `/api/runs/${runOf(await only())}/cancel`)
  })

  test('one time waits where that is wanted, and comes as soon as the run has ended', async () => {
    await add({ launch: slow, cron: '0 * * * *', whenBusy: 'wait' })
    const first = runOf(await at('2026-11-30T13:00:00Z'))
    await at('2026-11-30T14:00:00Z')
    expect(outcomes(await at('2026-11-30T15:00:00Z'))).toEqual(['skipped-busy', 'waiting', 'launched'])
    await api.call('POST', `/api/runs/${first}/cancel`)
    await api.ended(first)
    await api.app.schedules.atRest()
    const after = await only()
    expect(outcomes(after)).toEqual(['skipped-busy', 'launched', 'launched'])
    await api.call('POST', `/api/runs/${runOf(after)}/cancel`)
  })

  test('two who ask for a run at once get one, and the other is refused; so do two times that were left due', async () => {
    const { id } = await add({ launch: slow, monthlyUsd: 10 })
    const asked = () => api.call('POST', `/api/schedules/${id}/run`)
    const statuses = (await Promise.all([asked(), asked()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 409])
    const due = { scheduleId: id, outcome: 'due', detail: null, runId: null } as const
    for (const dueAt of ['2026-11-30T10:00:00.000Z', '2026-11-30T11:00:00.000Z'])
      await api.app.store.schedules.addTime({ ...due, dueAt })
    expect(outcomes(await at('2026-11-30T12:00:05Z')).filter((one) => one === 'launched')).toHaveLength(1)
    expect(await runs()).toHaveLength(1)
    await api.call('POST', `/api/runs/${runOf(await only())}/cancel`)
  })

  test('a time that waits is let go when the schedule is turned off', async () => {
    await add({ launch: slow, cron: '0 * * * *', whenBusy: 'wait' })
    const first = runOf(await at('2026-11-30T13:00:00Z'))
    const { id } = await at('2026-11-30T14:00:00Z')
    await patch(id, { isOn: false })
    await api.app.schedules.atRest()
    expect((await only()).times[0]).toMatchObject({
      outcome: 'skipped-busy',
      detail: 'It was turned off meanwhile.',
    })
    await api.call('POST', `/api/runs/${first}/cancel`)
    await api.ended(first)
    await api.app.schedules.atRest()
    expect(await runs()).toHaveLength(1)
  })

  test('a run asked for now is refused', async () => {
    const { id } = await add({ launch: slow })
    const asked = () => api.call('POST', `/api/schedules/${id}/run`)
    const launched = scheduleSchema.parse((await asked()).body)
    expect(outcomes(launched)).toEqual(['launched'])
    expect((await asked()).status).toBe(409)
    await api.call('POST', `/api/runs/${runOf(launched)}/cancel`)
  })
})

describe('money', () => {
  test('a run gets no more than is left of the month, none when nothing is left, and again in the next', async () => {
    await add({ launch: { ...paid, limits: { usd: 2 } }, cron: '0 * * * *' })
    const { run, totals } = await api.ended(runOf(await at('2026-11-30T13:00:00Z')))
    expect(run.limits.nanoUsd).toBe(2e9)
    const spent = totals.spentNanoUsd
    expect(spent).toBeGreaterThan(0)
    const { id } = await patch((await only()).id, { monthlyUsd: (spent + 1_500_000_000) / 1e9 })
    expect(await only()).toMatchObject({ monthSpentNanoUsd: spent })
    const second = await api.ended(runOf(await at('2026-11-30T14:00:00Z')))
    expect(second.run.limits.nanoUsd).toBe(1_500_000_000)
    await patch(id, { monthlyUsd: spent / 1e9 })
    expect((await at('2026-11-30T15:00:00Z')).times[0]).toMatchObject({
      outcome: 'skipped-ceiling',
      detail: expect.stringContaining('used up'),
    })
    await at('2026-11-30T23:59:30Z')
    const december = await at('2026-12-01T00:00:00Z')
    expect(december.times[0]).toMatchObject({ outcome: 'launched' })
    // With so little left it ends at its cap, in place of waiting for somebody.
    expect((await api.ended(runOf(december))).run).toMatchObject({
      status: 'stopped-at-limit',
      limits: { nanoUsd: spent },
    })
  })

  test('a time at which a quota of its owner is used up is skipped, and is no failure', async () => {
    await add({ launch: paid, cron: '0 * * * *', mostFailures: 1 })
    await api.ended(runOf(await at('2026-11-30T13:00:00Z')))
    const subject = { kind: 'person', id: localActor.id } as const
    const quota = { subject, period: 'day', unit: 'agents', amount: 1 }
    expect((await api.call('POST', '/api/quotas', quota)).status).toBe(201)
    const skipped = await at('2026-11-30T14:00:00Z')
    expect(skipped).toMatchObject({ isOn: true })
    expect(skipped.times[0]).toMatchObject({
      outcome: 'skipped-quota',
      detail: expect.stringMatching(/^Local's quota of 1 agent a day is used up\./),
    })
    const next = await at('2026-12-01T00:00:00Z')
    expect(outcomes(next)).toContain('launched')
    await api.ended(runOf(next))
  })
})

describe('a schedule whose runs fail', () => {
  test('turns itself off after as many in a row, and begins to count anew when it is turned on', async () => {
    await add({ launch: script("throw new Error('no')"), cron: '0 * * * *', mostFailures: 2 })
    await api.ended(runOf(await at('2026-11-30T13:00:00Z')))
    await api.ended(runOf(await at('2026-11-30T14:00:00Z')))
    const off = await at('2026-11-30T14:00:01Z')
    expect(off).toMatchObject({
      isOn: false,
      offReason: 'failures',
      offDetail: 'Its last 2 runs failed.',
      nextAt: null,
    })
    expect(await patch(off.id, { isOn: true })).toMatchObject({ isOn: true, offReason: null })
    expect(await at('2026-11-30T14:00:02Z')).toMatchObject({ isOn: true, nextAt: '2026-11-30T15:00:00.000Z' })
  })

  test('is found to fail however many times were left out between its runs', async () => {
    const made = await add({ launch: script("throw new Error('no')"), mostFailures: 2 })
    const skipped = { scheduleId: made.id, outcome: 'skipped-busy', detail: null, runId: null } as const
    const skip = async (hour: number) => {
      for (let at = 0; at < 250; at += 1)
        await api.app.store.schedules.addTime({
          ...skipped,
          dueAt: new Date(Date.parse('2026-11-30T00:00:00Z') + hour * 3_600_000 + at * 1000).toISOString(),
        })
    }
    await api.ended(
      runOf(scheduleSchema.parse((await api.call('POST', `/api/schedules/${made.id}/run`)).body)),
    )
    await skip(13)
    setClock('2026-11-30T14:00:00Z')
    await api.ended(
      runOf(scheduleSchema.parse((await api.call('POST', `/api/schedules/${made.id}/run`)).body)),
    )
    await skip(15)
    expect(await at('2026-11-30T20:00:00Z')).toMatchObject({ isOn: false, offReason: 'failures' })
  })

  test('holds up no other, also when its launch cannot be read any more', async () => {
    const [broken, whole] = [await add({ name: 'A', mostFailures: 1 }), await add({ name: 'B' })]
    const stored = await api.app.store.schedules.find(broken.id)
    if (stored === null) throw new Error('There is no schedule.')
    await api.app.store.schedules.change(stored, { ...stored, launch: { surprise: true } })
    setClock('2026-12-01T00:00:00Z')
    api.app.schedules.wake()
    await api.app.schedules.atRest()
    const [bad, good] = await list()
    expect(bad).toMatchObject({ launch: null, times: [{ outcome: 'refused' }] })
    expect(bad?.times[0]?.detail).toContain('cannot be read')
    expect(good).toMatchObject({ id: whole.id, times: [{ outcome: 'launched' }] })
    expect((await api.ended(good?.times[0]?.runId ?? '')).run.status).toBe('completed')
    expect(await patch(broken.id, { name: 'Still there' })).toMatchObject({ name: 'Still there' })
    expect((await api.call('DELETE', `/api/schedules/${broken.id}`)).status).toBe(204)
  })

  test('counts a launch that is refused as one, with why', async () => {
    const folder = api.testApp.workspace
    await add({ launch: { ...paid, workspace: folder }, cron: '0 * * * *', mostFailures: 1 })
    const schedule = await only()
    const [stored] = await api.app.store.schedules.listSchedules()
    if (stored === undefined) throw new Error('There is no schedule.')
    const moved = { ...stored, launch: { ...stored.launch, workspace: `${folder}/gone` } }
    expect(await api.app.store.schedules.change(stored, moved)).toBe(true)
    const off = await at('2026-11-30T13:00:00Z')
    expect(off).toMatchObject({ id: schedule.id, isOn: false, offReason: 'failures' })
    expect(off.times[0]).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('gone') })
    expect(off.offDetail).toContain('gone')
  })
})

describe('what is no schedule', () => {
  const refused = async (more: object) => {
    const body = { name: 'Bad', launch: paid, cron: '@daily', ...more }
    const answer = await api.call('POST', '/api/schedules', body)
    expect(answer.status, answer.text.slice(0, 300)).toBe(400)
    return answer.text
  }

  test.each([
    ['* * * * * *', '5 parts'],
    ['* * * * *', 'every 5 minutes'],
    ['*/2 9 * * *', 'every 5 minutes'],
    ['0 0 30 2 *', 'never comes'],
    ['61 * * * *', 'Invalid value'],
    ['nonsense', 'five fields'],
    ['', 'empty'],
    ['0 0 * * * '.repeat(100), '200'],
    ['@reboot', 'reboot'],
    ['0 0 * * *\u0000', 'five fields'],
  ])('the cadence %j is refused beside its field', async (cron, why) => {
    const text = await refused({ cron })
    expect(text).toContain(why)
    expect(text).toContain('"cron"')
  })

  test.each([
    [{ timeZone: 'Mars/Olympus' }, 'IANA'],
    [{ timeZone: '' }, 'empty'],
    [{ name: '' }, 'empty'],
    [{ name: 'x'.repeat(101) }, '100'],
    [{ monthlyUsd: -1 }, 'monthlyUsd'],
    [{ monthlyUsd: 1e300 }, 'monthlyUsd'],
    [{ mostFailures: 0 }, '1 or more'],
    [{ whenBusy: 'panic' }, 'whenBusy'],
    [{ launch: {} }, 'workflow'],
    [{ launch: { workflow: 'no-such-workflow' } }, 'no-such-workflow'],
    [{ launch: { script: 'const =' } }, 'script'],
    [{ launch: { ...paid, workspace: '/etc' } }, 'workspace'],
    [{ surprise: 1 }, 'surprise'],
  ])('%j is refused with why', async (more, why) => {
    const body = { name: 'Bad', launch: paid, cron: '@daily', ...more }
    const answer = await api.call('POST', '/api/schedules', body)
    expect([400, 403, 404], answer.text.slice(0, 300)).toContain(answer.status)
    expect(answer.text).toContain(why)
    expect(await list()).toEqual([])
  })

  test('a preview tells the next times over a change of the clocks', async () => {
    setClock('2027-03-27T12:00:00Z')
    const answer = await api.call('POST', '/api/schedules/preview', {
      cron: '0 9 * * *',
      timeZone: 'Europe/Berlin',
    })
    const { nextTimes }: z.output<typeof cadenceTimesSchema> = cadenceTimesSchema.parse(answer.body)
    expect(nextTimes.slice(0, 2)).toEqual(['2027-03-28T07:00:00.000Z', '2027-03-29T07:00:00.000Z'])
  })
})

test('two who change one schedule at once both have their way, and a deleted one keeps its runs', async () => {
  const { id } = await add()
  await Promise.all([
    patch(id, { name: 'Renamed' }),
    patch(id, { monthlyUsd: 5 }),
    patch(id, { cron: '0 9 * * *' }),
  ])
  expect(await only()).toMatchObject({ name: 'Renamed', monthlyNanoUsd: 5e9, cron: '0 9 * * *' })
  expect((await only()).nextAt).toBe('2026-12-01T09:00:00.000Z')
  await api.ended(runOf(await at('2026-12-01T09:00:00Z')))
  expect((await api.call('DELETE', `/api/schedules/${id}`)).status).toBe(204)
  expect((await api.call('DELETE', `/api/schedules/${id}`)).status).toBe(404)
  expect((await api.call('PATCH', `/api/schedules/${id}`, { isOn: false })).status).toBe(404)
  expect(await list()).toEqual([])
  expect(await runs()).toHaveLength(1)
})

test('what is launched is changed from the next time on, within what is allowed, and runs that have begun stay', async () => {
  const { id } = await add()
  const first = runOf(await at('2026-12-01T00:00:00Z'))
  await api.ended(first)
  const source = async (runId: string) => (await api.app.store.loadInput(runId))?.script
  const before = await source(first)
  const changed = await patch(id, { launch: { ...script('return 2'), limits: { usd: 2 }, title: 'Second' } })
  expect(changed).toMatchObject({ name: 'Nightly', launch: { title: 'Second' } })
  const second = runOf(await at('2026-12-02T00:00:00Z'))
  await api.ended(second)
  expect((await api.state(second)).run).toMatchObject({ title: 'Second', limits: { nanoUsd: 2e9 } })
  expect(await source(second)).toBe(workflow('return 2'))
  expect(await source(first)).toBe(before)
  for (const launch of [{ workflow: 'no-such-workflow' }, { ...paid, workspace: '/etc' }, { goal: '' }]) {
    const refused = await api.call('PATCH', `/api/schedules/${id}`, { launch })
    expect([400, 403, 404], refused.text).toContain(refused.status)
  }
  expect((await only()).launch).toMatchObject({ title: 'Second' })
  const acts = await api.call('GET', '/api/audit?operation=changeSchedule')
  expect(acts.text).toContain('"launch":["script","limits","title"],"launch.limits":{"usd":2')
  expect(acts.text).not.toContain('return 2')
})

test('of two who go on from the same version one is told, and what is left undone is nothing of the other', async () => {
  const { id, version } = await add()
  const ask = (body: object) => api.call('PATCH', `/api/schedules/${id}`, { ...body, basedOn: version })
  const answers = await Promise.all([
    ask({ launch: script('return 1') }),
    ask({ launch: script('return 2') }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const kept = answers.find(({ status }) => status === 200)
  const refused = answers.find(({ status }) => status === 409)
  expect(refused?.text).toContain('It was changed since it was loaded')
  expect((await only()).launch).toEqual(scheduleSchema.parse(kept?.body).launch)
  const now = await only()
  expect(now.version).not.toBe(version)
  const again = await patch(id, { name: 'Renamed', basedOn: now.version })
  expect(again.name).toBe('Renamed')
})

test('a time that passes, and being turned off, make no other version of a schedule', async () => {
  const { id, version } = await add()
  await api.ended(runOf(await at('2026-12-01T00:00:00Z')))
  await patch(id, { isOn: false })
  expect((await only()).version).toBe(version)
  expect((await api.call('PATCH', `/api/schedules/${id}`, { name: 'x', basedOn: version })).status).toBe(200)
})
