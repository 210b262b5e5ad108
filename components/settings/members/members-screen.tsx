'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { cx } from '@/components/ui/class-names'
import type { Members } from '@/lib/api/people'
import { notify } from '@/lib/client/http/notices'
import { useAccess } from '@/lib/client/queries/first/access'
import {
  useChangeRole,
  useMembers,
  usePasswordLink,
  useRemoveMember,
  useSignOutMember,
  useWithdrawInvitation,
} from '@/lib/client/queries/people-queries'
import { defaultProjectName } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import { RoleSelect } from '../role-select'
import { Failed, Moment, SettingsPage, SettingsPanel, Waiting } from '../settings-page'
import { ShownOnce } from '../shown-once'
import { InviteForm } from './invite-form'

/** Who is in the team, with which role, and who was invited. */
export function MembersScreen() {
  const { data, error } = useMembers()
  const own = useAccess().data?.you?.role ?? 'viewer'
  return (
    <SettingsPage>
      <SettingsPanel
        title="Members"
        about="Viewers look, launchers run and steer, admins change settings, folders, MCP servers and members. Owners make owners. A role holds from the next request on."
      >
        <Waiting data={data} error={error} />
        {data !== undefined && <MemberList members={data.members} own={own} />}
      </SettingsPanel>
      {data !== undefined && (
        <SettingsPanel title="Invitations" about="Each link works once, for whoever has it.">
          <InvitationList invitations={data.invitations} />
          <InviteForm own={own} />
        </SettingsPanel>
      )}
    </SettingsPage>
  )
}

function MemberList({ members, own }: { members: Members['members']; own: Role }) {
  const change = useChangeRole()
  const remove = useRemoveMember()
  const signOut = useSignOutMember()
  const link = usePasswordLink()
  const [linkFor, setLinkFor] = useState('')
  return (
    <>
      <ul className="flex flex-col divide-y text-sm">
        {members.map(({ id, name, email, role }) => (
          <li key={id} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1 break-words">
              <span className="font-medium">{name}</span> <span className="text-ink-3">{email}</span>
            </span>
            <span className="w-32">
              <RoleSelect
                label={`Role of ${name}`}
                value={role}
                most={own}
                disabled={!reaches(own, role) || change.isPending}
                onChange={(next) => change.mutate({ personId: id, role: next })}
              />
            </span>
            <Button
              disabled={!reaches(own, role) || signOut.isPending}
              onClick={() => signOut.mutate(id, { onSuccess: () => notify(`${name} is signed out.`) })}
            >
              Sign out
            </Button>
            <Button
              disabled={!reaches(own, role) || link.isPending}
              onClick={() => link.mutate(id, { onSuccess: () => setLinkFor(name) })}
            >
              New password
            </Button>
            <Confirm
              title={`Remove ${name}?`}
              verb="Remove"
              onConfirm={() => remove.mutate(id)}
              trigger={
                <Button variant="danger" disabled={!reaches(own, role)}>
                  Remove
                </Button>
              }
            >
              The account goes with its sessions and API keys, at once. Runs and the audit log keep the name.
            </Confirm>
          </li>
        ))}
      </ul>
      {link.data !== undefined && (
        <ShownOnce
          label={`Send this link to ${linkFor}: whoever opens it sets the password, once, within a day.`}
          text={link.data.link}
        />
      )}
      <Failed error={change.error ?? remove.error ?? signOut.error ?? link.error} />
    </>
  )
}

function InvitationList({ invitations }: { invitations: Members['invitations'] }) {
  const withdraw = useWithdrawInvitation()
  if (invitations.length === 0) return <p className="text-sm text-ink-2">No open invitations.</p>
  return (
    <>
      <ul className="flex flex-col divide-y text-sm">
        {invitations.map(({ id, role, inDefault, projects, email, invitedBy, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1 break-words">
              {email ?? 'Anybody with the link'} as {role}
              {!inDefault && `, kept out of ${defaultProjectName}`}
              {projects.map((one) => (
                <span key={one.projectId} className={cx('block', one.isArchived && 'text-failed')}>
                  {one.name} as {one.role}
                  {one.isArchived && ', archived: the link does not work'}
                </span>
              ))}
              <span className="block text-xs text-ink-3">
                by {invitedBy} · until <Moment at={expiresAt} />
              </span>
            </span>
            <Button disabled={withdraw.isPending} onClick={() => withdraw.mutate(id)}>
              Take back
            </Button>
          </li>
        ))}
      </ul>
      <Failed error={withdraw.error} />
    </>
  )
}
