import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { QuotaShown } from '@/lib/api/budgets'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { OwnQuotas } from './own-quotas'
import { QuotasScreen } from './quotas-screen'

const ofAna: QuotaShown = {
  ...{ id: 'person:p1:day:usd', subject: { kind: 'person', id: 'p1', name: 'Ana' }, period: 'day' },
  ...{ now: '2026-11-30', unit: 'usd', limit: 20e9, used: 16.9e9, reserved: 1e9 },
}
const subjects = [
  { kind: 'project' as const, id: 'default', name: 'Default' },
  { kind: 'person' as const, id: 'p1', name: 'Ana' },
  { kind: 'key' as const, id: 'k1', name: 'nightly' },
]

function server(...quotas: QuotaShown[]): FakeApi {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: null })
  api.answer(quotaApi.listQuotas, { quotas, subjects, isSimulator: false })
  api.answer(quotaApi.addQuota, { quotas, subjects, isSimulator: false })
  api.answer(quotaApi.changeQuota, { quotas, subjects, isSimulator: false })
  api.accept(quotaApi.deleteQuota)
  return api
}

it('lists each quota with what is used of it, in words and as a bar', async () => {
  server(ofAna, {
    ...ofAna,
    id: 'key:k1:month:agents',
    subject: { kind: 'key', id: 'k1', name: 'nightly' },
    ...{ unit: 'agents', period: 'month', now: '2026-11', limit: 1000, used: 250, reserved: 0 },
  })
  renderPage(<QuotasScreen />)
  expect(await screen.findByText('Ana')).toBeTruthy()
  expect(screen.getByRole('img', { name: 'Ana: $16.90 of $20 used' })).toBeTruthy()
  expect(screen.getByText('2026-11-30 (UTC), $1.00 reserved for turns in flight')).toBeTruthy()
  expect(screen.getByRole('img', { name: 'nightly: 250 agents of 1,000 agents used' })).toBeTruthy()
  expect(screen.getByText('of 1,000 agents a month, 25%')).toBeTruthy()
})

it('sets one for a key, and takes no amount that is none', async () => {
  const api = server()
  const { user } = renderPage(<QuotasScreen />)
  const form = within(await screen.findByRole('form', { name: 'Set a quota' }))
  expect(screen.getByText('No quotas yet.')).toBeTruthy()
  await user.selectOptions(form.getByLabelText('For'), 'API key: nightly')
  await user.selectOptions(form.getByLabelText('Of'), 'tokens')
  await user.selectOptions(form.getByLabelText('A'), 'month')
  for (const rubbish of ['-5', '1e300', 'NaN', '0']) {
    await user.clear(form.getByLabelText('At most'))
    await user.type(form.getByLabelText('At most'), rubbish)
    expect(form.getByText('A number, more than 0.')).toBeTruthy()
    expect(form.getByRole('button', { name: 'Set' })).toHaveProperty('disabled', true)
  }
  await user.clear(form.getByLabelText('At most'))
  await user.type(form.getByLabelText('At most'), '5,000,000{Enter}')
  expect(api.bodies(quotaApi.addQuota)).toEqual([
    { subject: { kind: 'key', id: 'k1' }, period: 'month', unit: 'tokens', amount: 5_000_000 },
  ])
})

it('changes one from what was seen, and says that somebody else was there before', async () => {
  const api = server(ofAna)
  const detail = 'Somebody else set it to $30 meanwhile. Look again, then change it.'
  api.refuse(quotaApi.changeQuota, { status: 409, detail })
  const { user } = renderPage(<QuotasScreen />)
  await user.click(await screen.findByRole('button', { name: 'Change the quota of Ana, dollars a day' }))
  const field = screen.getByLabelText('In dollars')
  expect(field).toHaveProperty('value', '20')
  await user.clear(field)
  await user.type(field, '25.5{Enter}')
  expect(api.bodies(quotaApi.changeQuota)).toEqual([{ unit: 'usd', amount: 25.5, was: 20 }])
  expect(await screen.findByText(detail)).toBeTruthy()
  expect(api.asked(quotaApi.listQuotas).length).toBeGreaterThan(1)
})

it('deletes one only after a question', async () => {
  const api = server(ofAna)
  const { user } = renderPage(<QuotasScreen />)
  await user.click(await screen.findByRole('button', { name: 'Delete the quota of Ana, dollars a day' }))
  expect(api.asked(quotaApi.deleteQuota)).toHaveLength(0)
  const question = within(await screen.findByRole('alertdialog'))
  expect(question.getByText('Delete the quota of $20 a day?')).toBeTruthy()
  await user.click(question.getByRole('button', { name: 'Delete' }))
  expect(api.asked(quotaApi.deleteQuota)).toMatchObject([{ path: '/api/quotas/person%3Ap1%3Aday%3Ausd' }])
})

it('says on the simulator that nothing is counted, and shows a refusal in place of the list', async () => {
  const api = server()
  api.answer(quotaApi.listQuotas, { quotas: [], subjects, isSimulator: true })
  const first = renderPage(<QuotasScreen />)
  expect(await screen.findByText(/counts against no quota/)).toBeTruthy()
  first.unmount()
  api.refuse(quotaApi.listQuotas, { status: 403, title: 'Not allowed', detail: 'Your role is launcher.' })
  renderPage(<QuotasScreen />)
  expect((await screen.findByRole('alert')).textContent).toContain('Your role is launcher.')
  expect(screen.queryByRole('form', { name: 'Set a quota' })).toBeNull()
})

it('a person sees their own and who can raise them', async () => {
  const api = fakeApi()
  api.answer(quotaApi.getOwnQuotas, { quotas: [ofAna], admins: ['Adam', 'Olga'], isSimulator: false })
  renderPage(<OwnQuotas />)
  expect(await screen.findByText(/Adam and Olga can raise it/)).toBeTruthy()
  expect(screen.getByRole('img', { name: 'Ana: $16.90 of $20 used' })).toBeTruthy()
})
