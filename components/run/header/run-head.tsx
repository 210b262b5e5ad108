'use client'

import { memo } from 'react'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useIsShown } from '@/lib/client/hooks/use-is-shown'
import { useDryRunEstimate } from '@/lib/client/queries/money-queries'
import { useHealth } from '@/lib/client/queries/server-queries'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import { hasEnded } from '@/lib/core/spec/run'
import { cacheUseOf } from '@/lib/view/agent/cache-use'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { allTokens, runSpendOf } from '@/lib/view/agent/run-spend'
import { needsYou, outcomeCountsSentence, statusCounts } from '@/lib/view/agent/status-counts'
import { openBatches } from '@/lib/view/run/batch-view'
import { dryRunEnding } from '@/lib/view/run/dry-run'
import { forecast } from '@/lib/view/run/forecast'
import { phaseProgress, phaseSpan } from '@/lib/view/timeline/phase-progress'
import { BatchStrip } from '../batch-strip'
import { DryRunNote } from '../dry-run-note'
import { PhaseStrip } from '../phase-strip'
import { EstimateNote } from './estimate-note'
import { ExportMenu } from './export-menu'
import { RunActions } from './run-actions'
import { RunFigures } from './run-figures'
import { RunTitle } from './run-title'
import { ShareButton } from './share-button'
import { StatusFilter } from './status-filter'

/**
 * Everything above the views: title and state, money and time, status counts, phases. Each part repaints only
 * for its own data.
 */
export function RunHead() {
  const hasState = useRunView((view) => view.state !== null)
  if (!hasState) return null
  return (
    <header className="flex flex-col gap-3 border-b bg-surface px-4 pb-3 pt-3 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <Title />
        <Actions />
      </div>
      <DryRunSummary />
      <Figures />
      <EstimateNote />
      <StatusCounters />
      <Phases />
      <Batches />
    </header>
  )
}

const Title = memo(function Title() {
  const run = useRunView((view) => view.state?.run)
  const connection = useRunView((view) => view.connection)
  return run === undefined ? null : <RunTitle run={run} connection={connection} />
})

const Actions = memo(function Actions() {
  const run = useRunView((view) => view.state?.run)
  const totals = useThrottledView((view) => view.state?.totals)
  const batched = useRunView((view) => openBatches(view.state?.batches ?? []).length)
  const replay = useReplay()
  if (run === undefined || totals === undefined) return null
  return (
    <div className="flex items-start gap-2 *:shrink-0 max-sm:-mx-4 max-sm:w-screen max-sm:overflow-x-auto max-sm:px-4 max-sm:py-0.5 sm:max-w-full sm:flex-wrap">
      <ShareButton />
      {run.startedAt !== null && <ExportMenu />}
      {replay.atMs === null ? (
        <RunActions run={run} totals={totals} batched={batched} />
      ) : (
        <p className="rounded-md bg-accent-soft px-3 py-1.5 text-xs font-medium">Replay, read-only</p>
      )}
    </div>
  )
})

const DryRunSummary = memo(function DryRunSummary() {
  const money = useMoney()
  const dryRun = useRunView((view) => view.state?.run.dryRun ?? null)
  const state = useThrottledView((view) =>
    view.isWhole && view.state?.run.dryRun != null ? view.state : null,
  )
  const ended = state !== null && hasEnded(state.run.status) ? state.run.id : null
  const { data: estimated = null } = useDryRunEstimate(ended)
  return dryRun === null || state === null ? null : (
    <DryRunNote
      dryRun={dryRun}
      ending={money(dryRunEnding(state, estimated))}
      basis={estimated?.basis ?? null}
    />
  )
})

const Figures = memo(function Figures() {
  const run = useRunView((view) => view.state?.run)
  const state = useThrottledView((view) => view.state)
  const tokensPerSecond = useThrottledView((view) => view.tokensPerSecond)
  const replay = useReplay()
  if (run === undefined || state === null) return null
  const { totals } = state
  return (
    <RunFigures
      run={run}
      spend={runSpendOf(totals, run.limits.nanoUsd)}
      tokens={allTokens(totals)}
      tokensPerSecond={replay.atMs === null ? tokensPerSecond : null}
      forecast={replay.atMs === null ? forecast(state) : null}
      cache={cacheUseOf(state.totals)}
    />
  )
})

const StatusCounters = memo(function StatusCounters() {
  const counts = useRunView((view) => view.state?.totals.agents)
  const outcomeCounts = useRunView((view) => view.state?.outcomeCounts)
  const questions = useRunView((view) => (view.state === null ? 0 : needsYou(view.state)))
  const isEnded = useRunView((view) => view.state !== null && hasEnded(view.state.run.status))
  const slots = useSlots()
  const [url, setUrl] = useRunUrl()
  if (counts === undefined || outcomeCounts === undefined) return null
  return (
    <>
      <StatusFilter
        statusCounts={statusCounts(counts, outcomeCounts)}
        selected={url.state}
        onSelect={(displayStatus) => void setUrl({ state: displayStatus })}
        questions={questions}
        slots={isEnded ? null : slots}
      />
      {outcomeCounts.withFlaggedInputs > 0 && !isEnded && (
        <p className="num text-xs text-ink-3">{outcomeCountsSentence(outcomeCounts)}</p>
      )}
    </>
  )
})

/** How many of its agents can run at once: the run's own bound, or the server's; null until that is known. */
function useSlots(): number | null {
  const own = useRunView((view) => view.state?.run.concurrency ?? null)
  const { data } = useHealth()
  const isShown = useIsShown()
  return data === undefined || !isShown ? null : Math.min(own ?? data.maxConcurrency, data.maxConcurrency)
}

const Batches = memo(function Batches() {
  const batches = useRunView((view) => view.state?.batches)
  const open = openBatches(batches ?? [])
  return open.length === 0 ? null : <BatchStrip batches={open} />
})

const Phases = memo(function Phases() {
  const all = useThrottledView((view) => view.state?.phases)
  const hasEnded = useRunView((view) => view.state?.run.endedAt != null)
  const [url, setUrl] = useRunUrl()
  const { store } = useLiveRun()
  if (all === undefined) return null
  const phases = phaseGroups(all).of(all)
  const spanOf = (title: string) => {
    const { state } = store.getView()
    return state === null ? null : phaseSpan(state, title)
  }
  const isBrushed = (title: string) => {
    const span = url.from === null ? null : spanOf(title)
    return span !== null && span.from === url.from && span.to === url.to
  }
  return (
    <PhaseStrip
      phases={phases.map(phaseProgress)}
      hasEnded={hasEnded}
      selected={url.phase}
      onSelect={(phase) => void setUrl({ phase })}
      brushed={phases.find(({ title }) => isBrushed(title))?.title ?? null}
      onBrush={(title) => {
        const span = title === null ? null : spanOf(title)
        void setUrl({ from: span?.from ?? null, to: span?.to ?? null })
      }}
    />
  )
})
