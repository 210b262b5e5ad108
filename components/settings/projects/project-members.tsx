'use client'

import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field } from '@/components/ui/form/field'
import type { ProjectShown } from '@/lib/api/projects/projects'
import {
  useProjectMembers,
  useRemoveProjectMember,
  useSetProjectMember,
} from '@/lib/client/queries/project-queries'
import { type Role, reaches } from '@/lib/core/base/role'
import { RoleSelect } from '../role-select'
import { Failed, SettingsPanel, Waiting } from '../settings-page'

/** Who is in a project, with which role; an admin of it adds, changes and removes. */
export function ProjectMembers({ project: { id, name, role: own } }: { project: ProjectShown }) {
  const { data, error } = useProjectMembers(id)
  const set = useSetProjectMember(id)
  const remove = useRemoveProjectMember(id)
  const mayChange = reaches(own, 'admin')
  return (
    <SettingsPanel title={`Members of ${name}`}>
      <Waiting data={data} error={error} />
      {data?.members.length === 0 && (
        <p className="text-sm text-ink-2">Nobody but the owners of this installation.</p>
      )}
      <ul className="flex flex-col divide-y text-sm">
        {data?.members.map(({ personId, name: person, email, role }) => (
          <li key={personId} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1 break-words">
              <span className="font-medium">{person}</span> <span className="text-ink-3">{email}</span>
            </span>
            <span className="w-32">
              <RoleSelect
                label={`Role of ${person} in ${name}`}
                value={role}
                most={own}
                disabled={!mayChange || !reaches(own, role) || set.isPending}
                onChange={(next) => set.mutate({ email, role: next })}
              />
            </span>
            <Confirm
              title={`Take ${person} out of ${name}?`}
              verb="Take out"
              onConfirm={() => remove.mutate(personId)}
              trigger={
                <Button variant="danger" disabled={!mayChange || !reaches(own, role)}>
                  Take out
                </Button>
              }
            >
              Their API keys of this project stop at once, and their schedules are turned off when they are
              next due. What they did keeps their name.
            </Confirm>
          </li>
        ))}
      </ul>
      <Failed error={set.error ?? remove.error} />
      {mayChange && <AddMember name={name} own={own} isPending={set.isPending} add={set.mutate} />}
    </SettingsPanel>
  )
}

type AddMemberProps = {
  name: string
  own: Role
  isPending: boolean
  add: (member: { email: string; role: Role }, then: { onSuccess: () => void }) => void
}

function AddMember({ name, own, isPending, add }: AddMemberProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('launcher')
  const id = useId()
  return (
    <form
      aria-label={`Add somebody to ${name}`}
      className="flex flex-wrap items-end gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        add({ email: email.trim(), role }, { onSuccess: () => setEmail('') })
      }}
    >
      <TextField
        label="E-mail of an account"
        type="email"
        autoComplete="off"
        className="w-80"
        value={email}
        onChange={setEmail}
      />
      <Field id={`${id}-role`} label="Role">
        {(wired) => <RoleSelect id={wired.id} value={role} most={own} onChange={setRole} />}
      </Field>
      <Button type="submit" variant="primary" disabled={isPending}>
        Add
      </Button>
    </form>
  )
}
