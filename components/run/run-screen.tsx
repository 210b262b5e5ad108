'use client'

import { memo, useEffect, useMemo, useState } from 'react'
import { QuestionPanel } from '@/components/questions/question-panel'
import { ButtonLink } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { HeadFoldContext } from '@/lib/client/run/head-fold'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useConnection, useRunView } from '@/lib/client/run/use-run'
import { useReplayTime, useRunUrl } from '@/lib/client/run/use-run-url'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import { hasEnded } from '@/lib/core/spec/run-status'
import { pageTitle } from '@/lib/view/run/page-title'
import { RunHead } from './header/run-head'
import { Replay } from './replay'
import { ReplayBar } from './replay-bar'
import { RunBody } from './run-body'
import { TabIcon } from './tab-icon'
import { DraftPlan } from './views'

/** One run: what it is, its state now or at the replayed moment, and all its agents. */
export function RunScreen() {
  return (
    <Replay>
      <PageTitle />
      <TabIcon />
      <ShownRun />
    </Replay>
  )
}

/**
 * A component of its own: it changes with every agent that ends, and nothing else should repaint for that.
 */
function PageTitle() {
  const title = useThrottledView((view) => (view.state === null ? null : pageTitle(view.state)))
  useEffect(() => {
    if (title !== null) document.title = title
  }, [title])
  return null
}

const ShownRun = memo(function ShownRun() {
  const connection = useConnection()
  const status = useRunView((view) => view.state?.run.status ?? null)
  const simulated = useRunView((view) => view.state?.run.simulated === true)
  if (connection.status === 'refused') return <Refused connection={connection} />
  if (status === null)
    return (
      <Loading
        label={connection.status === 'reconnecting' ? 'Waiting for the server…' : 'Opening the run…'}
      />
    )
  return (
    <MoneyProvider simulated={simulated}>
      <OpenRun hadEnded={hasEnded(status)} />
    </MoneyProvider>
  )
})

/**
 * The first view depends on whether the run had ended when the page was opened. A live page never switches by
 * itself.
 */
function OpenRun({ hadEnded }: { hadEnded: boolean }) {
  const [landing] = useState(hadEnded ? 'result' : 'map')
  const draft = useRunView((view) => (view.state?.run.status === 'draft' ? view.state.run : null))
  const isAsking = useRunView((view) => view.state !== null && openCheckpoints(view.state).length > 0)
  const [{ view }] = useRunUrl()
  const [isFolded, setFolded] = useState(false)
  const [isFull, setFull] = useState(false)
  const fold = useMemo(() => ({ isFolded, setFolded, isFull, setFull }), [isFolded, isFull])
  return (
    <HeadFoldContext value={fold}>
      <div
        // Taller than the screen: a question stands over the view, or the view is a long one.
        data-tall={isAsking || view === 'changes' ? '' : undefined}
        className={cx(
          'group/run flex flex-col',
          isFull
            ? 'fixed inset-0 z-40 bg-surface'
            : 'data-[tall]:lg:basis-auto lg:min-h-[560px] lg:shrink lg:grow lg:basis-[0px]',
        )}
      >
        <RunHead landing={landing} />
        <QuestionPanel />
        {draft === null ? <RunBody landing={landing} /> : <DraftPlan run={draft} />}
        <Scrubber />
      </div>
    </HeadFoldContext>
  )
}

/**
 * The bar covers the whole run, whatever moment is shown. While a question is open its answer controls take
 * this place; only somebody looking at an earlier moment needs the way back.
 */
function Scrubber() {
  const { store } = useLiveRun()
  const [t] = useReplayTime()
  // Read again with every change of what is shown; the run itself may have ended meanwhile.
  useRunView((view) => view.state?.seq ?? 0)
  const now = store.getNow().state
  const run = now?.run
  if (now === null || run === undefined || run.startedAt === null) return null
  if (t === null && openCheckpoints(now).length > 0) return null
  return <ReplayBar startedAt={run.startedAt} endedAt={run.endedAt} pausedMs={run.pausedMs} />
}

function Refused({ connection }: { connection: { title: string; detail: string; isMissing: boolean } }) {
  if (connection.isMissing) {
    return (
      <EmptyState
        level="h1"
        title="Run not found"
        action={<ButtonLink href={pages.runs}>All runs</ButtonLink>}
      >
        It may have been deleted, or the address is wrong.
      </EmptyState>
    )
  }
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorNote title={connection.title} detail={connection.detail} />
    </div>
  )
}
