'use client'

import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { RunCosts } from '@/lib/api/run-costs'
import { useIsSimulated, useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { saveFile } from '@/lib/client/http/save-file'
import { useRunCosts } from '@/lib/client/queries/money-queries'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import {
  type CostSort,
  type CostTable,
  costCsv,
  costTable,
  sortedRows,
} from '@/lib/view/costs/run-cost-table'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd, knownCost } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'
import { AgentBars } from './agent-bars'
import { RunCostTable } from './run-cost-table'
import { WhatIfPanel } from './what-if-panel'

/** What this run cost, by phase, model and token kind: as booked, never repriced. */
export function RunCostView() {
  const simulated = useIsSimulated()
  const money = useMoney()
  const { id, store } = useLiveRun()
  useRunView((view) => view.state?.totals.turns ?? 0)
  const isDryRun = useRunView((view) => (view.state?.run.dryRun ?? null) !== null)
  const isImported = useRunView((view) => (view.state?.run.imported ?? null) !== null)
  const replay = useReplay()
  const turns = store.getNow().state?.totals.turns ?? 0
  const { data, error } = useRunCosts(id, turns)
  const [sort, setSort] = useState<CostSort>('order')
  const groups = useRunView((view) => (view.state === null ? null : phaseGroups(view.state.phases)))
  const table = useMemo(() => (data === undefined ? null : costTable(data, groups)), [data, groups])
  const rows = useMemo(() => (table === null ? [] : sortedRows(table.rows, sort)), [table, sort])
  if (error !== null && data === undefined)
    return <ErrorNote title="The costs of this run could not be loaded" detail={problemOf(error).detail} />
  if (table === null || data === undefined) return <Loading label="Loading…" />
  if (rows.length === 0 && data.unsettled.length === 0)
    return <EmptyState title="No costs yet">Each completed turn appears here with its cost.</EmptyState>
  const { totals } = data
  return (
    <ScrollBox label="Cost" className="h-full overflow-y-auto">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-5 sm:px-5">
        <div className="flex flex-wrap items-end gap-x-8 gap-y-3">
          <Figures table={table} totals={totals} label={bookedLabel(isDryRun, isImported)} />
          <Button
            className="ml-auto"
            onClick={() =>
              saveFile(`skein-${id}-costs.csv`, costCsv(data, simulated), 'text/csv;charset=utf-8')
            }
          >
            <Download aria-hidden="true" className="size-3.5" />
            CSV
          </Button>
        </div>
        {replay.atMs !== null && (
          <p className="rounded-md bg-accent-soft px-3 py-2 text-sm">
            Costs are current; the figures above the views are from the replayed moment.
          </p>
        )}
        <RunCostTable table={table} rows={rows} sort={sort} onSort={setSort} />
        <AgentBars />
        {!table.isSettled && (
          <p className="text-sm text-ink-2">
            Updating: the rows add up to {money(formatUsd(table.costNanoUsd))}, and the run has recorded{' '}
            {money(formatUsd(totals.spentNanoUsd))} since.
          </p>
        )}
        <WhatIfPanel of={{ runId: id }} version={turns} />
        {data.unsettled.length > 0 && <Unsettled lines={data.unsettled} isDryRun={isDryRun} />}
      </div>
    </ScrollBox>
  )
}

type FiguresProps = { table: CostTable; totals: RunCosts['totals']; label: string }

function bookedLabel(isDryRun: boolean, isImported: boolean): string {
  if (isImported) return 'Cost in Claude Code, by its tokens'
  return isDryRun ? 'Simulated' : 'Booked'
}

/** The booked cost, and unsettled or unpriced amounts beside it if there are any. */
function Figures({ table, totals, label }: FiguresProps) {
  const money = useMoney()
  return (
    <>
      <Figure label={label} value={money(knownCost(table.costNanoUsd, table.unpricedTurns))} />
      {totals.unsettledNanoUsd > 0 && (
        <Figure label="Unsettled (estimate)" value={money(formatUsd(totals.unsettledNanoUsd))} />
      )}
      {totals.reservedNanoUsd > 0 && (
        <Figure label="Reserved for in-flight turns" value={money(formatUsd(totals.reservedNanoUsd))} />
      )}
      {totals.wastedTurns > 0 && (
        <Figure
          label={`Wasted (${plural(totals.wastedTurns, 'turn')} cut before a word)`}
          value={money(formatUsd(totals.wastedNanoUsd))}
        />
      )}
      {table.unpricedTurns > 0 && <Figure label="Unpriced" value={plural(table.unpricedTurns, 'turn')} />}
    </>
  )
}

function Unsettled({ lines, isDryRun }: { lines: RunCosts['unsettled']; isDryRun: boolean }) {
  const money = useMoney()
  return (
    <section aria-labelledby="unsettled-title" className="flex flex-col gap-1.5">
      <h2 id="unsettled-title" className="text-sm font-semibold">
        Unsettled: estimated cost of interrupted turns
      </h2>
      <p className="text-xs text-ink-3">
        Not in the sums above.{' '}
        {isDryRun ? 'A dry run is not billed.' : 'It counts against the cap because it may be billed.'}
      </p>
      <ul className="num text-sm">
        {lines.map((line) => (
          <li key={`${line.phase}.${line.model}`} className="flex max-w-xl gap-4 border-b py-1">
            <span className="min-w-0 flex-1 truncate">{line.phase}</span>
            <span className="text-ink-2">{modelName(line.model)}</span>
            <span className="w-24 text-right">{money(formatUsd(line.unsettledNanoUsd))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <p className="eyebrow">{label}</p>
      <p className="num text-lg font-medium">{value}</p>
    </div>
  )
}
