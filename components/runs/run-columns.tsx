import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import { ImportedBadge } from '@/components/imports/imported-badge'
import { NoteCount } from '@/components/notes/note-count'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { Ago, Elapsed } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import type { RunSummary } from '@/lib/api/first/run-list'
import { pages } from '@/lib/client/http/pages'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { allTokens } from '@/lib/view/agent/run-spend'
import { formatCap, formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, formatTokens } from '@/lib/view/format/numbers'
import { sourceName } from '@/lib/view/format/source-name'
import { launcherName } from '@/lib/view/runs/launcher-name'
import { FolderChip } from './folder-chip'
import { RunMiniature } from './mini-map'
import { RunRowActions } from './run-row-actions'
import { TagChips } from './tag-chips'

export const features = tableFeatures({})
const helper = createColumnHelper<typeof features, RunSummary>()

export const runColumns = helper.columns([
  helper.accessor('title', {
    id: 'title',
    header: 'Run',
    cell: ({ row }) => <RunTitle run={row.original} />,
  }),
  helper.accessor('status', {
    id: 'status',
    header: 'Status',
    cell: ({ row }) => <RunStatusLine run={row.original} />,
  }),
  helper.accessor((run) => agentCount(run.totals.agents), {
    id: 'agents',
    header: 'Agents',
    cell: ({ row }) => <RunAgents run={row.original} />,
  }),
  helper.accessor((run) => allTokens(run.totals), {
    id: 'tokens',
    header: 'Tokens',
    cell: (cell) => <span className="num">{formatTokens(cell.getValue())}</span>,
  }),
  helper.accessor((run) => run.totals.costNanoUsd, {
    id: 'cost',
    header: 'Cost',
    cell: ({ row }) => <RunCost run={row.original} />,
  }),
  helper.accessor('startedAt', {
    id: 'time',
    header: 'Time',
    cell: ({ row: { original: run } }) => <Elapsed run={run} />,
  }),
  helper.accessor('createdAt', {
    id: 'launched',
    header: 'Launched',
    cell: (cell) => <Ago at={cell.getValue()} />,
  }),
  helper.display({
    id: 'actions',
    header: 'Actions',
    cell: ({ row }) => <RunRowActions run={row.original} />,
  }),
])

export const rightAligned: ReadonlySet<string> = new Set(['tokens', 'cost', 'time', 'launched', 'actions'])

/** Title, where it comes from, and its tags. */
export function RunTitle({ run }: { run: RunSummary }) {
  const from = [
    sourceName(run.orchestrator, run.workflow),
    launcherName(run.launchedBy),
    run.simulated && !run.isDryRun ? 'simulated' : null,
  ]
  return (
    <>
      <span className="flex min-w-0 items-start gap-2">
        <PageLink
          href={pages.run(run.id)}
          dir="auto"
          title={run.title}
          className="line-clamp-2 min-w-0 font-medium [overflow-wrap:anywhere] hover:underline"
        >
          {run.title}
        </PageLink>
        {run.isDryRun && <DryRunBadge />}
        {run.isImported && <ImportedBadge />}
        <FolderChip title={run.title} workspace={run.workspace} />
        <NoteCount runId={run.id} notes={run.notes ?? 0} />
      </span>
      <p dir="auto" className="truncate text-xs text-ink-3">
        {from.filter(Boolean).join(' · ')}
      </p>
      <TagChips tags={run.tags} />
    </>
  )
}

/** The status with its reason. */
export function RunStatusLine({ run }: { run: RunSummary }) {
  const reason = moneyWords(run.simulated)(run.reason)
  return (
    <>
      <RunBadge status={run.status} asks={run.isAsking} className="font-normal" />
      {reason !== null && (
        <p className="line-clamp-2 max-w-64 text-xs text-ink-3" title={reason}>
          {reason}
        </p>
      )}
    </>
  )
}

/** How many agents have ended, and a miniature of all. */
export function RunAgents({ run: { totals }, run }: { run: RunSummary }) {
  return (
    <div className="flex w-32 max-w-full flex-col gap-0.5">
      <p className="num text-xs text-ink-2">
        {formatCount(endedCount(totals.agents))}/{formatCount(agentCount(totals.agents))}
      </p>
      <RunMiniature run={run} />
    </div>
  )
}

/** What it has cost, and its cap. */
export function RunCost({ run }: { run: RunSummary }) {
  const money = moneyWords(run.simulated)
  return (
    <span className="num whitespace-nowrap">
      {money(formatUsd(run.totals.costNanoUsd))}
      <span className="text-ink-3"> / {money(formatCap(run.capNanoUsd))}</span>
    </span>
  )
}
