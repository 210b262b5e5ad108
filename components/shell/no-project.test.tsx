import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import type { Access } from '@/lib/api/first/access'
import { PageOfProject } from './no-project'

const nemo = { kind: 'person', id: 'p1', name: 'Nemo' } as const
const page = (path: string) => (
  <PageOfProject path={path}>
    <p>The page</p>
  </PageOfProject>
)

function serverSays(access: Partial<Access>) {
  const api = fakeApi()
  const you = { actor: nemo, role: 'viewer' as const }
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you, project: null, ...access })
}

it('says to somebody in no project who they are and what to do, in place of the page', async () => {
  serverSays({})
  renderPage(page('/runs'))
  expect(await screen.findByRole('heading', { name: 'You are in no project' })).toBeTruthy()
  expect(screen.getByText(/You have signed in as Nemo/)).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Your account' }).getAttribute('href')).toBe('/settings/account')
  expect(screen.queryByText('The page')).toBeNull()
})

it.each<[string, string, Partial<Access>]>([
  ['of their account', '/settings/account', {}],
  ['of the docs', '/docs/team', {}],
  ['in a project', '/runs', { project: { id: 'p', name: 'Elsewhere', role: 'viewer' } }],
  ['before a sign-in', '/runs', { you: null }],
  ['where nobody signs in', '/runs', { mode: 'local' }],
])('shows the page %s', async (_, path, access) => {
  serverSays(access)
  const { settled } = renderPage(page(path))
  await settled()
  expect(screen.getByText('The page')).toBeTruthy()
})
