import { ImportedBadge } from '@/components/imports/imported-badge'
import { FolderChip } from '@/components/runs/folder-chip'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { Ago, Elapsed } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import type { RunSummary } from '@/lib/api/first/run-list'
import { pages } from '@/lib/client/http/pages'
import { agentCount } from '@/lib/core/agent/agent-status'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'

export function RecentRuns({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <section aria-labelledby="recent-title" className="flex flex-col gap-3">
      <div className="flex items-baseline justify-between">
        <h2 id="recent-title" className="text-sm font-semibold">
          Recent
        </h2>
        <PageLink href={pages.runs} className="text-sm text-accent hover:underline">
          All runs
        </PageLink>
      </div>
      <ul className="panel">
        {runs.map((run) => (
          <li key={run.id} className="border-b last:border-0">
            <PageLink
              href={pages.run(run.id)}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm transition-colors hover:bg-hover md:grid-cols-[minmax(0,1fr)_14rem_7rem_6rem_6rem_7rem]"
            >
              <span className="flex min-w-0 items-center gap-2">
                <span className="truncate font-medium">{run.title}</span>
                {run.isDryRun && <DryRunBadge />}
                {run.isImported && <ImportedBadge />}
                <span className="contents max-md:hidden">
                  <FolderChip title={run.title} workspace={run.workspace} />
                </span>
              </span>
              <RunBadge status={run.status} className="font-normal max-md:order-last max-md:col-span-2" />
              <span className="num text-right text-ink-2 max-md:hidden">
                {plural(agentCount(run.totals.agents), 'agent')}
              </span>
              <span className="text-right text-ink-2 max-md:hidden">
                <Elapsed run={run} />
              </span>
              <span className="num text-right">
                {moneyWords(run.simulated)(formatUsd(run.totals.costNanoUsd))}
              </span>
              <span className="text-right text-ink-3 max-md:hidden">
                <Ago at={run.createdAt} />
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </section>
  )
}
