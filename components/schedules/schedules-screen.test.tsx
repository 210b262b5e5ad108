import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { someSettings } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { ScheduleShown } from '@/lib/api/automations/schedules'
import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { localActor } from '@/lib/core/base/actor'
import { ScheduleButton } from './schedule-button'
import { SchedulesScreen } from './schedules-screen'

const nightly: ScheduleShown = {
  id: 's1',
  project: 'default',
  version: 'v1',
  name: 'Nightly audit',
  launch: { workflow: 'code-audit', workspace: '/srv/shop' },
  cron: '30 2 * * *',
  timeZone: 'Europe/Berlin',
  whenBusy: 'skip',
  monthlyNanoUsd: 30e9,
  mostFailures: 3,
  isOn: true,
  offReason: null,
  offDetail: null,
  owner: localActor,
  createdAt: '2026-11-01T00:00:00.000Z',
  nextAt: '2026-12-01T01:30:00.000Z',
  nextTimes: ['2026-12-01T01:30:00.000Z', '2026-12-02T01:30:00.000Z'],
  monthSpentNanoUsd: 12.5e9,
  times: [
    {
      dueAt: '2026-11-30T01:30:00.000Z',
      outcome: 'launched',
      detail: null,
      runId: 'r1',
      runStatus: 'completed',
      spentNanoUsd: 1e9,
    },
    {
      dueAt: '2026-11-29T01:30:00.000Z',
      outcome: 'skipped-busy',
      detail: null,
      runId: null,
      runStatus: null,
      spentNanoUsd: null,
    },
  ],
}

it('says what is launched, when next by the clocks of its zone, what it spent, and what became of it', async () => {
  fakeApi().answer(scheduleApi.listSchedules, { schedules: [nightly] })
  renderPage(<SchedulesScreen />)
  const row = within(await screen.findByRole('list', { name: 'Schedules' }))
  expect(row.getByText('Every day at 02:30 · code-audit on shop')).toBeDefined()
  expect(row.getByText('Tue 1 Dec, 02:30')).toBeDefined()
  expect(row.getByText('$12.50 of $30 this month')).toBeDefined()
  expect(row.getByRole('link', { name: /Completed/ }).getAttribute('href')).toBe('/runs/r1')
  expect(row.getByText('Skipped: the run before it still went on')).toBeDefined()
})

it('turns one off and says why it is off, and asks before it is deleted', async () => {
  const api = fakeApi()
  const off = {
    ...nightly,
    isOn: false,
    offReason: 'failures',
    offDetail: 'Its last 3 runs failed.',
  } as const
  api.answer(scheduleApi.listSchedules, { schedules: [off] })
  api.answer(scheduleApi.changeSchedule, nightly)
  api.accept(scheduleApi.deleteSchedule)
  const { user } = renderPage(<SchedulesScreen />)
  expect(await screen.findByText('Off. Its last 3 runs failed.')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Turn on' }))
  await waitFor(() => expect(api.asked(scheduleApi.changeSchedule)).toMatchObject([{ body: { isOn: true } }]))
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  expect(api.asked(scheduleApi.deleteSchedule)).toHaveLength(0)
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete' }))
  await waitFor(() => expect(api.asked(scheduleApi.deleteSchedule)).toHaveLength(1))
})

it('tells of a change that somebody made meanwhile, keeps what was typed, and saves over it when asked again', async () => {
  const api = fakeApi()
  let version = 'v1'
  api.answerEach(scheduleApi.listSchedules, () => ({ schedules: [{ ...nightly, version }] }))
  api.answer(scheduleApi.previewCadence, { nextTimes: [] })
  api.answer(serverApi.getSettings, someSettings)
  api.refuse(scheduleApi.changeSchedule, { status: 409, detail: 'It was changed since it was loaded.' })
  const { user, settled } = renderPage(<SchedulesScreen />)
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  const form = within(screen.getByRole('form', { name: 'Schedule' }))
  await user.type(form.getByLabelText('Name'), ' twice')
  version = 'v2'
  await user.click(form.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText(/What you typed is still here/)).toBeDefined()
  await settled()
  expect(form.getByLabelText('Name')).toHaveProperty('value', 'Nightly audit twice')
  api.answer(scheduleApi.changeSchedule, nightly)
  await user.click(form.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(api.asked(scheduleApi.changeSchedule)).toHaveLength(2))
  expect(api.bodies(scheduleApi.changeSchedule)).toMatchObject([
    { name: 'Nightly audit twice', basedOn: 'v1' },
    { name: 'Nightly audit twice', basedOn: 'v2' },
  ])
})

it('leads to the launch form for what is launched', async () => {
  fakeApi().answer(scheduleApi.listSchedules, { schedules: [nightly] })
  renderPage(<SchedulesScreen />)
  const link = await screen.findByRole('link', { name: 'Edit what it launches' })
  expect(link.getAttribute('href')).toBe('/launch?schedule=s1')
})

it('says how to make the first one', async () => {
  fakeApi().answer(scheduleApi.listSchedules, { schedules: [] })
  renderPage(<SchedulesScreen />)
  expect(await screen.findByText('Nothing is scheduled')).toBeDefined()
})

it('keeps the launch that was filled in, with a ceiling, and shows a wrong cadence beside its field', async () => {
  const api = fakeApi()
  api.refuse(scheduleApi.previewCadence, {
    status: 400,
    detail: '"x" is no cron expression.',
    errors: [{ path: 'cron', message: '"x" is no cron expression.' }],
  })
  api.answer(scheduleApi.addSchedule, nightly)
  const launched: unknown[] = []
  const { user } = renderPage(
    <form onSubmit={(event) => launched.push(event.type)}>
      <ScheduleButton body={{ workflow: 'code-audit' }} name="code-audit" isDisabled={false} />
    </form>,
  )
  await user.click(screen.getByRole('button', { name: 'Schedule…' }))
  await user.selectOptions(screen.getByRole('combobox', { name: 'When' }), 'Other, as cron')
  await user.type(screen.getByRole('textbox', { name: 'Cron' }), 'x')
  expect(await screen.findByText('"x" is no cron expression.')).toBeDefined()
  await user.selectOptions(screen.getByRole('combobox', { name: 'When' }), 'Weekdays at 09:00')
  await user.type(screen.getByRole('textbox', { name: 'At most a month, $' }), '30')
  await user.click(screen.getByRole('button', { name: 'Schedule' }))
  await waitFor(() =>
    expect(api.asked(scheduleApi.addSchedule)).toMatchObject([
      {
        body: { name: 'code-audit', launch: { workflow: 'code-audit' }, cron: '0 9 * * 1-5', monthlyUsd: 30 },
      },
    ]),
  )
  expect(launched, 'launches of the form that it stands in').toEqual([])
})
