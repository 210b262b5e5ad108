'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { isDoor, pages } from '@/lib/client/http/pages'
import { patiently } from '@/lib/client/http/patiently'
import { watchedRuns } from '@/lib/client/notify/watched-runs'
import { useWhoIsInNoProject } from '@/lib/client/queries/first/access'
import { useOverview } from '@/lib/client/stream/overview-store'

// Few watch a run.
const loadTelling = patiently(() => import('@/lib/client/notify/tell-news'))

/** How many things wait for somebody, in all runs. */
export function useNeedsPersonCount(): number {
  return useOverview(useSeesNoRuns()).frame?.needsPerson.length ?? 0
}

/** Whether nothing of any run is asked for: before one has signed in, and in no project. */
function useSeesNoRuns(): boolean {
  const outsider = useWhoIsInNoProject()
  return isDoor(usePathname()) || outsider !== null
}

/**
 * Tells a person away from the page what they asked to be told: by notifications of the browser, and by a
 * number before the title.
 */
export function Attention() {
  const path = usePathname()
  const { frame } = useOverview(useSeesNoRuns())
  const last = useRef<OverviewFrame | null>(null)
  const router = useRouter()
  const count = frame?.needsPerson.length ?? 0
  useEffect(() => {
    if (frame === null) return
    const before = last.current
    last.current = frame
    const watched = watchedRuns()
    if (before !== null && watched.size > 0)
      loadTelling()
        .then(({ tellNews }) => tellNews(before, frame, watched, (runId) => router.push(pages.run(runId))))
        .catch((cause: unknown) => console.info('What happened in a watched run could not be told.', cause))
  }, [frame, router])
  useEffect(() => {
    // A run's page says its own news first.
    if (path.startsWith(`${pages.runs}/`)) return
    document.title = `${count > 0 ? `(${count}) ` : ''}${document.title.replace(/^\(\d+\) /, '')}`
  }, [count, path])
  return null
}
