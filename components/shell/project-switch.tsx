'use client'

import { lazy, Suspense, useEffect } from 'react'
import { patiently } from '@/lib/client/http/patiently'
import { whenProjectChanges } from '@/lib/client/http/project-choice'
import { useAccess } from '@/lib/client/queries/first/access'

// Most installations have one project.
const ProjectSelect = lazy(
  patiently(async () => ({ default: (await import('./project-select')).ProjectSelect })),
)

/** The project this browser is in, and the way into another; nothing where there is only one. */
export function ProjectSwitch() {
  const { data } = useAccess()
  useEffect(() => whenProjectChanges(() => location.reload()), [])
  if (data === undefined || data.project === null || data.projects.length < 2) return null
  return (
    <Suspense fallback={null}>
      <ProjectSelect current={data.project.id} projects={data.projects} />
    </Suspense>
  )
}
