'use client'

import { FileCode2, FolderSearch, Target } from 'lucide-react'
import { lazy, Suspense, useEffect } from 'react'
import { ButtonLink } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { PageLink } from '@/components/ui/page-link'
import { Loading } from '@/components/ui/states/loading'
import { pages } from '@/lib/client/http/pages'
import { patiently } from '@/lib/client/http/patiently'
import { useRecentRuns } from '@/lib/client/queries/first/recent-runs'
import { type Overview, useOverview } from '@/lib/client/stream/overview-store'

const loadRuns = patiently(async () => ({ default: (await import('./overview-runs')).OverviewRuns }))
// Before the first run there is nothing for it to show.
const OverviewRuns = lazy(loadRuns)

const statusWords: Record<Overview['status'], string> = {
  live: 'Live',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
}

/** The overview: what runs now, what it costs, and what waits for somebody. */
export function OverviewScreen() {
  const { frame, status } = useOverview()
  const recent = useRecentRuns()
  // Shown together: what comes later would push the other away from under the pointer.
  const isComing = (frame === null && status !== 'reconnecting') || recent.isPending
  const isEmpty = frame?.runs.length === 0 && frame.alerts.length === 0 && recent.data?.total === 0
  const hasRuns = (frame?.runs.length ?? 0) > 0 || (recent.data?.total ?? 0) > 0
  useEffect(() => {
    if (hasRuns) loadRuns().catch((cause: unknown) => console.info('The runs did not load.', cause))
  }, [hasRuns])
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-6 px-4 py-5 sm:px-6">
      <div className={cx('flex items-center justify-between gap-3', isEmpty && 'sr-only')}>
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Overview</h1>
          <p className="text-sm text-ink-3" aria-live="polite">
            {statusWords[status]}
          </p>
        </div>
        {!isEmpty && (
          <ButtonLink href={pages.launch} variant="primary">
            Launch
          </ButtonLink>
        )}
      </div>
      {isComing ? (
        <Loading label="Loading…" />
      ) : (
        <Suspense fallback={<Loading label="Loading…" />}>
          {isEmpty ? <FirstLaunch /> : <OverviewRuns frame={frame} recent={recent.data?.runs ?? []} />}
        </Suspense>
      )}
    </div>
  )
}

/** Before the first run: what this is, and three ways to begin. */
function FirstLaunch() {
  return (
    <section
      aria-labelledby="first-title"
      className="flex flex-col items-center gap-6 py-8 text-center sm:py-14"
    >
      <div className="flex max-w-2xl flex-col gap-2">
        <h2 id="first-title" className="text-balance text-2xl font-semibold tracking-tight">
          Run one task across hundreds of Claude agents, and watch every one of them.
        </h2>
        <p className="text-balance text-ink-2">
          Before a launch you see the plan, the estimate and the cap. After it you see each agent live, with
          its tokens and its cost, and one answer folded from all of theirs.
        </p>
      </div>
      <ul className="grid w-full max-w-4xl grid-cols-1 gap-3 text-left sm:grid-cols-3">
        {starters.map(({ href, title, text, icon: Icon }) => (
          <li key={title}>
            <PageLink
              href={href}
              className="panel flex h-full flex-col gap-1.5 p-4 transition-colors hover:border-accent"
            >
              <Icon aria-hidden="true" className="size-5 text-accent" />
              <span className="font-semibold">{title}</span>
              <span className="text-sm text-ink-2">{text}</span>
            </PageLink>
          </li>
        ))}
      </ul>
      <PageLink href={pages.workflows} className="text-sm text-accent underline underline-offset-4">
        All built-in workflows
      </PageLink>
    </section>
  )
}

const starters = [
  {
    href: pages.launchWorkflow('code-audit'),
    title: 'Audit a folder',
    text: 'Agents read every module, others try to refute what they found, and one writes the report.',
    icon: FolderSearch,
  },
  {
    href: `${pages.launch}?goal=`,
    title: 'Describe a goal',
    text: 'A planner writes the workflow, says what it would cost, and runs it once you agree.',
    icon: Target,
  },
  {
    href: `${pages.launch}?paste=1`,
    title: 'Paste a script',
    text: 'A dynamic workflow in the dialect of agent(), parallel() and pipeline() runs as it is.',
    icon: FileCode2,
  },
] as const
