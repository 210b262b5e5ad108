'use client'

import { Button } from '@/components/ui/button'
import { RunBadge } from '@/components/ui/run-badge'
import { useRunView } from '@/lib/client/use-run'
import { censusSentence } from '@/lib/view/status-counts'

/** Says that a watched run has ended, and how its agents did, without taking the view away. */
export function EndedBanner({ onResult }: { onResult: () => void }) {
  const status = useRunView((view) => view.state?.run.status)
  const census = useRunView((view) => view.state?.census)
  if (status === undefined || census === undefined) return null
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-sunken px-4 py-1.5 text-sm sm:px-5"
    >
      <RunBadge status={status} />
      <span className="num text-ink-2">{censusSentence(census)}</span>
      <Button size="sm" className="ml-auto" onClick={onResult}>
        See the result
      </Button>
    </div>
  )
}
