'use client'

import { ArrowLeftRight, ThumbsDown, ThumbsUp } from 'lucide-react'
import { parseAsString, useQueryStates } from 'nuqs'
import { ImportedBadge } from '@/components/imports/imported-badge'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Arriving, useFirstAnswers } from '@/components/ui/arriving'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useRunSnapshot } from '@/lib/client/queries/run-queries'
import { useNow } from '@/lib/client/run/use-now'
import type { Snapshot } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { moneyWords } from '@/lib/view/format/money'
import { type CompareGroup, compareRuns, verdicts } from '@/lib/view/runs/compare-runs'
import { ChangesDiff } from './changes-diff'
import { CompareTable } from './compare-table'
import { ResultDiff } from './result-diff'

const parsers = { a: parseAsString.withDefault(''), b: parseAsString.withDefault('') }

/** Two runs side by side; which two is in the address. */
export function CompareScreen() {
  const [{ a, b }, setUrl] = useQueryStates(parsers, { history: 'replace' })
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Compare two runs</h1>
        <div className="flex gap-2">
          {a !== '' && b !== '' && (
            <Button onClick={() => void setUrl({ a: b, b: a })}>
              <ArrowLeftRight aria-hidden="true" className="size-4" />
              Swap
            </Button>
          )}
          <ButtonLink href={pages.runs}>All runs</ButtonLink>
        </div>
      </div>
      {a === '' || b === '' ? (
        <div className="panel">
          <EmptyState
            title="Choose two runs to compare"
            action={
              <ButtonLink href={pages.runs} variant="primary">
                Choose two runs
              </ButtonLink>
            }
          >
            Select two runs in the list and press Compare.
          </EmptyState>
        </div>
      ) : (
        <Compared a={a} b={b} />
      )}
    </div>
  )
}

function Compared({ a, b }: { a: string; b: string }) {
  const areThere = useFirstAnswers()
  const [one, two] = [useRunSnapshot(a), useRunSnapshot(b)]
  const isTicking = [one, two].some(({ data }) => data !== undefined && !hasEnded(data.run.status))
  const now = useNow(isTicking)
  const errors = [one.error, two.error].filter((error) => error !== null)
  if (errors.length > 0)
    return errors.map((error) => (
      <ErrorNote
        key={problemOf(error).detail}
        title={problemOf(error).title}
        detail={problemOf(error).detail}
      />
    ))
  if (one.data === undefined || two.data === undefined) return <Loading label="Loading both runs…" />
  const groups = compareRuns(one.data, two.data, now)
  return (
    <Arriving isThere={areThere} label="Loading both runs…" className="flex flex-col gap-5">
      <div className="grid gap-3 sm:grid-cols-2">
        <RunCaption name="A" snapshot={one.data} />
        <RunCaption name="B" snapshot={two.data} />
      </div>
      {a === b && <p className="text-sm text-ink-2">Both sides are the same run.</p>}
      {a !== b && <Verdicts groups={groups} />}
      <ResultDiff a={a} b={b} areEnded={!isTicking} />
      <ChangesDiff a={a} b={b} areEnded={!isTicking} />
      <section aria-labelledby="compare-figures" className="flex flex-col gap-2">
        <h2 id="compare-figures" className="text-sm font-semibold">
          Figures
        </h2>
        <CompareTable groups={groups} titleA={one.data.run.title} titleB={two.data.run.title} />
      </section>
    </Arriving>
  )
}

/** What got better and what got worse from A to B, in a line each. */
function Verdicts({ groups }: { groups: readonly CompareGroup[] }) {
  const { better, worse } = verdicts(groups)
  if (better.length + worse.length === 0) return null
  return (
    <dl className="num grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
      {better.length > 0 && (
        <>
          <dt className="flex items-center gap-1.5 font-medium text-ink">
            <ThumbsUp aria-hidden="true" className="size-3.5" />B is better
          </dt>
          <dd>{better.join(', ')}</dd>
        </>
      )}
      {worse.length > 0 && (
        <>
          <dt className="flex items-center gap-1.5 font-medium text-failed">
            <ThumbsDown aria-hidden="true" className="size-3.5" />B is worse
          </dt>
          <dd>{worse.join(', ')}</dd>
        </>
      )}
    </dl>
  )
}

function RunCaption({ name, snapshot: { run } }: { name: 'A' | 'B'; snapshot: Snapshot }) {
  return (
    <section aria-label={`Run ${name}`} className="panel flex min-w-0 flex-col gap-1 px-4 py-3">
      <p className="eyebrow">Run {name}</p>
      <span className="flex min-w-0 items-center gap-2">
        <PageLink href={pages.run(run.id)} dir="auto" className="truncate font-semibold hover:underline">
          {run.title}
        </PageLink>
        {run.dryRun !== null && <DryRunBadge />}
        {run.imported !== null && <ImportedBadge />}
      </span>
      <RunBadge status={run.status} className="font-normal" />
      {run.reason !== null && <p className="text-xs text-ink-3">{moneyWords(run.simulated)(run.reason)}</p>}
    </section>
  )
}
