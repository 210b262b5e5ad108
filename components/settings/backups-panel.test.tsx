import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { BackupsShown } from '@/lib/api/backups'
import { backupApi } from '@/lib/api/endpoints/backup-endpoints'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { localActor } from '@/lib/core/base/actor'
import { BackupsPanel } from './backups-panel'

const none: BackupsShown = {
  schedule: null,
  folder: '/srv/skein/backups',
  nextAt: null,
  isUnderWay: false,
  last: null,
  goodAt: null,
  files: [],
}

function start(shown: BackupsShown) {
  const api = fakeApi()
  api.answer(accountApi.getAccess, {
    mode: 'local',
    provider: null,
    you: { actor: localActor, role: 'owner' },
  })
  api.answer(backupApi.getBackups, shown)
  return api
}

it('says that there is none, and schedules them', async () => {
  const api = start(none)
  api.answer(backupApi.setBackups, none)
  const { user } = renderPage(<BackupsPanel />)
  expect(await screen.findByText('No backup was made yet.')).toBeDefined()
  await user.clear(screen.getByRole('textbox', { name: 'Backups that are kept' }))
  expect(screen.getByText('Enter 1 to 1,000.')).toBeDefined()
  await user.type(screen.getByRole('textbox', { name: 'Backups that are kept' }), '3')
  await user.click(screen.getByRole('button', { name: 'Schedule backups' }))
  await waitFor(() =>
    expect(api.bodies(backupApi.setBackups)).toMatchObject([{ schedule: { cron: '30 2 * * *', keep: 3 } }]),
  )
})

it('says why the last one failed, when the last good one was made, and which are there', async () => {
  start({
    ...none,
    schedule: { cron: '@daily', timeZone: 'UTC', keep: 7 },
    last: { at: '2026-11-30T03:00:00.000Z', trouble: 'The disk is full. Make room, or keep fewer backups.' },
    goodAt: '2026-11-29T03:00:00.000Z',
    nextAt: '2026-12-01T03:00:00.000Z',
    files: [{ name: 'skein-2026-11-29T03-00-00Z.tar', bytes: 2_500_000, madeAt: '2026-11-29T03:00:00.000Z' }],
  })
  renderPage(<BackupsPanel />)
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.')
  expect(screen.getByText('2026-11-29 03:00 UTC')).toBeDefined()
  expect(screen.getByText('2.5 MB')).toBeDefined()
})
