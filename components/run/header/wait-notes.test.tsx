// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { person } from '@/lib/core/base/actor'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type HeldCap } from '@/lib/core/spec/run'
import { created, told } from '@/lib/view/testing'
import { WaitNotes } from './wait-notes'

const phases = { Read: { ...noPhaseLimits, nanoUsd: 2e9 } }
const waitingFor = (cap: HeldCap) =>
  told(
    ['Read'],
    {
      type: 'run.limits-changed',
      limits: { ...defaultLimits, nanoUsd: 5e9, phases },
      concurrency: null,
      actor: person('ann'),
    },
    created('a1', 'Read'),
    { type: 'agent.waiting', agentId: 'a1', reason: 'budget', until: null, cap },
  )

it('names the cap of a phase that agents wait for, and raises that one', async () => {
  const api = fakeApi()
  api.accept(runApi.changeRun)
  const { user } = await renderRun(<WaitNotes />, waitingFor('phase-usd-cap'))
  expect(screen.getByText(/^1 waits for the \$2 cap of “Read”/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Raise the cap of “Read”' }))
  await user.click(screen.getByRole('button', { name: 'Raise cap' }))
  await waitFor(() =>
    expect(api.bodies(runApi.changeRun)).toEqual([{ limits: { phases: { Read: { usd: 4 } } } }]),
  )
})

it('leads to the cap of the day where that one stands in the way', async () => {
  const api = fakeApi()
  api.accept(serverApi.changeSettings)
  const { user } = await renderRun(<WaitNotes />, waitingFor('day-cap'))
  expect(screen.getByText(/^1 waits for the daily cap of all runs/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Raise the daily cap' }))
  await user.type(screen.getByRole('textbox', { name: 'New daily cap in dollars' }), '30{Enter}')
  await waitFor(() => expect(api.bodies(serverApi.changeSettings)).toEqual([{ dayCapUsd: 30 }]))
})
