import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { retentionApi } from '@/lib/api/endpoints/retention-endpoints'
import { localActor } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
import { RetentionPanel } from './retention-panel'

function apiFor(role: Role) {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: localActor, role } })
  return api
}

it('says what would be deleted before it is set, and asks', async () => {
  const api = apiFor('admin')
  api.answer(retentionApi.getRetention, { rules: [], deliveryDays: null, swept: null })
  api.answer(retentionApi.previewRetention, {
    runs: 312,
    bytes: 1_200_000_000,
    isEstimated: false,
    kept: { tag: 4, shared: 0, origin: 0 },
    deliveries: 0,
  })
  api.answer(retentionApi.setRetention, { rules: [], deliveryDays: null, swept: null })
  const { user } = renderPage(<RetentionPanel />)
  expect(await screen.findByText('Everything is kept for good.')).toBeDefined()
  const set = screen.getByRole('button', { name: 'Save…' })
  expect(set.hasAttribute('disabled')).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Add rule' }))
  const days = screen.getByRole('textbox', { name: 'days after their end' })
  await user.clear(days)
  await user.type(days, '0')
  expect(screen.getByText('Enter 1 or more, or nothing.')).toBeDefined()
  await user.clear(days)
  await user.type(days, '30')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Line 1: which runs' }), 'Dry runs')
  expect(await screen.findByText(/Would delete now: 312 runs, 1.2 GB/)).toBeDefined()
  await user.click(set)
  expect(api.asked(retentionApi.setRetention)).toHaveLength(0)
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save' }))
  const rules = [{ project: null, kind: 'dry-run', days: 30 }]
  await waitFor(() => expect(api.bodies(retentionApi.setRetention)).toEqual([{ rules, deliveryDays: null }]))
})

it('is for admins alone', async () => {
  const api = apiFor('launcher')
  renderPage(<RetentionPanel />)
  await waitFor(() => expect(api.asked(accountApi.getAccess)).toHaveLength(1))
  expect(screen.queryByRole('heading')).toBeNull()
})
