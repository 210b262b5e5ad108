'use client'

import { Button } from '@/components/ui/actions/button'
import { RunBadge } from '@/components/ui/run-badge'
import { useRunView } from '@/lib/client/run/use-run'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'

/** Says that a watched run has ended and how its agents did, without leaving the view. */
export function EndedBanner({ onResult }: { onResult: () => void }) {
  const status = useRunView((view) => view.state?.run.status)
  const outcomeCounts = useRunView((view) => view.state?.outcomeCounts)
  if (status === undefined || outcomeCounts === undefined) return null
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-sunken px-4 py-1.5 text-sm sm:px-5"
    >
      <RunBadge status={status} />
      <span className="num text-ink-2">{outcomeCountsSentence(outcomeCounts)}</span>
      <Button size="sm" className="ml-auto" onClick={onResult}>
        See the result
      </Button>
    </div>
  )
}
