import { ImportedBadge } from '@/components/imports/imported-badge'
import { FolderChip } from '@/components/runs/folder-chip'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { PageLink } from '@/components/ui/page-link'
import { PermissionLine } from '@/components/ui/permission-line'
import { RunBadge } from '@/components/ui/run-badge'
import { pages } from '@/lib/client/http/pages'
import type { Connection } from '@/lib/client/run/run-view'
import type { RunHeader } from '@/lib/core/run/state'
import { modelName } from '@/lib/view/format/model-name'
import { sourceName } from '@/lib/view/format/source-name'
import { isLeast } from '@/lib/view/permissions/permission-form'
import { launcherName } from '@/lib/view/runs/launcher-name'
import { ConnectionDot } from './connection-dot'

/** What runs, and its state. */
export function RunTitle({
  run,
  connection,
  asks,
}: {
  run: RunHeader
  connection: Connection
  asks: boolean
}) {
  return (
    <div className="flex min-w-0 flex-1 basis-64 items-center gap-x-3">
      <h1 dir="auto" title={run.title} className="min-w-0 truncate text-lg font-semibold tracking-tight">
        {run.title}
      </h1>
      {run.dryRun !== null && <DryRunBadge />}
      {run.imported !== null && <ImportedBadge />}
      <span className="contents max-sm:hidden">
        <FolderChip title={run.title} workspace={run.workspace?.root ?? null} />
      </span>
      <span aria-live="polite" className="shrink-0">
        <RunBadge status={run.status} asks={asks} />
      </span>
      <span className="shrink-0 max-md:sr-only">
        <ConnectionDot connection={connection} />
      </span>
      <p className="min-w-0 flex-1 truncate text-xs text-ink-3 max-lg:hidden">
        <OriginWords run={run} />
      </p>
    </div>
  )
}

/** Where a run comes from, whose it is, and what its agents may do. */
export function RunOrigin({ run }: { run: RunHeader }) {
  return (
    <div className="flex flex-col gap-0.5 text-xs text-ink-2">
      <p className="break-words">
        <OriginWords run={run} />
      </p>
      {(run.workspace !== null || !isLeast(run.permissions)) && (
        <p className="text-ink-3">
          <PermissionLine permissions={run.permissions} hasWorkspace={run.workspace !== null} />
        </p>
      )}
    </div>
  )
}

function OriginWords({ run }: { run: RunHeader }) {
  const launcher = launcherName(run.launchedBy)
  return (
    <>
      {run.forkedFrom !== null && (
        <>
          forked from{' '}
          <PageLink
            className="text-accent underline underline-offset-2"
            href={pages.run(run.forkedFrom.runId)}
          >
            {run.forkedFrom.title}
          </PageLink>{' '}
          (
          <PageLink
            className="text-accent underline underline-offset-2"
            aria-label="Compare with the run it was forked from"
            href={pages.compareRuns(run.forkedFrom.runId, run.id)}
          >
            compare
          </PageLink>
          ){' · '}
        </>
      )}
      {[
        sourceName(run.orchestrator, run.workflow?.name ?? null),
        modelName(run.model),
        run.delivery === 'batch' ? 'in batches' : null,
        run.sampleItems === null
          ? null
          : `sample: first ${run.sampleItems} items of every fan-out; fork it to run all`,
        run.workspace?.root,
        run.simulated && run.dryRun === null ? 'simulated' : null,
        launcher === null ? null : `${run.imported === null ? 'launched' : 'imported'} by ${launcher}`,
      ]
        .filter(Boolean)
        .join(' · ')}
    </>
  )
}
