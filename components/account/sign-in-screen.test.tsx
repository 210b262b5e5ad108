import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { InvitationScreen } from './invitation-screen'
import { SignInScreen } from './sign-in-screen'

it('says that nobody signs in where nobody does', async () => {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'local', provider: null, you: null })
  renderPage(<SignInScreen />)
  expect(await screen.findByText('Nobody signs in here')).toBeTruthy()
})

it('sends e-mail and password, and says why somebody was not let in', async () => {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: 'Example Login', you: null })
  api.refuse(accountApi.signIn, { status: 401, title: 'Sign in first', detail: 'They do not fit together.' })
  const { user } = renderPage(<SignInScreen />)
  await user.type(await screen.findByLabelText('E-mail'), ' ann@example.org ')
  const button = screen.getByRole('button', { name: 'Sign in' })
  expect(button).toHaveProperty('disabled', true)
  await user.type(screen.getByLabelText('Password'), 'a long password')
  await user.click(button)
  expect((await screen.findByRole('alert')).textContent).toContain('They do not fit together.')
  expect(api.bodies(accountApi.signIn)).toEqual([{ email: 'ann@example.org', password: 'a long password' }])
  expect(screen.getByRole('button', { name: 'Continue with Example Login' })).toBeTruthy()
})

it('tells why a sign-in by the provider failed', async () => {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: 'Example Login', you: null })
  renderPage(<SignInScreen />, { search: 'error=state_mismatch' })
  expect((await screen.findByRole('alert')).textContent).toContain('began in another browser')
})

it('makes an account with the token after the #', async () => {
  const api = fakeApi()
  api.refuse(accountApi.acceptInvitation, { status: 401, title: 'Sign in first', detail: 'It was used.' })
  window.location.hash = '#the-token'
  const { user } = renderPage(<InvitationScreen />)
  await user.type(screen.getByLabelText('Your name'), 'Ann')
  await user.type(screen.getByLabelText('E-mail'), 'ann@example.org')
  await user.type(screen.getByLabelText('Password'), 'a long password')
  await user.click(screen.getByRole('button', { name: 'Make the account' }))
  expect((await screen.findByRole('alert')).textContent).toContain('It was used.')
  expect(api.bodies(accountApi.acceptInvitation)).toMatchObject([{ token: 'the-token', name: 'Ann' }])
  window.location.hash = ''
})
