import { screen, within } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import type { FolderLook } from '@/lib/api/settings'
import { emptyForm } from '@/lib/view/launch/launch-form'
import { WorkspaceFields } from './workspace-fields'

const look: FolderLook = {
  path: '/srv/app',
  repository: { branch: 'main', commit: '9fceb02d0ae598e95dc970b74767f19372d61af8', within: '' },
  files: { count: 1812, bytes: 4_100_000, isMore: false, languages: ['TypeScript', 'CSS'] },
  uncommitted: 12,
  isCut: false,
}
const listed = (path: string, usedAt: string | null) => ({
  ...{ path, name: path.slice(1), files: null, isRepository: true, usedAt },
})
const workspaces = [
  listed('/srv/app', '2026-11-30T09:00:00.000Z'),
  listed('/srv', null),
  listed('/srv/b', null),
]

function Fields() {
  const [workspace, setWorkspace] = useState('/srv')
  return (
    <WorkspaceFields
      form={{ ...emptyForm, workspace }}
      edit={(_, value) => setWorkspace(String(value))}
      workspaces={workspaces}
      errorOf={() => undefined}
    />
  )
}

it('offers the folders used last first, and tells what the chosen one holds', async () => {
  const api = fakeApi()
  api.answerEach(folderApi.lookAtFolder, ({ path }) =>
    path.endsWith('app') ? look : { ...look, uncommitted: 0, repository: null },
  )
  const { user } = renderPage(<Fields />)
  const facts = await screen.findByRole('status', { name: 'What is in the folder' })
  await within(facts).findByText('no git repository')

  await user.click(screen.getByText('Choose from 3 folders'))
  const recent = within(screen.getByRole('region', { name: 'Used last' })).getAllByRole('button')
  expect(recent.map((one) => one.textContent)).toEqual([
    expect.stringMatching(/^srv\/appgit · .*\/srv\/app$/),
  ])
  const others = within(screen.getByRole('region', { name: 'All others' })).getAllByRole('button')
  expect(others.map((one) => one.getAttribute('aria-pressed'))).toEqual(['true', 'false'])

  const [app] = recent
  app?.focus()
  await user.keyboard('{Enter}')
  expect(screen.getByLabelText('Workspace folder')).toHaveProperty('value', '/srv/app')
  await within(facts).findByText('12 uncommitted changes: they are included, nothing is touched.')
  expect(facts.textContent).toContain('1,812 files4.1 MBTypeScript, CSSgit: main at 9fceb02')
})

it('says why a folder cannot be looked at, and what is known of one that answers slowly', async () => {
  const api = fakeApi()
  api.refuse(folderApi.lookAtFolder, { status: 403, detail: '/srv is outside of what runs may open.' })
  const { user } = renderPage(<Fields />)
  await screen.findByText('/srv is outside of what runs may open.')
  api.answer(folderApi.lookAtFolder, { ...look, files: null, uncommitted: null, isCut: true })
  await user.type(screen.getByLabelText('Workspace folder'), '/b')
  await screen.findByText('The folder answers slowly: this is what is known of it so far.')
  expect(screen.getByText('git: main at 9fceb02')).toBeTruthy()
  expect(screen.getByText(/^Whether there are uncommitted changes is not known/)).toBeTruthy()
})
