import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ProjectSwitch } from '@/components/shell/project-switch'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { type Role, reaches } from '@/lib/core/base/role'
import { ProjectsScreen } from './projects-screen'
import { ProviderKeyPanel } from './provider-key-panel'

const ann = { kind: 'person', id: 'p1', name: 'Ann' } as const
const billing = { id: 'project-1', name: 'Billing', archivedAt: null }
const choices = [{ id: 'default', name: 'Default' }, billing]

function serverFor(role: Role) {
  const api = fakeApi()
  api.answer(accountApi.getAccess, {
    mode: 'team',
    provider: null,
    you: { actor: ann, role },
    project: { id: 'default', name: 'Default', role },
    projects: choices.map(({ id, name }) => ({ id, name })),
  })
  const inDefault = { id: 'default', name: 'Default', role, archivedAt: null }
  api.answer(projectApi.listProjects, { projects: [inDefault, { ...billing, role }] })
  const member = { personId: 'p2', name: 'Bob', email: 'bob@example.org', role: 'viewer' as const }
  const olga = { personId: 'p3', name: 'Olga', email: 'olga@example.org', role: 'owner' as const }
  const kim = { personId: 'p4', name: 'Kim', email: 'kim@example.org', role: 'viewer' as const }
  api.answerEach(projectApi.listProjectMembers, ({ path }) =>
    path.includes('/default/')
      ? { members: [olga, member], keptOut: [kim] }
      : { members: [member], keptOut: [] },
  )
  if (reaches(role, 'admin')) {
    api.answer(projectApi.makeProject, { ...billing, role })
    api.answer(projectApi.changeProject, { ...billing, role })
    api.answer(projectApi.setProjectMember, { members: [member], keptOut: [] })
    api.accept(projectApi.removeProjectMember)
  }
  return api
}

it('lets an owner make, rename and archive projects, and say who is in them', async () => {
  const api = serverFor('owner')
  const { user, settled } = renderPage(<ProjectsScreen />)
  await user.type(await screen.findByLabelText('Name'), 'Tax')
  await user.click(screen.getByRole('button', { name: 'Create project' }))
  expect(api.bodies(projectApi.makeProject)).toEqual([{ name: 'Tax' }])
  await user.click(await screen.findByRole('button', { name: 'Rename Billing' }))
  await user.type(screen.getByLabelText('New name'), ' and tax')
  const form = screen.getByRole('form', { name: 'Rename Billing' })
  await user.click(within(form).getByRole('button', { name: 'Rename' }))
  await user.click(screen.getByRole('button', { name: 'Archive Billing' }))
  expect(api.bodies(projectApi.changeProject)).toEqual([{ name: 'Billing and tax' }, { isArchived: true }])
  await settled()
  await user.selectOptions(await screen.findByLabelText('Role of Bob in Billing'), 'admin')
  await user.type(screen.getByLabelText('E-mail of an account'), 'cat@example.org')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  expect(api.bodies(projectApi.setProjectMember)).toEqual([
    { email: 'bob@example.org', role: 'admin' },
    { email: 'cat@example.org', role: 'launcher' },
  ])
  await user.click(screen.getByRole('button', { name: 'Take out' }))
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Take out' }))
  expect(api.asked(projectApi.removeProjectMember)).toHaveLength(1)
  expect(screen.queryByRole('button', { name: 'Archive Default' })).toBeNull()
})

it('keeps somebody out of Default after a question, lets somebody back in, and never an owner out', async () => {
  const api = serverFor('admin')
  const { user } = renderPage(<ProjectsScreen />)
  const panel = within(await screen.findByRole('region', { name: 'Members of Default' }))
  expect(await panel.findByRole('button', { name: 'Keep Olga out' })).toHaveProperty('disabled', true)
  await user.click(panel.getByRole('button', { name: 'Keep Bob out' }))
  expect(api.asked(projectApi.removeProjectMember)).toHaveLength(0)
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Keep out' }))
  await waitFor(() => expect(api.asked(projectApi.removeProjectMember)).toHaveLength(1))
  expect(api.asked(projectApi.removeProjectMember)[0]?.path).toContain('/default/members/p2')
  await user.click(panel.getByRole('button', { name: 'Let Kim back in' }))
  await waitFor(() =>
    expect(api.bodies(projectApi.setProjectMember)).toEqual([{ email: 'kim@example.org', role: 'viewer' }]),
  )
})

it('sets a provider key that is shown by its end alone, and forgets it after a question', async () => {
  const api = serverFor('admin')
  const at = '2026-11-30T09:00:00.000Z'
  api.answer(projectApi.getProviderKey, { isSet: true, hint: 'wXyZ', setAt: at, setBy: 'Ann' })
  api.answer(projectApi.setProviderKey, { isSet: true, hint: 'AbCd', setAt: at, setBy: 'Ann' })
  api.accept(projectApi.deleteProviderKey)
  const { user } = renderPage(<ProviderKeyPanel />)
  expect(await screen.findByText('wXyZ')).toBeTruthy()
  const field = await screen.findByLabelText('Another key')
  expect(field).toHaveProperty('type', 'password')
  await user.type(field, 'sk-ant-a-new-key-of-the-project-AbCd')
  await user.click(screen.getByRole('button', { name: 'Set' }))
  expect(api.bodies(projectApi.setProviderKey)).toEqual([{ key: 'sk-ant-a-new-key-of-the-project-AbCd' }])
  await user.click(screen.getByRole('button', { name: 'Forget' }))
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Forget' }))
  expect(api.asked(projectApi.deleteProviderKey)).toHaveLength(1)
})

it('shows no provider key to a launcher', async () => {
  const api = serverFor('launcher')
  const { settled } = renderPage(<ProviderKeyPanel />)
  await settled()
  expect(screen.queryByText('Provider key')).toBeNull()
  expect(api.asked(projectApi.getProviderKey)).toHaveLength(0)
})

it('lets a viewer look, and changes nothing', async () => {
  serverFor('viewer')
  renderPage(<ProjectsScreen />)
  expect(await screen.findByLabelText('Role of Bob in Billing')).toHaveProperty('disabled', true)
  for (const name of ['Create project', 'Archive Billing', 'Add'])
    expect(screen.queryByRole('button', { name })).toBeNull()
  expect(screen.getByRole('button', { name: 'Enter Billing' })).toBeTruthy()
})

it('offers to change the project only where there is more than one', async () => {
  serverFor('viewer')
  renderPage(<ProjectSwitch />)
  const offered = within(await screen.findByLabelText('Project')).getAllByRole('option')
  expect(offered.map((option) => option.textContent)).toEqual(['Default', 'Billing'])
})

it('shows nothing of projects where there is only one', async () => {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'local', provider: null, you: { actor: ann, role: 'owner' } })
  const { settled } = renderPage(<ProjectSwitch />)
  await settled()
  expect(api.asked(accountApi.getAccess)).toHaveLength(1)
  expect(screen.queryByLabelText('Project')).toBeNull()
})
