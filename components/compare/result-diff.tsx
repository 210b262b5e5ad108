'use client'

import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { DiffView } from '@/components/workflows/diff-view'
import { problemOf } from '@/lib/client/http/api'
import { useRunDiff } from '@/lib/client/queries/run-queries'

/** What the two runs gave back, line by line. */
export function ResultDiff({ a, b, areEnded }: { a: string; b: string; areEnded: boolean }) {
  const { data, error } = useRunDiff(a, b, areEnded)
  return (
    <section aria-label="Results" className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">Results</h2>
      {!areEnded && (
        <p className="panel px-4 py-6 text-sm text-ink-2">Results are compared once both runs have ended.</p>
      )}
      {areEnded && error !== null && (
        <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
      )}
      {areEnded && error === null && data === undefined && <Loading label="Comparing results…" />}
      {data !== undefined && !(data.from.hasResult && data.to.hasResult) && (
        <div className="panel">
          <EmptyState title="Nothing to compare">
            {missing(data.from.hasResult, data.to.hasResult)}
          </EmptyState>
        </div>
      )}
      {data?.from.hasResult && data.to.hasResult && data.hunks.length === 0 && (
        <p className="panel px-4 py-6 text-sm text-ink-2">Both runs returned the same result.</p>
      )}
      {data !== undefined && data.hunks.length > 0 && <DiffView diff={data} />}
    </section>
  )
}

function missing(hasA: boolean, hasB: boolean): string {
  if (!hasA && !hasB) return 'Neither run returned a result.'
  return hasA ? 'Run B returned no result.' : 'Run A returned no result.'
}
