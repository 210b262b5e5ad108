'use client'

import { TriangleAlert } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { LongText } from '@/components/ui/long-text'
import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useRunAct, useRunPatch } from '@/lib/client/queries/run-queries'
import { useReplay } from '@/lib/client/run/replay-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import type { RunHeader } from '@/lib/core/run/state'
import { type CapRaise, capRaise } from '@/lib/view/attention/cap-raise'
import { formatCap } from '@/lib/view/format/money'
import { asSentence } from '@/lib/view/format/sentence'
import { raisableLimit } from '@/lib/view/questions/raise-limit'
import { RaiseLimit } from './raise-limit'
import { RaiseQuota } from './raise-quota'

/** Why a paused run is paused, and the way out: at a dollar cap one press raises it and goes on. */
export function PauseBanner() {
  const run = useRunView((view) => (view.state?.run.status === 'paused' ? view.state.run : null))
  const replay = useReplay()
  const state = useThrottledView((view) => (view.state?.run.status === 'paused' ? view.state : null))
  const money = useMoney()
  if (run === null || run.reason === null) return null
  const limit = raisableLimit(run, run.pauseReason)
  const cap = run.pauseReason === 'usd-cap' ? run.limits.nanoUsd : null
  const raise = cap === null || state === null || run.limitsChangedInPause ? null : capRaise(state, cap)
  return (
    <section
      aria-label="Paused"
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md border border-waiting/60 bg-waiting/10 px-3 py-1.5 text-sm"
    >
      <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-waiting" />
      <p className="min-w-0 flex-1 basis-64">
        <LongText text={money(asSentence(run.reason))} first={600} className="break-words" />{' '}
        {run.limitsChangedInPause && 'Its limits were changed since: resume to go on. '}
        {raise?.left != null && <span className="num text-ink-2">{money(raise.left)}.</span>}
      </p>
      {replay.atMs === null && (
        <div className="flex flex-wrap items-center gap-2">
          {raise !== null && <RaiseAndResume run={run} raise={raise} />}
          {limit !== null && run.pauseQuota !== null && <RaiseQuota run={run} limit={limit} />}
          {limit !== null && run.pauseQuota === null && (
            <RaiseLimit
              key={`${run.pauseReason} ${run.pausePhase}`}
              run={run}
              limit={limit}
              isMain={raise === null && !run.limitsChangedInPause}
            />
          )}
        </div>
      )}
    </section>
  )
}

function RaiseAndResume({ run, raise }: { run: RunHeader; raise: CapRaise }) {
  const money = useMoney()
  const patch = useRunPatch(run.id)
  const act = useRunAct(run.id)
  const failed = patch.error ?? act.error
  return (
    <>
      <Button
        variant="primary"
        size="sm"
        disabled={patch.isPending || act.isPending}
        onClick={() =>
          patch.mutate({ limits: { usd: raise.usd } }, { onSuccess: () => act.mutate('resume') })
        }
      >
        Raise to {money(formatCap(Math.round(raise.usd * 1e9)))} and resume
      </Button>
      {failed !== null && <ErrorNote title={problemOf(failed).title} detail={problemOf(failed).detail} />}
    </>
  )
}
