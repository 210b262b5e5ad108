import { cx } from '@/components/ui/class-names'
import { Ago, Elapsed } from '@/components/ui/elapsed'
import type { RunSummary } from '@/lib/api/first/run-list'
import type { Shown } from '@/lib/view/runs/leaving'
import { RunAgents, RunCost, RunStatusLine, RunTitle } from './run-columns'
import { RunRowActions } from './run-row-actions'
import { TickRun } from './tick-run'
import type { Ticks } from './use-ticks'

/** A page of runs on a narrow screen: what a row of the table says, one below the other. */
export function RunCards({ shown, ticks }: { shown: readonly Shown<RunSummary>[]; ticks: Ticks }) {
  return (
    <ul aria-label="Runs" className="flex flex-col gap-2">
      {shown.map(({ row: run, isLeaving }) => (
        <li
          key={run.id}
          inert={isLeaving}
          className={cx(
            'panel flex flex-col gap-2 px-3 py-3 text-sm',
            ticks.chosen.includes(run.id) && 'bg-sunken',
            isLeaving && 'animate-leave opacity-0',
          )}
        >
          <div className="flex items-start gap-3">
            <TickRun ticks={ticks} run={run} />
            <div className="min-w-0 flex-1">
              <RunTitle run={run} />
            </div>
            <RunRowActions run={run} />
          </div>
          <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
            <div className="min-w-0">
              <RunStatusLine run={run} />
            </div>
            <RunAgents run={run} />
          </div>
          <p className="flex flex-wrap justify-between gap-x-4 text-xs text-ink-2">
            <RunCost run={run} />
            <Elapsed run={run} />
            <Ago at={run.createdAt} />
          </p>
        </li>
      ))}
    </ul>
  )
}
