'use client'

import dynamic from 'next/dynamic'
import { patiently } from '@/lib/client/http/patiently'
import { useRunView } from '@/lib/client/run/use-run'
import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { countRetryableCalls } from '@/lib/view/questions/retryable-calls'

const RetryButton = dynamic(patiently(() => import('./retry-button').then((part) => part.RetryButton)))

/** Retries the failed agents of an ended run in the same run. The button says what that would cost. */
export function RetryFailed({ run }: { run: RunHeader }) {
  const isWhole = useRunView((view) => view.isWhole)
  const failed = useRunView((view) => (view.state === null ? 0 : countRetryableCalls(view.state)))
  if (run.imported !== null) return null
  if (!isWhole || !hasEnded(run.status) || (failed === 0 && run.status !== 'cancelled')) return null
  return <RetryButton run={run} failed={failed} />
}
