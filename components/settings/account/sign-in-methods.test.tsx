import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import type { Account } from '@/lib/api/people'
import { SignInMethods } from './sign-in-methods'

const signInMethods: Account['signInMethods'] = {
  hasPassword: true,
  provider: 'Example Login',
  isLinked: true,
  takesPasskeys: true,
  passkeys: [{ id: 'k1', name: 'My laptop', createdAt: '2026-11-30T09:00:00.000Z', isSynced: true }],
}
const account = (change: Partial<Account['signInMethods']> = {}): Account => ({
  person: { id: 'p1', name: 'Ann', email: 'ann@example.org', role: 'viewer' },
  sessions: [],
  signInMethods: { ...signInMethods, ...change },
})

it('removes a passkey after a question, and says why it was refused', async () => {
  const api = fakeApi()
  api.refuse(accountApi.removePasskey, { status: 409, detail: 'It is the only way in which you sign in.' })
  const { user } = renderPage(<SignInMethods account={account()} />)
  expect(screen.getByText(/on all devices of its account/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Remove My laptop' }))
  await user.click(await screen.findByRole('button', { name: 'Remove' }))
  expect((await screen.findByRole('alert')).textContent).toContain('only way in which you sign in')
})

it('says why a device gave no passkey, and nothing is sent', async () => {
  const api = fakeApi()
  api.answer(accountApi.beginPasskey, { question: { challenge: 'AAAA' } })
  api.accept(accountApi.addPasskey)
  const { user } = renderPage(<SignInMethods account={account({ passkeys: [] })} />)
  expect(screen.getByText('You have none yet.')).toBeTruthy()
  await user.type(screen.getByLabelText('Name of the device'), 'Phone')
  await user.click(screen.getByRole('button', { name: 'Add a passkey' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The device gave no passkey')
  expect(api.bodies(accountApi.addPasskey)).toEqual([])
})

it('offers none where browsers make none, and says what to do', () => {
  fakeApi()
  renderPage(<SignInMethods account={account({ takesPasskeys: false, provider: null })} />)
  expect(screen.queryByRole('button', { name: 'Add a passkey' })).toBeNull()
  expect(screen.getByText(/SKEIN_URL/)).toBeTruthy()
})

it('unlinks the account at the provider', async () => {
  const api = fakeApi()
  api.accept(accountApi.unlinkProvider)
  const { user } = renderPage(<SignInMethods account={account()} />)
  await user.click(screen.getByRole('button', { name: 'Unlink' }))
  expect(api.bodies(accountApi.unlinkProvider)).toHaveLength(1)
})
