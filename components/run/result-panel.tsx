'use client'

import { Download } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { RunGithub } from '@/components/github/run-github'
import { buttonClasses } from '@/components/ui/actions/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Markdown } from '@/components/ui/markdown/markdown'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { problemOf } from '@/lib/client/http/api'
import { useRunResult } from '@/lib/client/queries/run-queries'
import { OpenPlaceContext } from '@/lib/client/run/open-place'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import { hasEnded } from '@/lib/core/spec/run-status'
import { type FilePlace, filePlace, placeText } from '@/lib/view/run/file-place'
import { resultView } from '@/lib/view/run/result-view'
import { FindingsTable } from './findings-table'
import { FlaggedSources } from './flagged-sources'
import { OutcomeCountsCard } from './outcome-counts-card'
import { PlaceViewer } from './place-viewer'
import { ScriptError } from './script-error'

/** What the run gave back, always beside how many agents it rests on. */
export function ResultPanel() {
  const { id } = useLiveRun()
  const run = useRunView((view) => view.state?.run)
  const outcomeCounts = useRunView((view) => view.state?.outcomeCounts)
  const isEnded = run !== undefined && hasEnded(run.status)
  const [url, setUrl] = useRunUrl()
  const open = useCallback((place: FilePlace) => void setUrl({ place: placeText(place) }), [setUrl])
  if (run === undefined || outcomeCounts === undefined) return null
  if (!isEnded) {
    return (
      <EmptyState title="There is no result yet">
        The script&rsquo;s return value appears here when the run ends.
      </EmptyState>
    )
  }
  return (
    <OpenPlaceContext value={run.workspace === null ? null : open}>
      <ScrollBox label="Result" className="h-full overflow-y-auto">
        <div className="mx-auto flex max-w-5xl flex-col gap-5 px-4 py-5 sm:px-6">
          <OutcomeCountsCard
            outcomeCounts={outcomeCounts}
            status={run.status}
            reason={run.error === null ? run.reason : null}
          />
          {run.flaggedSources.length > 0 && <FlaggedSources runId={id} sources={run.flaggedSources} />}
          {run.error !== null && <ScriptError runId={id} error={run.error} />}
          <RunGithub run={run} />
          <Returned id={id} hasThrown={run.error !== null} />
        </div>
      </ScrollBox>
      <PlaceViewer
        runId={id}
        place={url.place === null ? null : filePlace(url.place)}
        onClose={() => void setUrl({ place: null }, { history: 'replace' })}
      />
    </OpenPlaceContext>
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
      <Downloads id={id} hasReport={shown.report !== null} hasFindings={shown.findings !== null} />
      {shown.report && (
        <article className="panel p-5 sm:p-6" aria-label="Report">
          <Markdown text={shown.report} />
        </article>
      )}
      {shown.findings !== null && shown.findings.length > 0 && <FindingsTable findings={shown.findings} />}
      <CodeBlock text={shown.json} label="Result as JSON" maxHeight={420} />
    </>
  )
}

/** What there is of the result as a file, each at one press. */
function Downloads({ id, hasReport, hasFindings }: { id: string; hasReport: boolean; hasFindings: boolean }) {
  const files = [
    ...(hasReport ? [{ format: 'report' as const, label: 'Report (Markdown)' }] : []),
    ...(hasFindings ? [{ format: 'sarif' as const, label: 'Findings (SARIF)' }] : []),
  ]
  if (files.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2">
      {files.map(({ format, label }) => (
        <a
          key={format}
          href={addressOf(runApi.exportRun, { params: { id }, query: { format } })}
          download
          className={buttonClasses('secondary', 'md')}
        >
          <Download aria-hidden="true" className="size-3.5" />
          {label}
        </a>
      ))}
    </div>
  )
}
