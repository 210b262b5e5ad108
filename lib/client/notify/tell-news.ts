import type { OverviewFrame } from '@/lib/api/first/overview'
import { type RunNews, runNews } from '@/lib/view/attention/run-news'
import { pages } from '../http/pages'

/** Tells a person away from the page of what has happened in the runs that they watch. */
export function tellNews(
  before: OverviewFrame,
  after: OverviewFrame,
  watched: ReadonlySet<string>,
  open: (runId: string) => void,
): void {
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
