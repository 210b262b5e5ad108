'use client'

import { ButtonLink } from '@/components/ui/actions/button'
import { EmptyState, Loading } from '@/components/ui/messages'
import type { OverviewFrame } from '@/lib/api/stream'
import { pages } from '@/lib/client/http/pages'
import { useRuns } from '@/lib/client/queries/run-queries'
import { type Overview, useOverview } from '@/lib/client/stream/overview-store'
import { hasEnded } from '@/lib/core/spec/run'
import { CapacityStrip } from './capacity-strip'
import { NeedsPerson } from './needs-person'
import { OverviewAlerts } from './overview-alerts'
import { RecentRuns } from './recent-runs'
import { RunCard } from './run-card'

const statusWords: Record<Overview['status'], string> = {
  live: 'Live',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
}

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
            {statusWords[status]}
          </p>
        </div>
        <ButtonLink href={pages.launch} variant="primary">
          Launch
        </ButtonLink>
      </div>
      {frame === null ? (
        <Loading label="Loading…" />
      ) : (
        <>
          <CapacityStrip frame={frame} />
          {frame.needsPerson.length > 0 && <NeedsPerson items={frame.needsPerson} />}
          {frame.alerts.length > 0 && <OverviewAlerts alerts={frame.alerts} />}
          {isEmpty ? <FirstLaunch /> : <ActiveRuns runs={active} />}
        </>
      )}
      {ended.length > 0 && <RecentRuns runs={ended} />}
    </div>
  )
}

function ActiveRuns({ runs }: { runs: OverviewFrame['runs'] }) {
  return (
    <section aria-labelledby="active-title" className="flex flex-col gap-3">
      <h2 id="active-title" className="text-sm font-semibold">
        Active <span className="num font-normal text-ink-3">{runs.length}</span>
      </h2>
      {runs.length === 0 ? (
        <p className="panel px-4 py-6 text-center text-sm text-ink-2">
          Nothing is running. Launch a workflow, or open a recent run and launch it again.
        </p>
      ) : (
        <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
          {runs.map((run) => (
            <li key={run.id}>
              <RunCard run={run} />
            </li>
          ))}
        </ul>
      )}
    </section>
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
