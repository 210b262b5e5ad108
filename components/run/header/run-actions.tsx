'use client'

import { Pause, Play, RotateCw, Save, X } from 'lucide-react'
import { ForkButton } from '@/components/fork/fork-button'
import { RetryFailed } from '@/components/fork/retry-failed'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useRunAct } from '@/lib/client/queries/run-queries'
import type { Totals } from '@/lib/core/agent/totals'
import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatCap, formatUsd } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'
import { launchAgainHref } from '@/lib/view/launch/launch-again'
import { raisableLimit } from '@/lib/view/questions/raise-limit'

type Act = ReturnType<typeof useRunAct>
type PartProps = { run: RunHeader; totals: Totals; batched: number; act: Act }

/** What a person can do to a run now. The result arrives on the stream, not from the button. */
export function RunActions({ run, totals, batched }: { run: RunHeader; totals: Totals; batched: number }) {
  const act = useRunAct(run.id)
  const problem = act.error === null ? null : problemOf(act.error)
  return (
    <div className="flex flex-col items-end gap-2 sm:max-w-full">
      <div className="flex items-center gap-2 sm:flex-wrap">
        {run.status === 'draft' && <Approve run={run} act={act} />}
        {run.settling === null && (
          <PauseOrResume
            status={run.status}
            isAtLimit={raisableLimit(run, run.pauseReason) !== null && !run.limitsChangedInPause}
            act={act}
          />
        )}
        {run.settling !== null && batched > 0 && <StopWaiting totals={totals} act={act} />}
        {run.settling === null && !hasEnded(run.status) && (
          <Cancel totals={totals} batched={batched} act={act} />
        )}
        <RetryFailed run={run} />
        <ForkButton run={run} />
        {run.workflow !== null && run.workflow.origin === null && (
          <ButtonLink variant="quiet" title="Save as workflow" href={pages.newWorkflow({ run: run.id })}>
            <Save aria-hidden="true" className="size-3.5" />
            <span className="max-2xl:sr-only">Save as workflow</span>
          </ButtonLink>
        )}
        {hasEnded(run.status) && (
          <ButtonLink href={launchAgainHref(run)}>
            <RotateCw aria-hidden="true" className="size-3.5" />
            Launch again
          </ButtonLink>
        )}
      </div>
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
    </div>
  )
}

/** The button says how far the run may go once it is pressed. */
function Approve({ run, act }: Pick<PartProps, 'run' | 'act'>) {
  const money = useMoney()
  return (
    <Button variant="primary" disabled={act.isPending} onClick={() => act.mutate('approve')}>
      <Play aria-hidden="true" className="size-3.5" />
      Approve: up to {plural(run.approved?.agents ?? run.limits.agents, 'agent')},{' '}
      {run.approved?.nanoUsd == null
        ? `stops at ${money(formatCap(run.limits.nanoUsd))}`
        : `asks at ${money(formatCap(run.approved.nanoUsd))}`}
    </Button>
  )
}

type PauseOrResumeProps = { status: RunHeader['status']; isAtLimit: boolean; act: Act }

/** At a limit the way on is to raise it, which stands beside the reason; resuming alone pauses at once again. */
function PauseOrResume({ status, isAtLimit, act }: PauseOrResumeProps) {
  if (status === 'running')
    return (
      <Button
        disabled={act.isPending}
        onClick={() => act.mutate('pause')}
        title="In-flight turns finish first"
      >
        <Pause aria-hidden="true" className="size-3.5" />
        Pause
      </Button>
    )
  if (status !== 'paused') return null
  return (
    <Button
      variant={isAtLimit ? 'secondary' : 'primary'}
      title={isAtLimit ? 'Pauses again at once unless the limit has been raised' : undefined}
      disabled={act.isPending}
      onClick={() => act.mutate('resume')}
    >
      <Play aria-hidden="true" className="size-3.5" />
      Resume
    </Button>
  )
}

function StopWaiting({ totals, act }: Pick<PartProps, 'totals' | 'act'>) {
  const money = useMoney()
  return (
    <Confirm
      trigger={
        <Button variant="danger" disabled={act.isPending}>
          <X aria-hidden="true" className="size-3.5" />
          Stop waiting
        </Button>
      }
      title="End the run without its batches?"
      verb="End the run"
      keep="Keep waiting"
      onConfirm={() => act.mutate('cancel')}
    >
      Requests that still finish will be billed but not recorded here:{' '}
      {money(formatUsd(totals.reservedNanoUsd))}, the most they can cost, counts as unsettled instead.
    </Confirm>
  )
}

function Cancel({ totals, batched, act }: Pick<PartProps, 'totals' | 'batched' | 'act'>) {
  const money = useMoney()
  const running = totals.agents.running + totals.agents.stalled
  return (
    <Confirm
      trigger={
        <Button variant="danger" disabled={act.isPending}>
          <X aria-hidden="true" className="size-3.5" />
          Cancel
        </Button>
      }
      title="Cancel this run?"
      verb="Cancel the run"
      keep="Keep it running"
      onConfirm={() => act.mutate('cancel')}
    >
      {running > 0
        ? `${plural(running, 'agent')} in flight will be interrupted. `
        : 'No agent is in flight. '}
      {batched > 0 &&
        `${plural(batched, 'batch', 'batches')} in progress will be cancelled. Finished requests are billed, and the run ends when that is known. `}
      {money(formatUsd(totals.spentNanoUsd))} is spent, and finished answers are kept. To let turns finish,
      pause instead.
    </Confirm>
  )
}
