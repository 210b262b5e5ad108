'use client'

import { RotateCw, Trash2, X } from 'lucide-react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import type { RunSummary } from '@/lib/api/first/run-list'
import { problemOf } from '@/lib/client/http/api'
import { useDeleteRun, useRunAct } from '@/lib/client/queries/run-queries'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { launchAgainFromSummary } from '@/lib/view/launch/launch-again'

export function RunRowActions({ run }: { run: RunSummary }) {
  const act = useRunAct(run.id)
  const remove = useDeleteRun()
  const failed = act.error ?? remove.error
  return (
    <div className="flex flex-col items-end">
      <div className="flex justify-end gap-0.5">
        <ButtonLink
          variant="quiet"
          size="sm"
          href={launchAgainFromSummary(run)}
          aria-label={`Launch ${run.title} again`}
          title="Launch again"
        >
          <RotateCw aria-hidden="true" className="size-4" />
        </ButtonLink>
        {hasEnded(run.status) ? (
          <Confirm
            trigger={
              <Button
                variant="quiet"
                size="sm"
                aria-label={`Delete ${run.title}`}
                title="Delete"
                disabled={remove.isPending}
              >
                <Trash2 aria-hidden="true" className="size-4" />
              </Button>
            }
            title={`Delete “${run.title}”?`}
            verb="Delete the run"
            onConfirm={() => remove.mutate(run.id)}
          >
            Its agents, transcripts and result are deleted permanently. Its cost,{' '}
            {moneyWords(run.simulated)(formatUsd(run.totals.spentNanoUsd))}, stays in the totals.
          </Confirm>
        ) : (
          <Confirm
            trigger={
              <Button
                variant="quiet"
                size="sm"
                aria-label={`Cancel ${run.title}`}
                title="Cancel"
                disabled={act.isPending}
              >
                <X aria-hidden="true" className="size-4" />
              </Button>
            }
            title={`Cancel “${run.title}”?`}
            verb="Cancel the run"
            keep="Keep it running"
            onConfirm={() => act.mutate('cancel')}
          >
            In-flight turns are interrupted. Finished answers are kept.
          </Confirm>
        )}
      </div>
      {failed !== null && (
        <p role="alert" className="text-xs text-failed">
          {problemOf(failed).detail}
        </p>
      )}
    </div>
  )
}
