'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { isDoor, pages } from '@/lib/client/http/pages'
import { watchedRuns } from '@/lib/client/notify/watched-runs'
import { useWhoIsInNoProject } from '@/lib/client/queries/first/access'
import { useOverview } from '@/lib/client/stream/overview-store'
import type { RunNews } from '@/lib/view/attention/run-news'

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
      void tellNews(before, frame, watched, (runId) => router.push(pages.run(runId)))
  }, [frame, router])
  useEffect(() => {
    // A run's page says its own news first.
    if (path.startsWith(`${pages.runs}/`)) return
    document.title = `${count > 0 ? `(${count}) ` : ''}${document.title.replace(/^\(\d+\) /, '')}`
  }, [count, path])
  return null
}

async function tellNews(
  before: OverviewFrame,
  after: OverviewFrame,
  watched: ReadonlySet<string>,
  open: (runId: string) => void,
): Promise<void> {
  const { runNews } = await import('@/lib/view/attention/run-news')
  for (const news of runNews(before, after, watched)) tell(news, () => open(news.runId))
}

function tell({ runId, tag, title, body }: RunNews, open: () => void): void {
  const isLookedAt = !document.hidden && location.pathname.startsWith(pages.run(runId))
  if (isLookedAt || !('Notification' in window) || Notification.permission !== 'granted') return
  try {
    // Several tabs tell the same: the tag makes it one.
    const told = new Notification(title, { body, tag, icon: '/icon-192.png' })
    told.onclick = () => {
      window.focus()
      open()
      told.close()
    }
  } catch (cause) {
    // Phones show them only by a service worker.
    console.info('This browser shows no notifications from a page.', cause)
  }
}
