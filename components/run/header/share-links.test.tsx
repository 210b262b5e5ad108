import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { shareApi } from '@/lib/api/endpoints/people-endpoints'
import { ShareLinks } from './share-links'

const at = '2026-12-06T12:00:00.000Z'

it('makes a link, shows it once, and takes one back', async () => {
  const api = fakeApi()
  api.answer(shareApi.listShares, { shares: [{ id: 's1', by: 'Ann', createdAt: at, expiresAt: at }] })
  api.answer(shareApi.shareRun, { id: 's2', path: '/shared#the-token', expiresAt: at })
  api.accept(shareApi.withdrawShare)
  const { user } = renderPage(<ShareLinks runId="r1" />)
  await screen.findByText('until 2026-12-06')
  await user.selectOptions(screen.getByLabelText('Good for'), '30')
  await user.click(screen.getByRole('button', { name: 'Make a link' }))
  expect(await screen.findByText(/\/shared#the-token$/)).toBeTruthy()
  expect(api.bodies(shareApi.shareRun)).toEqual([{ days: 30 }])
  await user.click(screen.getByRole('button', { name: 'Take back' }))
  expect(api.asked(shareApi.withdrawShare)).toMatchObject([{ path: '/api/runs/r1/shares/s1' }])
})

it('says why somebody may not share', async () => {
  const api = fakeApi()
  api.refuse(shareApi.listShares, { status: 403, title: 'Not allowed', detail: 'Your role is viewer.' })
  renderPage(<ShareLinks runId="r1" />)
  expect((await screen.findByRole('alert')).textContent).toContain('Your role is viewer.')
})
