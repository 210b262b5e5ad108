'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import type { ProjectShown } from '@/lib/api/projects/projects'
import { enterProject } from '@/lib/client/http/project-choice'
import { useAccess } from '@/lib/client/queries/first/access'
import { useChangeProject, useMakeProject, useProjects } from '@/lib/client/queries/project-queries'
import { defaultProject } from '@/lib/core/base/project'
import { reaches } from '@/lib/core/base/role'
import { Failed, SettingsPage, SettingsPanel, Waiting } from '../settings-page'
import { DefaultMembers } from './default-members'
import { ProjectMembers } from './project-members'

/** The projects one may enter, and who is in them. */
export function ProjectsScreen() {
  const { data, error } = useProjects()
  const access = useAccess().data
  const isOwner = access?.you?.role === 'owner'
  return (
    <SettingsPage>
      <SettingsPanel
        title="Projects"
        about="Each has its own runs, workflows, schedules, budgets, API keys and members. Whoever has an account is in Default unless they are kept out, and owners are in every one."
      >
        <Waiting data={data} error={error} />
        <ul className="flex flex-col divide-y text-sm">
          {data?.projects.map((project) => (
            <ProjectRow key={project.id} project={project} isHere={project.id === access?.project?.id} />
          ))}
        </ul>
        {isOwner && <NewProject />}
      </SettingsPanel>
      {data?.projects.map((project) =>
        project.id === defaultProject ? (
          <DefaultMembers key={project.id} project={project} />
        ) : (
          <ProjectMembers key={project.id} project={project} />
        ),
      )}
    </SettingsPage>
  )
}

function ProjectRow({ project, isHere }: { project: ProjectShown; isHere: boolean }) {
  const { id, name, role, archivedAt } = project
  const change = useChangeProject(id)
  const mayChange = id !== defaultProject && reaches(role, 'admin')
  return (
    <li className="flex flex-wrap items-center gap-2 py-2">
      <span className="min-w-0 flex-1 break-words">
        <span className="font-medium">{name}</span>{' '}
        <span className="text-xs text-ink-3">
          your role: {role}
          {archivedAt === null ? '' : ', archived'}
        </span>
      </span>
      {mayChange && <Rename project={project} />}
      {mayChange && (
        <Button
          disabled={change.isPending}
          onClick={() => change.mutate({ isArchived: archivedAt === null })}
          aria-label={`${archivedAt === null ? 'Archive' : 'Take back'} ${name}`}
        >
          {archivedAt === null ? 'Archive' : 'Take back'}
        </Button>
      )}
      {archivedAt === null && (
        <Button disabled={isHere} onClick={() => enterProject(id)} aria-label={`Enter ${name}`}>
          {isHere ? 'Current project' : 'Enter'}
        </Button>
      )}
      <Failed error={change.error} />
    </li>
  )
}

function Rename({ project: { id, name } }: { project: ProjectShown }) {
  const [next, setNext] = useState<string | null>(null)
  const change = useChangeProject(id)
  if (next === null)
    return (
      <Button onClick={() => setNext(name)} aria-label={`Rename ${name}`}>
        Rename
      </Button>
    )
  return (
    <form
      aria-label={`Rename ${name}`}
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate({ name: next.trim() }, { onSuccess: () => setNext(null) })
      }}
    >
      <TextField label="New name" autoComplete="off" value={next} onChange={setNext} />
      <Button type="submit" variant="primary" disabled={change.isPending}>
        Rename
      </Button>
      <Failed error={change.error} />
    </form>
  )
}

function NewProject() {
  const [name, setName] = useState('')
  const make = useMakeProject()
  return (
    <>
      <form
        aria-label="Create a project"
        className="flex flex-wrap items-end gap-3 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate(name.trim(), { onSuccess: () => setName('') })
        }}
      >
        <TextField label="Name" autoComplete="off" className="w-80" value={name} onChange={setName} />
        <Button type="submit" variant="primary" disabled={make.isPending}>
          Create project
        </Button>
      </form>
      <Failed error={make.error} />
    </>
  )
}
