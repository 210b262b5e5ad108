'use client'

import { ChevronDown, ChevronUp, Info, MessageSquare } from 'lucide-react'
import dynamic from 'next/dynamic'
import { memo, type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Elapsed } from '@/components/ui/elapsed'
import { LongText } from '@/components/ui/long-text'
import { SpendWords } from '@/components/ui/spend-meter'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useIsShown } from '@/lib/client/hooks/use-is-shown'
import { patiently } from '@/lib/client/http/patiently'
import { useHealth } from '@/lib/client/queries/first/health'
import { useDryRunEstimate } from '@/lib/client/queries/money-queries'
import { useRunNotes } from '@/lib/client/queries/people-queries'
import { useHeadFold } from '@/lib/client/run/head-fold'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { hasEnded } from '@/lib/core/spec/run-status'
import { cacheUseOf } from '@/lib/view/agent/cache-use'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { allTokens, runSpendOf } from '@/lib/view/agent/run-spend'
import {
  isAskingSomebody,
  needsYou,
  outcomeCountsSentence,
  statusCounts,
} from '@/lib/view/agent/status-counts'
import { formatCount } from '@/lib/view/format/numbers'
import { asSentence } from '@/lib/view/format/sentence'
import { openBatches } from '@/lib/view/run/batch-view'
import { dryRunEnding } from '@/lib/view/run/dry-run'
import { forecast } from '@/lib/view/run/forecast'
import { phaseProgress, phaseSpan } from '@/lib/view/timeline/phase-progress'
import { PhaseStrip } from '../phase-strip'
import { ExportMenu } from './export-menu'
import { NotifyButton } from './notify-button'
import { RunActions } from './run-actions'
import { RunFigures } from './run-figures'
import { RunOrigin, RunTitle } from './run-title'
import { ShareButton } from './share-button'
import { StatusFilter } from './status-filter'
import { WaitNotes } from './wait-notes'

// What few runs have, or what is opened by a press.
const BatchStrip = dynamic(patiently(() => import('../batch-strip').then((part) => part.BatchStrip)))
const DryRunNote = dynamic(patiently(() => import('../dry-run-note').then((part) => part.DryRunNote)))
const EstimateNote = dynamic(patiently(() => import('./estimate-note').then((part) => part.EstimateNote)))
const ImportedNote = dynamic(
  patiently(() => import('@/components/imports/imported-note').then((part) => part.ImportedNote)),
)
const PauseBanner = dynamic(patiently(() => import('./pause-banner').then((part) => part.PauseBanner)))
const RunNotes = dynamic(
  patiently(() => import('@/components/notes/run-notes').then((part) => part.RunNotes)),
)

/**
 * Everything above the views: title and state, money and time, status counts, phases. Each part repaints only
 * for its own data. Folded it is one row; whoever uses the map has it folded.
 */
export function RunHead({ landing }: { landing: string }) {
  const hasState = useRunView((view) => view.state !== null)
  const { isFolded, setFolded, isFull } = useHeadFold()
  const [hasDetails, setDetails] = useState(false)
  const [{ view = null }] = useRunUrl()
  if (!hasState || isFull) return null
  const shown = view ?? (landing === 'result' ? 'result' : 'map')
  return (
    <header className="flex flex-col gap-1.5 border-b bg-surface px-4 py-2 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
        <Title />
        {isFolded && <ShortFigures />}
        <div className="flex items-center gap-0.5">
          <NotesToggle />
          <HeadToggle label="Details of the run" isOpen={hasDetails} onToggle={setDetails}>
            <Info aria-hidden="true" className="size-4" />
          </HeadToggle>
          <HeadToggle label="Figures and filters" isOpen={!isFolded} onToggle={(open) => setFolded(!open)}>
            {isFolded ? (
              <ChevronDown aria-hidden="true" className="size-4" />
            ) : (
              <ChevronUp aria-hidden="true" className="size-4" />
            )}
          </HeadToggle>
        </div>
        <div className="flex min-w-0 items-center gap-2 max-sm:contents">
          {shown !== 'result' && <SeeResult />}
          <Actions />
        </div>
      </div>
      {hasDetails && <Details />}
      <Notes />
      {shown !== 'result' && <Reason />}
      <DryRunSummary />
      <ImportSummary />
      <Paused />
      {!isFolded && (
        <>
          <div className="flex flex-wrap items-center gap-x-6 gap-y-1.5">
            <Figures />
            <StatusCounters />
          </div>
          <WaitNotes />
          {shown !== 'map' && <Phases />}
          <Batches />
        </>
      )}
    </header>
  )
}

type HeadToggleProps = {
  label: string
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
  children: ReactNode
}

function HeadToggle({ label, isOpen, onToggle, children }: HeadToggleProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-expanded={isOpen}
      title={label}
      onClick={() => onToggle(!isOpen)}
      className="grid h-7 min-w-7 place-items-center rounded-md px-1 text-ink-3 transition-colors hover:bg-hover hover:text-ink aria-expanded:text-ink-2"
    >
      {children}
    </button>
  )
}

/** How many notes there are, and their list beneath the title; also while an earlier moment is shown. */
function NotesToggle() {
  const { id } = useLiveRun()
  const { data } = useRunNotes(id)
  const [{ notes }, setUrl] = useRunUrl()
  const count = data?.notes.length ?? 0
  return (
    <HeadToggle
      label={count === 0 ? 'Notes' : `Notes (${count})`}
      isOpen={notes}
      onToggle={(isOpen) => void setUrl({ notes: isOpen ? true : null })}
    >
      <span className="num flex items-center gap-0.5 text-xs">
        <MessageSquare aria-hidden="true" className="size-4" />
        {count > 0 && count}
      </span>
    </HeadToggle>
  )
}

function Notes() {
  const { id } = useLiveRun()
  const [{ notes }] = useRunUrl()
  return notes ? <RunNotes runId={id} /> : null
}

const Title = memo(function Title() {
  const run = useRunView((view) => view.state?.run)
  const connection = useRunView((view) => view.connection)
  const asks = useRunView((view) => view.state !== null && isAskingSomebody(view.state))
  return run === undefined ? null : <RunTitle run={run} connection={connection} asks={asks} />
})

const Details = memo(function Details() {
  const run = useRunView((view) => view.state?.run)
  return run === undefined ? null : (
    <div className="flex flex-col gap-1">
      <RunOrigin run={run} />
      <EstimateNote />
    </div>
  )
})

/** Why a run ended as it did, or what it still waits for. Why it is paused stands in the banner. */
const Reason = memo(function Reason() {
  const money = useMoney()
  const reason = useRunView((view) =>
    view.state === null || view.state.run.status === 'paused' ? null : view.state.run.reason,
  )
  return reason === null ? null : (
    <p className="text-sm text-ink-2">
      <LongText text={money(asSentence(reason))} first={300} className="break-words" />
    </p>
  )
})

/** Says that a watched run has ended, and leads to its result from another view. */
const SeeResult = memo(function SeeResult() {
  const isEnded = useRunView((view) => view.state !== null && hasEnded(view.state.run.status))
  const [, setUrl] = useRunUrl()
  return (
    <span role="status" className="shrink-0">
      {isEnded && (
        <Button variant="primary" onClick={() => void setUrl({ view: 'result' })}>
          See the result
        </Button>
      )}
    </span>
  )
})

/** What stays of the figures in a folded head. */
const ShortFigures = memo(function ShortFigures() {
  const run = useRunView((view) => view.state?.run)
  const totals = useThrottledView((view) => view.state?.totals)
  if (run === undefined || totals === undefined) return null
  return (
    <p className="num flex shrink-0 items-baseline gap-3 whitespace-nowrap text-sm">
      <span className="text-ink-2">
        {formatCount(endedCount(totals.agents))}/{formatCount(agentCount(totals.agents))} agents
      </span>
      <span className="font-medium">
        <SpendWords spend={runSpendOf(totals, run.limits.nanoUsd)} />
      </span>
      <span className="text-ink-2">
        <Elapsed run={run} />
      </span>
    </p>
  )
})

const Actions = memo(function Actions() {
  const run = useRunView((view) => view.state?.run)
  const totals = useThrottledView((view) => view.state?.totals)
  const batched = useRunView((view) => openBatches(view.state?.batches ?? []).length)
  const replay = useReplay()
  if (run === undefined || totals === undefined) return null
  return (
    <div className="relative flex items-center gap-2 *:shrink-0 max-sm:-mx-4 max-sm:w-screen max-sm:fades-sideways max-sm:overflow-x-auto max-sm:px-4 max-sm:py-0.5 sm:max-w-full sm:flex-wrap">
      {!hasEnded(run.status) && <NotifyButton runId={run.id} />}
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

function Paused() {
  const isPaused = useRunView((view) => view.state?.run.status === 'paused')
  return isPaused ? <PauseBanner /> : null
}

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

const ImportSummary = memo(function ImportSummary() {
  const imported = useRunView((view) => view.state?.run.imported ?? null)
  const agents = useRunView((view) => view.state?.agents.size ?? 0)
  return imported === null ? null : <ImportedNote imported={imported} agents={agents} />
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
      // What was spent elsewhere is under no cap of this server.
      spend={runSpendOf(totals, run.imported === null ? run.limits.nanoUsd : null)}
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
        statusCounts={statusCounts(counts, outcomeCounts, url.state)}
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
