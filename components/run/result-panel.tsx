'use client'

import { useMemo } from 'react'
import { CodeBlock } from '@/components/ui/code-block'
import { Markdown } from '@/components/ui/markdown'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { problemOf } from '@/lib/client/http/api'
import { useRunResult } from '@/lib/client/queries/run-queries'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { hasEnded } from '@/lib/core/spec/run'
import { resultView } from '@/lib/view/run/result-view'
import { FindingsTable } from './findings-table'
import { FlaggedSources } from './flagged-sources'
import { OutcomeCountsCard } from './outcome-counts-card'
import { ScriptError } from './script-error'

/** What the run gave back, always beside how many agents it rests on. */
export function ResultPanel() {
  const { id } = useLiveRun()
  const run = useRunView((view) => view.state?.run)
  const outcomeCounts = useRunView((view) => view.state?.outcomeCounts)
  const isEnded = run !== undefined && hasEnded(run.status)
  if (run === undefined || outcomeCounts === undefined) return null
  if (!isEnded) {
    return (
      <EmptyState title="There is no result yet">
        The script&rsquo;s return value appears here when the run ends.
      </EmptyState>
    )
  }
  return (
    <ScrollBox label="Result" className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-5xl flex-col gap-5 px-4 py-5 sm:px-6">
        <OutcomeCountsCard
          outcomeCounts={outcomeCounts}
          status={run.status}
          reason={run.error === null ? run.reason : null}
        />
        {run.flaggedSources.length > 0 && <FlaggedSources runId={id} sources={run.flaggedSources} />}
        {run.error !== null && <ScriptError error={run.error} />}
        <Returned id={id} hasThrown={run.error !== null} />
      </div>
    </ScrollBox>
  )
}

/** What the script returned: as a report and findings where it reads as such, and as JSON. */
function Returned({ id, hasThrown }: { id: string; hasThrown: boolean }) {
  const { data, error, isPending } = useRunResult(id, true)
  const shown = useMemo(() => (data?.hasResult ? resultView(data.result) : null), [data])
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (isPending) return <Loading label="Loading the result…" />
  if (shown === null)
    return hasThrown ? null : <p className="text-sm text-ink-2">The script returned nothing.</p>
  return (
    <>
      {shown.report && (
        <article className="panel p-5 sm:p-6" aria-label="Report">
          <Markdown text={shown.report} />
        </article>
      )}
      {shown.findings.length > 0 && <FindingsTable findings={shown.findings} />}
      <CodeBlock text={shown.json} label="Result as JSON" maxHeight={420} />
    </>
  )
}
