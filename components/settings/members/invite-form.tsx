import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Field } from '@/components/ui/form/field'
import type { ProjectShown } from '@/lib/api/projects/projects'
import { useInvite } from '@/lib/client/queries/people-queries'
import { useProjects } from '@/lib/client/queries/project-queries'
import { defaultProject, defaultProjectName } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import { RoleSelect } from '../role-select'
import { Failed } from '../settings-page'
import { ShownOnce } from '../shown-once'

/** Makes a link by which somebody makes their account, and says which projects they are in then. */
export function InviteForm({ own }: { own: Role }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('launcher')
  const [isInDefault, setInDefault] = useState(true)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Role>>(new Map())
  const projects = useProjects().data?.projects.filter(isOffered) ?? []
  const invite = useInvite()
  const id = useId()
  const inDefault = isInDefault || role === 'owner'
  const set = (projectId: string, next: Role | null) => {
    const all = new Map(chosen)
    if (next === null) all.delete(projectId)
    else all.set(projectId, next)
    setChosen(all)
  }
  const given = [...chosen].map(([projectId, roleThere]) => ({ projectId, role: roleThere }))
  const isReady = inDefault || given.length > 0
  return (
    <>
      <form
        aria-label="Invite somebody"
        className="flex flex-wrap items-end gap-3 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isReady) return
          invite.mutate(
            {
              role,
              ...(email.trim() === '' ? {} : { email: email.trim() }),
              ...(inDefault ? {} : { inDefault }),
              ...(given.length === 0 ? {} : { projects: given }),
            },
            { onSuccess: () => setEmail('') },
          )
        }}
      >
        <TextField
          label="E-mail (left out: anybody with the link)"
          type="email"
          autoComplete="off"
          className="w-80"
          value={email}
          onChange={setEmail}
        />
        <Field id={`${id}-role`} label="Role">
          {(wired) => <RoleSelect id={wired.id} value={role} most={own} onChange={setRole} />}
        </Field>
        {projects.length > 0 && (
          <fieldset className="flex w-full flex-col gap-1.5">
            <legend className="mb-1 text-xs font-medium text-ink-2">Projects</legend>
            <label className="flex h-8 items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={inDefault}
                disabled={role === 'owner'}
                onChange={(event) => setInDefault(event.target.checked)}
              />
              {defaultProjectName}, as {role}
            </label>
            {projects.map((project) => (
              <InProject
                key={project.id}
                project={project}
                role={chosen.get(project.id) ?? null}
                onChange={(next) => set(project.id, next)}
              />
            ))}
            {!isReady && <p className="text-xs text-failed">Choose a project: they would be in none.</p>}
          </fieldset>
        )}
        <Button type="submit" variant="primary" disabled={invite.isPending || !isReady}>
          Invite
        </Button>
      </form>
      <Failed error={invite.error} />
      {invite.data !== undefined && <ShownOnce label="Send them this link." text={invite.data.link} />}
    </>
  )
}

/** Projects beside Default that one may let somebody into. */
function isOffered({ id, role, archivedAt }: ProjectShown): boolean {
  return id !== defaultProject && archivedAt === null && reaches(role, 'admin')
}

type InProjectProps = {
  project: ProjectShown
  /** Null where they are not to be in it. */
  role: Role | null
  onChange: (role: Role | null) => void
}

function InProject({ project: { name, role: own }, role, onChange }: InProjectProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <label className="flex h-8 min-w-0 items-center gap-2 break-words">
        <input
          type="checkbox"
          checked={role !== null}
          onChange={(event) => onChange(event.target.checked ? 'launcher' : null)}
        />
        {name}
      </label>
      {role !== null && (
        <span className="w-32">
          <RoleSelect label={`Role in ${name}`} value={role} most={own} onChange={onChange} />
        </span>
      )}
    </div>
  )
}
