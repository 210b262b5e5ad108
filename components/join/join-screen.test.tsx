import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { someSettings } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { JoinScreen } from './join-screen'

it('asks for the token where settings are told to members alone', async () => {
  fakeApi().refuse(serverApi.getSettings, { status: 401, title: 'Join the team first' })
  const { settled } = renderPage(<JoinScreen />)
  await settled()
  expect(screen.getByRole('heading', { name: 'Join the team' })).toBeDefined()
  expect(screen.getByLabelText('Team token')).toBeDefined()
})

it.each([
  ['local', 'There is no team to join'],
  ['ann', 'You have joined'],
])('asks %s for nothing', async (you, heading) => {
  fakeApi().answer(serverApi.getSettings, { ...someSettings, you })
  renderPage(<JoinScreen />)
  expect(await screen.findByRole('heading', { name: heading })).toBeDefined()
  expect(screen.queryByLabelText('Team token')).toBeNull()
})
