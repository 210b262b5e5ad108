import { Loading } from '@/components/ui/states/loading'
import type { OverviewFrame } from '@/lib/api/first/overview'
import type { RunSummary } from '@/lib/api/first/run-list'
import { hasEnded } from '@/lib/core/spec/run-status'
import { CapacityStrip } from './capacity-strip'
import { NeedsPerson } from './needs-person'
import { OverviewAlerts } from './overview-alerts'
import { RecentRuns } from './recent-runs'
import { RunCard } from './run-card'

type Props = { frame: OverviewFrame | null; recent: readonly RunSummary[] }

/** What runs, what waits for somebody, and what ended last; of the live part nothing while it is not connected. */
export function OverviewRuns({ frame, recent }: Props) {
  const ended = recent.filter((run) => hasEnded(run.status)).slice(0, 8)
  return (
    <>
      {frame === null ? <Loading label="Loading…" /> : <LiveRuns frame={frame} />}
      {ended.length > 0 && <RecentRuns runs={ended} />}
    </>
  )
}

function LiveRuns({ frame }: { frame: OverviewFrame }) {
  const active = frame.runs.filter((run) => !hasEnded(run.status))
  return (
    <>
      <CapacityStrip frame={frame} />
      {frame.needsPerson.length > 0 && <NeedsPerson items={frame.needsPerson} />}
      {frame.alerts.length > 0 && <OverviewAlerts alerts={frame.alerts} />}
      <ActiveRuns runs={active} asking={new Set(frame.needsPerson.map(({ runId }) => runId))} />
    </>
  )
}

type ActiveRunsProps = { runs: OverviewFrame['runs']; asking: ReadonlySet<string> }

function ActiveRuns({ runs, asking }: ActiveRunsProps) {
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
              <RunCard run={run} asks={asking.has(run.id)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
