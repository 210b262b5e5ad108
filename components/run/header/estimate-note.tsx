'use client'

import { memo } from 'react'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useRunView } from '@/lib/client/run/use-run'
import { estimateLine } from '@/lib/view/plan/estimate-words'

/** The estimate of an ended run, beside its actual figures. */
export const EstimateNote = memo(function EstimateNote() {
  const money = useMoney()
  const line = money(useRunView((view) => (view.state === null ? null : estimateLine(view.state))))
  const basis = useRunView((view) => view.state?.run.estimate?.basis)
  return line === null ? null : (
    <details className="num text-xs text-ink-2">
      <summary className="w-fit select-none">{line}</summary>
      <p className="mt-1 max-w-3xl text-ink-3">{basis}</p>
    </details>
  )
})
