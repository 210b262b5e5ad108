'use client'

import { memo } from 'react'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useReplay } from '@/lib/client/run/replay-context'
import { useNow } from '@/lib/client/run/use-now'
import { useRunView } from '@/lib/client/run/use-run'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import type { RunHeader } from '@/lib/core/run/state'
import { type WaitGroup, waitGroups, waitWords } from '@/lib/view/attention/waits'
import { raisableLimit } from '@/lib/view/questions/raise-limit'
import { RaiseLimit } from './raise-limit'
import { RaiseQuota } from './raise-quota'

/** More reasons than these at once are read in the table. */
const MOST = 3

/** What the waiting agents wait for, each reason with its way out. Says nothing while the run is paused: its banner does. */
export const WaitNotes = memo(function WaitNotes() {
  const money = useMoney()
  const replay = useReplay()
  const run = useRunView((view) => view.state?.run)
  const state = useThrottledView((view) => view.state)
  const isRunning = run?.status === 'running'
  const groups = !isRunning || state === null ? [] : waitGroups(state)
  const now = useNow(groups.some(({ until }) => until !== null))
  if (run === undefined || !isRunning) return null
  // Keeps its line while the run goes on: the views below would jump with every wait that begins and ends.
  if (groups.length === 0) return <div aria-hidden="true" className="h-4 max-sm:hidden" />
  return (
    <ul
      aria-label="Why agents wait"
      className="num flex min-h-4 flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-2"
    >
      {groups.slice(0, MOST).map((group) => (
        <li
          key={`${group.reason} ${group.cap} ${group.phase} ${group.quota?.name}`}
          className="flex items-center gap-1.5"
        >
          <span>{money(waitWords(group, run.limits, now))}</span>
          {replay.atMs === null && <WayOut group={group} run={run} />}
        </li>
      ))}
    </ul>
  )
})

function WayOut({ group: { reason, cap, phase, quota }, run }: { group: WaitGroup; run: RunHeader }) {
  if (reason === 'approval' || reason === 'permission')
    return (
      <a href="#questions" className="text-accent underline underline-offset-2">
        answer
      </a>
    )
  const limit = raisableLimit({ ...run, pausePhase: phase, pauseQuota: quota }, cap)
  if (limit !== null && cap === 'quota') return <RaiseQuota run={run} limit={limit} word="raise" />
  return limit === null ? null : <RaiseLimit run={run} limit={limit} word="raise" />
}
