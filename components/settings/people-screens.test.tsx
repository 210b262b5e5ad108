import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { accountApi, auditApi, keyApi, memberApi } from '@/lib/api/endpoints/people-endpoints'
import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import type { Role } from '@/lib/core/base/role'
import { AccountScreen } from './account-screen'
import { AuditScreen } from './audit-screen'
import { KeysScreen } from './keys-screen'
import { MembersScreen } from './members/members-screen'

const at = '2026-11-29T12:00:00.000Z'
const ann = { kind: 'person', id: 'p1', name: 'Ann' } as const

function serverFor(role: Role): FakeApi {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: ann, role } })
  api.answer(projectApi.listProjects, { projects: [] })
  return api
}

const aKey = {
  ...{ id: 'k1', name: 'nightly', project: 'default', hint: 'abcd', role: 'launcher' as const },
  ...{ launchOnly: true, owner: 'Ann', createdAt: at, expiresAt: null, lastUsedAt: null, revokedAt: null },
}

it('makes a key, shows it once, and revokes one after a question', async () => {
  const api = serverFor('launcher')
  api.answer(keyApi.listKeys, { keys: [aKey] })
  api.answer(keyApi.makeKey, { key: 'skein_the-whole-key', shown: aKey })
  api.accept(keyApi.revokeKey)
  const { user } = renderPage(<KeysScreen />)
  await user.type(await screen.findByLabelText('Name'), 'ci')
  await user.click(screen.getByRole('checkbox'))
  await user.click(screen.getByRole('button', { name: 'Make' }))
  expect(await screen.findByText('skein_the-whole-key')).toBeTruthy()
  expect(api.bodies(keyApi.makeKey)).toEqual([{ name: 'ci', role: 'launcher', days: 90, launchOnly: true }])
  const offered = within(screen.getByLabelText('Role')).getAllByRole('option')
  expect(offered.map((option) => option.textContent)).toEqual(['viewer', 'launcher'])
  await user.click(screen.getByRole('button', { name: 'Revoke' }))
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Revoke' }))
  expect(api.asked(keyApi.revokeKey)).toHaveLength(1)
})

it('lets an admin change members up to their own role, and no owner', async () => {
  const api = serverFor('admin')
  const members = [
    { id: 'p1', name: 'Ann', email: 'ann@example.org', role: 'owner' as const, createdAt: at },
    { id: 'p2', name: 'Bob', email: 'bob@example.org', role: 'viewer' as const, createdAt: at },
  ]
  api.answer(memberApi.listMembers, { members, invitations: [] })
  api.answer(memberApi.changeMember, { members, invitations: [] })
  api.answer(memberApi.invite, { id: 'i1', link: 'http://x/invitation#t', expiresAt: at })
  const { user, settled } = renderPage(<MembersScreen />)
  expect(await screen.findByLabelText('Role of Ann')).toHaveProperty('disabled', true)
  await settled()
  await user.selectOptions(screen.getByLabelText('Role of Bob'), 'launcher')
  expect(api.bodies(memberApi.changeMember)).toEqual([{ role: 'launcher' }])
  expect(within(screen.getByLabelText('Role of Bob')).queryByText('owner')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Invite' }))
  expect(await screen.findByText('http://x/invitation#t')).toBeTruthy()
})

it('invites somebody into projects that one administers, and into Default only where that is left on', async () => {
  const api = serverFor('admin')
  const billing = { projectId: 'project-1', name: 'Billing', role: 'viewer' as const, isArchived: true }
  const invitation = {
    ...{ id: 'i1', role: 'viewer' as const, inDefault: false, projects: [billing] },
    ...{ email: null, invitedBy: 'Olga', createdAt: at, expiresAt: at },
  }
  api.answer(memberApi.listMembers, { members: [], invitations: [invitation] })
  api.answer(memberApi.invite, { id: 'i2', link: 'http://x/invitation#t', expiresAt: at })
  const project = { archivedAt: null, role: 'admin' as const }
  api.answer(projectApi.listProjects, {
    projects: [
      { ...project, id: 'default', name: 'Default' },
      { ...project, id: 'project-1', name: 'Billing' },
      { ...project, id: 'project-2', name: 'Tax', role: 'launcher' },
      { ...project, id: 'project-3', name: 'Old', archivedAt: at },
    ],
  })
  const { user } = renderPage(<MembersScreen />)
  expect((await screen.findByText(/Billing as viewer/)).textContent).toContain('the link does not work')
  expect(screen.getByText(/kept out of Default/)).toBeTruthy()
  await user.click(await screen.findByLabelText('Billing'))
  expect(screen.queryByLabelText('Tax')).toBeNull()
  expect(screen.queryByLabelText('Old')).toBeNull()
  const offered = within(screen.getByLabelText('Role in Billing')).getAllByRole('option')
  expect(offered.map((option) => option.textContent)).toEqual(['viewer', 'launcher', 'admin'])
  await user.selectOptions(screen.getByLabelText('Role in Billing'), 'viewer')
  await user.click(screen.getByLabelText(/^Default, as/))
  await user.click(screen.getByRole('button', { name: 'Invite' }))
  expect(await screen.findByText('http://x/invitation#t')).toBeTruthy()
  await user.click(screen.getByLabelText('Billing'))
  expect(screen.getByRole('button', { name: 'Invite' })).toHaveProperty('disabled', true)
  await user.click(screen.getByLabelText(/^Default, as/))
  await user.click(screen.getByRole('button', { name: 'Invite' }))
  expect(api.bodies(memberApi.invite)).toEqual([
    { role: 'launcher', inDefault: false, projects: [{ projectId: 'project-1', role: 'viewer' }] },
    { role: 'launcher' },
  ])
})

it('shows a refusal in place of what somebody may not see', async () => {
  const api = serverFor('viewer')
  api.refuse(memberApi.listMembers, { status: 403, title: 'Not allowed', detail: 'Your role is viewer.' })
  renderPage(<MembersScreen />)
  expect((await screen.findByRole('alert')).textContent).toContain('Your role is viewer.')
})

it('ends another session, and not this one', async () => {
  const api = serverFor('viewer')
  const session = { createdAt: at, expiresAt: at, address: '192.0.2.1' }
  api.answer(accountApi.getAccount, {
    signInMethods: { hasPassword: true, provider: null, isLinked: false, takesPasskeys: true, passkeys: [] },
    person: { id: 'p1', name: 'Ann', email: 'ann@example.org', role: 'viewer' },
    sessions: [
      { ...session, id: 's1', isThis: true, browser: 'This browser' },
      { ...session, id: 's2', isThis: false, browser: 'The other browser' },
    ],
  })
  api.accept(accountApi.endSession)
  const { user } = renderPage(<AccountScreen />)
  await user.click(await screen.findByRole('button', { name: 'End' }))
  expect(api.asked(accountApi.endSession)).toMatchObject([{ path: '/api/account/sessions/s2' }])
})

it('shows who changed what, and which line is broken', async () => {
  const api = serverFor('admin')
  const entry = {
    ...{ seq: 7, at, actor: ann, operation: 'changeSettings', method: 'PUT', path: '/api/settings' },
    ...{ client: '192.0.2.1', details: { runCapUsd: 7 }, previous: 'a', digest: 'b' },
  }
  api.answer(auditApi.searchAudit, { entries: [entry], next: null })
  api.answer(auditApi.verifyAudit, { entries: 6, head: 'a', broken: { seq: 7, why: 'it was changed' } })
  const { user } = renderPage(<AuditScreen />)
  const row = (await screen.findByText('changeSettings')).closest('tr')
  expect(row?.textContent).toContain('{"runCapUsd":7}')
  await user.click(screen.getByRole('button', { name: 'Check that it is whole' }))
  expect((await screen.findByRole('status')).textContent).toBe('Line 7: it was changed.')
})
