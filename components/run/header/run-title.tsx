import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { LongText } from '@/components/ui/long-text'
import { PageLink } from '@/components/ui/page-link'
import { PermissionLine } from '@/components/ui/permission-line'
import { RunBadge } from '@/components/ui/run-badge'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import type { Connection } from '@/lib/client/run/run-view'
import type { RunHeader } from '@/lib/core/run/state'
import { modelName } from '@/lib/view/format/model-name'
import { sourceName } from '@/lib/view/format/source-name'
import { isLeast } from '@/lib/view/permissions/permission-form'
import { ConnectionDot } from './connection-dot'

/** What runs, its state, and why it is in it. */
export function RunTitle({ run, connection }: { run: RunHeader; connection: Connection }) {
  const money = useMoney()
  return (
    <div className="min-w-0 flex-1 basis-80">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{run.title}</h1>
        {run.dryRun !== null && <DryRunBadge />}
        <span aria-live="polite">
          <RunBadge status={run.status} />
        </span>
        <ConnectionDot connection={connection} />
      </div>
      <p className="mt-0.5 text-sm text-ink-2">
        {run.reason !== null && (
          <span className="text-ink">
            <LongText text={money(sentence(run.reason))} first={600} className="break-words" />{' '}
          </span>
        )}
        <span className="text-ink-3">
          {[
            sourceName(run.orchestrator, run.workflow?.name ?? null),
            modelName(run.model),
            run.delivery === 'batch' ? 'in batches' : null,
            run.sampleItems === null
              ? null
              : `sample: first ${run.sampleItems} items of every fan-out; fork it to run all`,
            run.workspace?.root,
            run.simulated && run.dryRun === null ? 'simulated' : null,
            `launched by ${run.launchedBy.name}`,
          ]
            .filter(Boolean)
            .join(' · ')}
          {run.forkedFrom !== null && (
            <>
              {' · forked from '}
              <PageLink className="text-accent hover:underline" href={pages.run(run.forkedFrom.runId)}>
                {run.forkedFrom.title}
              </PageLink>
            </>
          )}
        </span>
      </p>
      {(run.workspace !== null || !isLeast(run.permissions)) && (
        <p className="mt-0.5 text-xs text-ink-3">
          <PermissionLine permissions={run.permissions} hasWorkspace={run.workspace !== null} />
        </p>
      )}
    </div>
  )
}

function sentence(reason: string): string {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
