'use client'

import { useEffect } from 'react'
import { Select } from '@/components/ui/form/field'
import { enterProject, whenProjectChanges } from '@/lib/client/http/project-choice'
import { useAccess } from '@/lib/client/queries/first/access'

/** The project this browser is in, and the way into another; nothing where there is only one. */
export function ProjectSwitch() {
  const { data } = useAccess()
  useEffect(() => whenProjectChanges(() => location.reload()), [])
  if (data === undefined || data.project === null || data.projects.length < 2) return null
  return (
    <Select
      aria-label="Project"
      className="w-auto max-w-40 max-sm:hidden"
      value={data.project.id}
      onChange={(event) => enterProject(event.target.value)}
    >
      {data.projects.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  )
}
