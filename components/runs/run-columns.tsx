import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { Ago, Elapsed } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { PhaseBar } from '@/components/ui/phase-bar'
import { RunBadge } from '@/components/ui/run-badge'
import type { RunSummary } from '@/lib/api/runs'
import { pages } from '@/lib/client/http/pages'
import { agentCount, endedCount } from '@/lib/core/run/state'
import { allTokens } from '@/lib/view/agent/run-spend'
import { formatCap, formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, formatTokens } from '@/lib/view/format/numbers'
import { sourceName } from '@/lib/view/format/source-name'
import { segments } from '@/lib/view/timeline/phase-progress'
import { RunRowActions } from './run-row-actions'

export const features = tableFeatures({})
const helper = createColumnHelper<typeof features, RunSummary>()

export const runColumns = helper.columns([
  helper.accessor('title', {
    id: 'title',
    header: 'Run',
    cell: ({ row: { original: run } }) => (
      <>
        <span className="flex min-w-0 items-center gap-2">
          <PageLink href={pages.run(run.id)} className="font-medium hover:underline">
            {run.title}
          </PageLink>
          {run.isDryRun && <DryRunBadge />}
        </span>
        <p className="truncate text-xs text-ink-3">
          {[
            sourceName(run.orchestrator, run.workflow),
            run.launchedBy.name,
            run.simulated && !run.isDryRun ? 'simulated' : null,
            ...run.tags,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </>
    ),
  }),
  helper.accessor('status', {
    id: 'status',
    header: 'Status',
    cell: ({ row: { original: run } }) => (
      <>
        <RunBadge status={run.status} className="font-normal" />
        {run.reason !== null && (
          <p className="max-w-64 truncate text-xs text-ink-3" title={moneyWords(run.simulated)(run.reason)}>
            {moneyWords(run.simulated)(run.reason)}
          </p>
        )}
      </>
    ),
  }),
  helper.accessor((run) => agentCount(run.totals.agents), {
    id: 'agents',
    header: 'Agents',
    cell: ({ row: { original: run } }) => (
      <div className="w-32">
        <p className="num text-xs text-ink-2">
          {formatCount(endedCount(run.totals.agents))}/{formatCount(agentCount(run.totals.agents))}
        </p>
        <PhaseBar segments={segments(run.totals.agents)} label="Agents" height={4} />
      </div>
    ),
  }),
  helper.accessor((run) => allTokens(run.totals), {
    id: 'tokens',
    header: 'Tokens',
    cell: (cell) => <span className="num">{formatTokens(cell.getValue())}</span>,
  }),
  helper.accessor((run) => run.totals.costNanoUsd, {
    id: 'cost',
    header: 'Cost',
    cell: ({ row: { original: run } }) => (
      <span className="num whitespace-nowrap">
        {moneyWords(run.simulated)(formatUsd(run.totals.costNanoUsd))}
        <span className="text-ink-3"> / {moneyWords(run.simulated)(formatCap(run.capNanoUsd))}</span>
      </span>
    ),
  }),
  helper.accessor('startedAt', {
    id: 'time',
    header: 'Time',
    cell: ({ row: { original: run } }) => <Elapsed run={run} />,
  }),
  helper.accessor('createdAt', {
    id: 'when',
    header: 'Launched',
    cell: (cell) => <Ago at={cell.getValue()} />,
  }),
  helper.display({
    id: 'actions',
    header: () => <span className="sr-only">Actions</span>,
    cell: ({ row }) => <RunRowActions run={row.original} />,
  }),
])

export const rightAligned: ReadonlySet<string> = new Set(['tokens', 'cost', 'time', 'when', 'actions'])
