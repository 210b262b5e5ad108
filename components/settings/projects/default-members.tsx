'use client'

import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import type { ProjectMembersShown, ProjectShown } from '@/lib/api/projects/projects'
import {
  useProjectMembers,
  useRemoveProjectMember,
  useSetProjectMember,
} from '@/lib/client/queries/project-queries'
import { reaches } from '@/lib/core/base/role'
import { Failed, SettingsPanel, Waiting } from '../settings-page'

/** Who is in Default, which is whoever is not kept out of it; an admin of it keeps people out, and lets them back in. */
export function DefaultMembers({ project: { id, name, role: own } }: { project: ProjectShown }) {
  const { data, error } = useProjectMembers(id)
  const letIn = useSetProjectMember(id)
  const keepOut = useRemoveProjectMember(id)
  const mayChange = reaches(own, 'admin')
  return (
    <SettingsPanel
      title={`Members of ${name}`}
      about="Whoever has an account, by the role of the account. Somebody who is kept out sees the projects they were added to and nothing else of this installation. Owners are in every project."
    >
      <Waiting data={data} error={error} />
      <ul className="flex flex-col divide-y text-sm">
        {data?.members.map((member) => (
          <Row key={member.personId} member={member}>
            <Confirm
              title={`Keep ${member.name} out of ${name}?`}
              verb="Keep out"
              onConfirm={() => keepOut.mutate(member.personId)}
              trigger={
                <Button
                  variant="danger"
                  aria-label={`Keep ${member.name} out`}
                  disabled={!mayChange || member.role === 'owner' || keepOut.isPending}
                >
                  Keep out
                </Button>
              }
            >
              They see nothing of it any more, their API keys of it stop at once, and their schedules and
              triggers there are turned off when they are next due. Whatever their role, they change nothing
              of this installation until they are let back in.
            </Confirm>
          </Row>
        ))}
      </ul>
      {data !== undefined && data.keptOut.length > 0 && (
        <>
          <h3 className="border-t pt-3 text-xs font-semibold">Kept out</h3>
          <ul aria-label={`Kept out of ${name}`} className="flex flex-col divide-y text-sm">
            {data.keptOut.map((member) => (
              <Row key={member.personId} member={member}>
                <Button
                  aria-label={`Let ${member.name} back in`}
                  disabled={!mayChange || !reaches(own, member.role) || letIn.isPending}
                  onClick={() => letIn.mutate({ email: member.email, role: member.role })}
                >
                  Let back in
                </Button>
              </Row>
            ))}
          </ul>
        </>
      )}
      <Failed error={letIn.error ?? keepOut.error} />
    </SettingsPanel>
  )
}

type RowProps = { member: ProjectMembersShown['members'][number]; children: React.ReactNode }

function Row({ member: { name, email, role }, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-2 py-2">
      <span className="min-w-0 flex-1 break-words">
        <span className="font-medium">{name}</span> <span className="text-ink-3">{email}</span>
      </span>
      <span className="w-32 text-ink-2">{role}</span>
      {children}
    </li>
  )
}
