'use client'

import { ButtonLink } from '@/components/ui/actions/button'
import { EmptyState, Loading } from '@/components/ui/messages'
import { pages } from '@/lib/client/http/pages'
import { useRuns } from '@/lib/client/queries/queries'
import { useOverview } from '@/lib/client/stream/overview-store'
import { hasEnded } from '@/lib/core/spec/run'
import { CapacityStrip } from './capacity-strip'
import { NeedsPerson } from './needs-person'
import { OverviewAlerts } from './overview-alerts'
import { RecentRuns } from './recent-runs'
import { RunCard } from './run-card'

/** The overview: what runs now, what it costs, and what waits for somebody. */
export function OverviewScreen() {
  const { frame, status } = useOverview()
  const recent = useRuns({ status: '', q: '', page: 1 })
  const active = (frame?.runs ?? []).filter((run) => !hasEnded(run.status))
  const ended = (recent.data?.runs ?? []).filter((run) => hasEnded(run.status)).slice(0, 8)
  const isEmpty =
    frame !== null && recent.data !== undefined && active.length === 0 && recent.data.total === 0
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-6 px-4 py-5 sm:px-6">
      <div className="flex items-center justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Overview</h1>
          <p className="text-sm text-ink-3" aria-live="polite">
            {status === 'live' ? 'Live' : status === 'connecting' ? 'Connecting…' : 'Reconnecting…'}
          </p>
        </div>
        <ButtonLink href={pages.launch} variant="primary">
          Launch
        </ButtonLink>
      </div>
      {frame !== null && <CapacityStrip frame={frame} />}
      {frame !== null && frame.needsPerson.length > 0 && <NeedsPerson items={frame.needsPerson} />}
      {frame !== null && frame.alerts.length > 0 && <OverviewAlerts alerts={frame.alerts} />}
      {frame === null && <Loading label="Loading…" />}
      {isEmpty && <FirstLaunch />}
      {!isEmpty && frame !== null && (
        <section aria-labelledby="active-title" className="flex flex-col gap-3">
          <h2 id="active-title" className="text-sm font-semibold">
            Active <span className="num font-normal text-ink-3">{active.length}</span>
          </h2>
          {active.length === 0 ? (
            <p className="panel px-4 py-6 text-center text-sm text-ink-2">
              Nothing is running. Launch a workflow, or open a recent run and launch it again.
            </p>
          ) : (
            <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
              {active.map((run) => (
                <li key={run.id}>
                  <RunCard run={run} />
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      {ended.length > 0 && <RecentRuns runs={ended} />}
    </div>
  )
}

function FirstLaunch() {
  return (
    <div className="panel">
      <EmptyState
        title="Nothing has been launched yet"
        action={
          <ButtonLink href={pages.launch} variant="primary">
            Launch the first run
          </ButtonLink>
        }
      >
        Pick a workflow and a folder. Skein shows the plan, the estimate and the cap first. Then you watch
        every agent live, with its tokens and cost.
      </EmptyState>
    </div>
  )
}
