import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import type { Role } from '@/lib/core/base/role'
import { FoldersPanel } from './folders-panel'

const at = '2026-11-30T12:00:00.000Z'

function serverFor(role: Role) {
  const api = fakeApi()
  const actor = { kind: 'person', id: 'p1', name: 'Ann' } as const
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor, role } })
  api.answer(folderApi.listFolders, {
    folders: [
      { path: '/srv/given', from: 'environment', by: null, at: null },
      { path: '/srv/added', from: 'settings', by: 'Ann', at },
    ],
  })
  return api
}

it('adds a folder, and removes one that was added after a question; one of the environment stays', async () => {
  const api = serverFor('admin')
  api.answer(folderApi.addFolder, { folders: [] })
  api.accept(folderApi.removeFolder)
  const { user } = renderPage(<FoldersPanel />)
  const rows = await screen.findAllByRole('listitem')
  expect(rows.map((row) => row.textContent)).toEqual([
    '/srv/givenFrom the environment (SKEIN_WORKSPACE_ROOTS): change it there and restart',
    expect.stringContaining('/srv/addedAdded by Ann · 2026-11-30 12:00 UTC'),
  ])
  await user.type(
    await screen.findByLabelText('Folder, by its whole path on the server'),
    ' /srv/new {Enter}',
  )
  expect(api.bodies(folderApi.addFolder)).toEqual([{ path: '/srv/new' }])
  expect(screen.queryByRole('button', { name: 'Remove /srv/given' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Remove /srv/added' }))
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Remove' }))
  expect(api.asked(folderApi.removeFolder).map(({ path }) => path)).toEqual([
    '/api/folders?path=%2Fsrv%2Fadded',
  ])
})

it('says at the field why a folder is refused', async () => {
  const api = serverFor('owner')
  const detail = '/ is the whole machine. Give the folder in which your projects lie instead.'
  api.refuse(folderApi.addFolder, { status: 400, detail })
  const { user } = renderPage(<FoldersPanel />)
  const field = await screen.findByLabelText('Folder, by its whole path on the server')
  await user.type(field, '/{Enter}')
  await screen.findByText(detail)
  expect(field.getAttribute('aria-invalid')).toBe('true')
})

it('shows them to whoever is no admin, with nothing to press', async () => {
  serverFor('launcher')
  const { settled } = renderPage(<FoldersPanel />)
  await screen.findByText('/srv/added')
  await settled()
  expect(screen.queryAllByRole('button')).toEqual([])
})
