import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aPlan, aWorkflow, someSettings } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { ScheduleShown } from '@/lib/api/automations/schedules'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { localActor } from '@/lib/core/base/actor'
import { LaunchScreen } from './launch-screen'

const nightly: ScheduleShown = {
  ...{ id: 's1', project: 'default', name: 'Nightly', version: 'v1', cron: '@daily', timeZone: 'UTC' },
  launch: { goal: 'Look around.', orchestrator: 'live', limits: { usd: 3, agents: 4 }, tags: ['night'] },
  ...{ whenBusy: 'skip' as const, monthlyNanoUsd: null, mostFailures: 3, monthSpentNanoUsd: 0 },
  ...{
    isOn: true,
    offReason: null,
    offDetail: null,
    owner: localActor,
    createdAt: '2026-11-01T00:00:00.000Z',
  },
  ...{ nextAt: null, nextTimes: [], times: [] },
}

function server() {
  const api = fakeApi()
  const now = { schedules: [nightly] }
  api.answerEach(scheduleApi.listSchedules, () => now)
  api.answer(workflowApi.listWorkflows, { workflows: [aWorkflow('code-audit')] })
  api.answer(workflowApi.getWorkflow, aWorkflow('code-audit'))
  api.answer(serverApi.listWorkspaces, { workspaces: [] })
  api.answer(serverApi.getSettings, someSettings)
  api.answer(runApi.estimateLaunch, aPlan())
  return { api, now }
}

const at = { search: 'schedule=s1' }
const save = () => screen.findByRole('button', { name: 'Save to Nightly' })

it('opens what a schedule launches, and saves what was changed in its place with the version that was opened', async () => {
  const { api } = server()
  api.answer(scheduleApi.changeSchedule, nightly)
  const { user, visited } = renderPage(<LaunchScreen />, at)
  const goal = await screen.findByRole('textbox', { name: /Goal/ })
  expect(goal).toHaveProperty('value', 'Look around.')
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('What Nightly launches')
  await user.type(goal, ' Twice.')
  await user.click(await save())
  await waitFor(() => expect(visited).toEqual(['/schedules']))
  expect(api.bodies(scheduleApi.changeSchedule)).toMatchObject([
    {
      basedOn: 'v1',
      launch: {
        ...{ goal: 'Look around. Twice.', orchestrator: 'live', tags: ['night'], onLimit: 'end' },
        limits: { usd: 3, agents: 4 },
      },
    },
  ])
  expect(api.asked(runApi.launchRun)).toHaveLength(0)
})

it('tells of a change that somebody made meanwhile, and loses nothing of what was typed', async () => {
  const { api, now } = server()
  api.refuse(scheduleApi.changeSchedule, { status: 409, detail: 'It was changed since it was loaded.' })
  const { user } = renderPage(<LaunchScreen />, at)
  const goal = await screen.findByRole('textbox', { name: /Goal/ })
  await user.type(goal, ' Mine.')
  now.schedules = [{ ...nightly, version: 'v2', launch: { goal: 'Theirs.' } }]
  await user.click(await save())
  const told = within(await screen.findByRole('alert'))
  expect(told.getByText('Nightly was changed since you opened it')).toBeDefined()
  expect(goal).toHaveProperty('value', 'Look around. Mine.')
  await user.click(told.getByRole('button', { name: 'Keep mine, to save over it' }))
  api.answer(scheduleApi.changeSchedule, nightly)
  await user.click(await save())
  await waitFor(() => expect(api.asked(scheduleApi.changeSchedule)).toHaveLength(2))
  expect(api.bodies(scheduleApi.changeSchedule)[1]).toMatchObject({
    basedOn: 'v2',
    launch: { goal: 'Look around. Mine.' },
  })
})

it('loads what it is now where that is wanted', async () => {
  const { api, now } = server()
  api.refuse(scheduleApi.changeSchedule, { status: 409, detail: 'It was changed since it was loaded.' })
  const { user } = renderPage(<LaunchScreen />, at)
  await user.type(await screen.findByRole('textbox', { name: /Goal/ }), ' Mine.')
  now.schedules = [{ ...nightly, version: 'v2', launch: { goal: 'Theirs.' } }]
  await user.click(await save())
  await user.click(await screen.findByRole('button', { name: 'Load what it is now' }))
  expect(await screen.findByRole('textbox', { name: /Goal/ })).toHaveProperty('value', 'Theirs.')
})

it('says that a schedule is gone', async () => {
  const { now } = server()
  now.schedules = []
  renderPage(<LaunchScreen />, at)
  expect(await screen.findByText('There is nothing to edit')).toBeDefined()
})
