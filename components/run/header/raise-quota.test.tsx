import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { person } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
import { told } from '@/lib/view/testing'
import { PauseBanner } from './pause-banner'

const why = "Ana's quota of $20 a day is used up."

async function bannerFor(role: Role) {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: person('x'), role } })
  api.answer(quotaApi.getOwnQuotas, { quotas: [], admins: ['Adam', 'Olga'], isSimulator: false })
  api.answer(quotaApi.changeQuota, { quotas: [], subjects: [], isSimulator: false })
  api.accept(runApi.resumeRun)
  const quota = { id: 'person:p1:day:usd', unit: 'usd' as const, limit: 20e9 }
  const pause = { type: 'run.paused', reason: 'quota', detail: why, phase: null, resumesAt: null } as const
  const state = told([], { type: 'run.started' }, { ...pause, quota, actor: null })
  return { api, ...(await renderRun(<PauseBanner />, state)) }
}

it('an admin raises the quota from the banner, and the run goes on', async () => {
  const { api, user } = await bannerFor('admin')
  await user.click(await screen.findByRole('button', { name: 'Raise the quota' }))
  expect(screen.getByRole('textbox', { name: 'New quota in dollars' })).toHaveProperty('value', '40')
  await user.click(screen.getByRole('button', { name: 'Raise and resume' }))
  await waitFor(() => expect(api.asked(runApi.resumeRun)).toHaveLength(1))
  expect(api.asked(quotaApi.changeQuota)).toMatchObject([
    { path: '/api/quotas/person%3Ap1%3Aday%3Ausd', body: { unit: 'usd', amount: 40 } },
  ])
})

it.each(['launcher', 'viewer'] as const)(
  'a %s sees why and who can raise it, and no button',
  async (role) => {
    await bannerFor(role)
    expect(await screen.findByText('Adam and Olga can raise it.')).toBeTruthy()
    expect(screen.getByText(/quota of .*\$20 a day is used up/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Raise the quota' })).toBeNull()
  },
)
