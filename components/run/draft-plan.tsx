'use client'

import { useMemo } from 'react'
import { PlanGraph } from '@/components/launch/plan/plan-graph'
import { PlanNumbers } from '@/components/launch/plan/plan-numbers'
import { PlanPhases } from '@/components/launch/plan/plan-phases'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { usePlan, useRunInput } from '@/lib/client/queries/run-queries'
import type { RunHeader } from '@/lib/core/run/state'
import { relaunchBody } from '@/lib/view/launch/launch-again'

/** What a draft would do, for the person who approves it. */
export function DraftPlan({ run }: { run: RunHeader }) {
  const input = useRunInput(run.id)
  const body = useMemo(
    () => (input.data === undefined ? null : relaunchBody(run, input.data)),
    [run, input.data],
  )
  const plan = usePlan(body)
  const error = input.error ?? plan.error
  return (
    <section aria-label="Plan" className="mx-auto flex w-full max-w-2xl flex-col gap-4 px-4 py-6 sm:px-6">
      <div>
        <h2 className="text-base font-semibold">Plan for approval</h2>
        <p className="text-sm text-ink-2">
          Nothing has been sent to a model. The run starts when it is approved.
        </p>
      </div>
      {error !== null && (
        <ErrorNote title="The plan could not be computed" detail={problemOf(error).detail} />
      )}
      {error === null && plan.data === undefined && <Loading label="Computing the plan…" />}
      {plan.data !== undefined && (
        <div className="panel flex flex-col gap-4 p-4 sm:p-5">
          <p className="text-sm text-ink-2">{plan.data.description}</p>
          <PlanGraph plan={plan.data} />
          <PlanPhases plan={plan.data} />
          <PlanNumbers plan={plan.data} />
          {plan.data.notes.map((note) => (
            <p key={note} className="text-xs text-ink-2">
              {note}
            </p>
          ))}
        </div>
      )}
    </section>
  )
}
