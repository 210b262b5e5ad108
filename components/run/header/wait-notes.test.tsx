import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { person } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
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

const atQuota = () => {
  const quota = { id: 'key:k1:month:tokens', unit: 'tokens', limit: 5_000 } as const
  const name = "the API key ci's quota of 5,000 tokens a month"
  const waiting = {
    type: 'agent.waiting',
    agentId: 'a1',
    reason: 'budget',
    until: null,
    cap: 'quota',
  } as const
  return told(['Read'], created('a1', 'Read'), { ...waiting, quota: { ...quota, name } })
}
const asRole = (role: Role) => {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: person('x'), role } })
  api.answer(quotaApi.getOwnQuotas, { quotas: [], admins: ['Adam'], isSimulator: false })
  api.answer(quotaApi.changeQuota, { quotas: [], subjects: [], isSimulator: false })
  return api
}

it('names the quota that agents wait for, and an admin raises that one', async () => {
  const api = asRole('admin')
  const { user } = await renderRun(<WaitNotes />, atQuota())
  expect(screen.getByText(/^1 waits for the API key ci's quota of 5,000 tokens a month/)).toBeDefined()
  await user.click(await screen.findByRole('button', { name: 'Raise the quota' }))
  await user.click(screen.getByRole('button', { name: 'Raise cap' }))
  await waitFor(() =>
    expect(api.asked(quotaApi.changeQuota)).toMatchObject([
      { path: '/api/quotas/key%3Ak1%3Amonth%3Atokens', body: { unit: 'tokens', amount: 10_000 } },
    ]),
  )
})

it('tells a launcher who can raise the quota', async () => {
  asRole('launcher')
  await renderRun(<WaitNotes />, atQuota())
  expect(await screen.findByText('Adam can raise it.')).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
})
