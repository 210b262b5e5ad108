'use client'

import { lazy, type ReactNode, Suspense } from 'react'
import { isOfNoProject } from '@/lib/client/http/pages'
import { patiently } from '@/lib/client/http/patiently'
import { useWhoIsInNoProject } from '@/lib/client/queries/first/access'

// Hardly anybody is in none.
const NoProject = lazy(
  patiently(async () => ({
    default: (await import('@/components/account/no-project-note')).NoProject,
  })),
)

/** A page; for somebody who is in no project what is said in place of every page that is of one. */
export function PageOfProject({ path, children }: { path: string; children: ReactNode }) {
  const outsider = useWhoIsInNoProject()
  if (outsider === null || isOfNoProject(path)) return children
  return (
    <Suspense fallback={null}>
      <NoProject name={outsider} />
    </Suspense>
  )
}
