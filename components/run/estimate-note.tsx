'use client'

import { memo } from 'react'
import { useRunView } from '@/lib/client/use-run'
import { estimateLine } from '@/lib/view/estimate-words'

/** What was foretold of an ended run, beside what it came to. */
export const EstimateNote = memo(function EstimateNote() {
  const line = useRunView((view) => (view.state === null ? null : estimateLine(view.state)))
  const basis = useRunView((view) => view.state?.run.estimate?.basis)
  return line === null ? null : (
    <p className="num text-xs text-ink-2" title={basis}>
      {line}
    </p>
  )
})
