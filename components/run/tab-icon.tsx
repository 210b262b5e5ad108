'use client'

import { useTabIcon } from '@/lib/client/hooks/use-tab-icon'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import { runIcon, runIconUrl } from '@/lib/view/run/run-icon'

/** The icon of the tab says how far the run is by now, whatever moment of it the page shows. */
export function TabIcon() {
  const { store } = useLiveRun()
  const href = useThrottledView(() => {
    const { state } = store.getNow()
    return state === null ? null : runIconUrl(runIcon(state))
  })
  useTabIcon(href)
  return null
}
