'use client'

import type { ReactNode } from 'react'
import { CsvButton } from '@/components/ui/actions/csv-button'
import { Ago } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { PeriodAsked } from '@/lib/api/costs'
import type { CostNotes as Notes } from '@/lib/api/what-if'
import { useIsSimulated, useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useCostNotes } from '@/lib/client/queries/money-queries'
import { outliersCsv, unsettledCsv } from '@/lib/view/costs/cost-csv'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'

/** Runs shown at once; all of them are in the answer. */
const SHOWN = 10

/** What stands out in a period: runs far dearer than usual, and turns that nobody has been billed for yet. */
export function CostNotes({ period }: { period: PeriodAsked }) {
  const { data, error } = useCostNotes(period)
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (data === undefined) return null
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <Outliers outliers={data.outliers} />
      <Unsettled unsettled={data.unsettled} />
    </div>
  )
}

function Outliers({ outliers }: { outliers: Notes['outliers'] }) {
  const simulated = useIsSimulated()
  const money = useMoney()
  return (
    <section aria-labelledby="outliers-title" className="panel flex min-w-0 flex-col gap-2 p-4">
      <div className="flex items-center justify-between gap-3">
        <h2 id="outliers-title" className="text-sm font-semibold">
          Outliers
        </h2>
        {outliers.length > 0 && (
          <CsvButton
            label="Outliers as CSV"
            name="outliers.csv"
            text={() => outliersCsv(outliers, simulated)}
          />
        )}
      </div>
      <p className="text-xs text-ink-3">
        Runs that cost at least 3× the median of their workflow’s last 50 runs.
      </p>
      {outliers.length === 0 ? (
        <p className="py-3 text-sm text-ink-2">No outliers.</p>
      ) : (
        <ul className="num divide-y text-sm">
          {outliers.slice(0, SHOWN).map(({ runId, title, workflow, spentNanoUsd, medianNanoUsd, times }) => (
            <li key={runId} className="flex items-baseline justify-between gap-4 py-1.5">
              <span className="min-w-0">
                <PageLink href={pages.run(runId)} className="block truncate hover:underline">
                  {title}
                </PageLink>
                <span className="block truncate text-xs text-ink-3">
                  {workflow}, median {money(formatUsd(medianNanoUsd))}
                </span>
              </span>
              <span className="shrink-0 text-right">
                <span className="block font-medium">{money(formatUsd(spentNanoUsd))}</span>
                <span className="block text-xs text-waiting">{times}× its median</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {outliers.length > SHOWN && (
        <p className="text-xs text-ink-3">
          Showing {SHOWN} of {formatCount(outliers.length)}, largest first.
        </p>
      )}
    </section>
  )
}

function Unsettled({ unsettled }: { unsettled: Notes['unsettled'] }) {
  const simulated = useIsSimulated()
  const money = useMoney()
  const { turns, count, deleted, deletedCount, unlistedNanoUsd, totalNanoUsd } = unsettled
  const isNone = turns.length + deleted.length === 0 && totalNanoUsd === 0
  return (
    <section aria-labelledby="unsettled-turns" className="panel flex min-w-0 flex-col gap-2 p-4">
      <div className="flex items-center justify-between gap-3">
        <h2 id="unsettled-turns" className="text-sm font-semibold">
          Unsettled turns
        </h2>
        {!isNone && (
          <CsvButton
            label="Unsettled turns as CSV"
            name="unsettled.csv"
            text={() => unsettledCsv(unsettled, simulated)}
          />
        )}
      </div>
      <p className="text-xs text-ink-3">
        Interrupted turns, and responses without usage data. The provider may bill them, so they count against
        every cap.
      </p>
      {isNone ? (
        <p className="py-3 text-sm text-ink-2">None.</p>
      ) : (
        <ScrollBox label="Interrupted turns" className="max-h-80 overflow-y-auto">
          <ul className="num divide-y text-sm">
            {turns.map((turn) => (
              <Cut key={`${turn.runId}.${turn.agentId}.${turn.at}`} nanoUsd={turn.unsettledNanoUsd}>
                <PageLink
                  href={pages.agent(turn.runId, turn.agentId)}
                  className="block truncate hover:underline"
                >
                  {turn.title}, agent {turn.agentId}, turn {turn.turn + 1}
                </PageLink>
                <span className="block text-xs text-ink-3">
                  <Ago at={turn.at} />. {money(turn.reason)}
                </span>
              </Cut>
            ))}
            {deleted.map((run) => (
              <Cut key={run.runId} nanoUsd={run.unsettledNanoUsd}>
                <span className="block truncate">{run.title} (deleted)</span>
                <span className="block text-xs text-ink-3">
                  Until {run.lastDay}. Details were deleted with the run.
                </span>
              </Cut>
            ))}
            {unlistedNanoUsd !== 0 && (
              <Cut nanoUsd={unlistedNanoUsd}>
                {count > turns.length || deletedCount > deleted.length
                  ? `${formatCount(count + deletedCount - turns.length - deleted.length)} more, or stored per day only`
                  : 'Stored per day only'}
              </Cut>
            )}
          </ul>
        </ScrollBox>
      )}
      {!isNone && (
        <p className="num flex items-baseline justify-between gap-4 border-t pt-1.5 text-sm font-medium">
          <span>All</span>
          <span>{money(formatUsd(totalNanoUsd))}</span>
        </p>
      )}
    </section>
  )
}

function Cut({ nanoUsd, children }: { nanoUsd: number; children: ReactNode }) {
  const money = useMoney()
  return (
    <li className="flex items-baseline justify-between gap-4 py-1.5">
      <span className="min-w-0">{children}</span>
      <span className="shrink-0 font-medium">{money(formatUsd(nanoUsd))}</span>
    </li>
  )
}
