'use client'

import { useMemo, useState } from 'react'
import type { Plan } from '@/lib/api/plan'
import type { LaunchInput } from '@/lib/api/runs'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useCountedPlan, usePlan } from '@/lib/client/queries/run-queries'
import { type FieldError, problemErrors } from '@/lib/view/launch/field-errors'
import type { ReadForm } from '@/lib/view/launch/read-launch'

type LaunchPlan = {
  /** The plan of the form, or the last one that was known; undefined while the form cannot be read. */
  plan: Plan | undefined
  /** The first plan of this form, whose phases stay the same while it is counted. */
  outline: Plan | undefined
  /** What would be sent; null while the form cannot be read or was changed a moment ago. */
  body: LaunchInput | null
  /** The caps that are asked for. */
  limits: LaunchInput['limits']
  errors: FieldError[]
  isRefused: boolean
  isLoading: boolean
  isCounting: boolean
  /** Counts its agents on the simulator, its prompts there or by the provider. */
  count: (byProvider: boolean) => void
}

/** What a form would run and cost, asked for once it has not changed for a moment. */
export function useLaunchPlan(read: ReadForm, isKnown: boolean): LaunchPlan {
  const asked = useDebounced(read.ok && isKnown ? JSON.stringify(read.body) : '', 350)
  const body = useMemo(
    () => (read.ok && asked === JSON.stringify(read.body) ? read.body : null),
    [read, asked],
  )
  const plan = usePlan(body)
  const [countedFor, setCountedFor] = useState({ asked: '', byProvider: false })
  const counted = useCountedPlan(body, asked !== '' && countedFor.asked === asked, countedFor.byProvider)
  const refusals = body === null ? [] : [plan.error, counted.error].filter((error) => error !== null)
  return {
    plan: read.ok ? (counted.data ?? plan.data) : undefined,
    outline: plan.data,
    body,
    limits: read.ok ? read.body.limits : undefined,
    errors: refusals.flatMap((error) => problemErrors(problemOf(error))),
    isRefused: plan.error !== null,
    isLoading: read.ok && (plan.isFetching || body === null),
    isCounting: counted.isFetching,
    count: (byProvider) => setCountedFor({ asked, byProvider }),
  }
}
