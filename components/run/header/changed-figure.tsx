'use client'

import { useChanges } from '@/lib/client/queries/change-queries'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { changesVersion, lineCounts } from '@/lib/view/changes/change-words'
import { plural } from '@/lib/view/format/numbers'

/** How much a run changed, and the way there. While it is at work its merges are counted, which costs nothing. */
export function ChangedFigure({ run }: { run: RunHeader }) {
  const [, setUrl] = useRunUrl()
  const isEnded = hasEnded(run.status)
  const { data } = useChanges({ runId: run.id, agent: null }, changesVersion(run), {
    isAtWork: false,
    isAsked: isEnded,
  })
  const merges = run.files?.merges ?? 0
  return (
    <button
      type="button"
      title="Open the changes"
      onClick={() => void setUrl({ view: 'changes', by: null })}
      className="underline decoration-line-strong underline-offset-4 hover:decoration-current"
    >
      {isEnded && data !== undefined
        ? `${plural(data.files.length, 'file')} ${lineCounts(data)}`
        : `${plural(merges, 'merge')}`}
    </button>
  )
}
