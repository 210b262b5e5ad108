import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { person } from '@/lib/core/base/actor'
import { defaultLimits, type PauseReason } from '@/lib/core/spec/run'
import { raisableLimit } from '@/lib/view/questions/raise-limit'
import { told } from '@/lib/view/testing'
import { RaiseLimit } from './raise-limit'

function dialogFor(reason: PauseReason) {
  const { run } = told([], {
    type: 'run.limits-changed',
    limits: { ...defaultLimits, nanoUsd: 5e9 },
    concurrency: null,
    actor: person('ann'),
  })
  const limit = raisableLimit(run, reason)
  if (limit === null) throw new Error(`${reason} cannot be raised`)
  return renderPage(<RaiseLimit run={run} limit={limit} />)
}

async function openedDollarCap() {
  const { user } = dialogFor('usd-cap')
  await user.click(screen.getByRole('button', { name: 'Raise the dollar cap' }))
  return { user, field: screen.getByRole('textbox', { name: 'New cap in dollars (simulated)' }) }
}

it('offers twice the cap, and sends what is typed instead', async () => {
  const api = fakeApi()
  api.accept(runApi.changeRun)
  const { user, field } = await openedDollarCap()
  expect(field).toHaveProperty('value', '10')
  await user.clear(field)
  await user.type(field, '7.5{Enter}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(api.bodies(runApi.changeRun)).toEqual([{ limits: { usd: 7.5 } }])
})

it('sends nothing that is not more than the cap, and says so', async () => {
  const api = fakeApi()
  api.accept(runApi.changeRun)
  const { user, field } = await openedDollarCap()
  await user.clear(field)
  await user.type(field, '5{Enter}')
  expect(screen.getByText('Enter more than 5.')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Raise cap' })).toHaveProperty('disabled', true)
  expect(api.bodies(runApi.changeRun)).toEqual([])
})

it('raises a cap of the day for the installation, and stays open with what was refused', async () => {
  const api = fakeApi()
  api.refuse(serverApi.changeSettings, { status: 400, detail: 'A cap is a million dollars at most.' })
  const { user } = dialogFor('day-cap')
  await user.click(screen.getByRole('button', { name: 'Raise the daily cap' }))
  await user.type(screen.getByRole('textbox', { name: 'New daily cap in dollars' }), '2000000{Enter}')
  expect(await screen.findByText('A cap is a million dollars at most.')).toBeDefined()
  expect(await screen.findByRole('dialog')).toBeDefined()
  expect(api.bodies(serverApi.changeSettings)).toEqual([{ dayCapUsd: 2_000_000 }])
})
