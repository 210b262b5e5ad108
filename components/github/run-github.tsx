'use client'

import { GitPullRequestArrow, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { LongText } from '@/components/ui/long-text'
import { ErrorNote } from '@/components/ui/messages'
import { StatusIcon } from '@/components/ui/status-icon'
import type { HandoverShown, RunGithub as Shown } from '@/lib/api/projects/github'
import { problemOf } from '@/lib/client/http/api'
import { useAccess } from '@/lib/client/queries/first/access'
import { useOpenPullRequest, useRetryHandover, useRunGithub } from '@/lib/client/queries/github-queries'
import { reaches } from '@/lib/core/base/role'
import type { RunHeader } from '@/lib/core/run/state'
import type { HandoverStatus } from '@/lib/core/spec/github'
import { hasEnded } from '@/lib/core/spec/run-status'
import { canRetry, handoverName, handoverStatus } from '@/lib/view/changes/handover-words'

const icons = {
  waiting: 'waiting',
  done: 'succeeded',
  failed: 'failed',
  'left-out': 'skipped',
} as const satisfies Record<HandoverStatus, string>

/** What of a run is at GitHub or on its way there, and the button that sends it; nothing where neither is. */
export function RunGithub({ run }: { run: RunHeader }) {
  const isAtWork = !hasEnded(run.status)
  const { data } = useRunGithub(run.id, { isAsked: run.workspace !== null, isAtWork })
  const access = useAccess().data
  const role = access?.project?.role ?? access?.you?.role ?? 'viewer'
  if (data === undefined || (data.handovers.length === 0 && !data.canOpen)) return null
  return <Known run={run} shown={data} isAdmin={reaches(role, 'admin')} />
}

function Known({ run, shown, isAdmin }: { run: RunHeader; shown: Shown; isAdmin: boolean }) {
  const { repository, repositoryUrl, handovers, canOpen } = shown
  const open = useOpenPullRequest(run.id)
  const retry = useRetryHandover(run.id)
  const failed = open.error ?? retry.error
  const problem = failed === null ? null : problemOf(failed)
  return (
    <section aria-label="GitHub" className="flex flex-col gap-2">
      {canOpen && isAdmin && (
        <Confirm
          trigger={
            <Button size="sm" disabled={open.isPending} className="self-start">
              <GitPullRequestArrow aria-hidden="true" className="size-3.5" />
              {open.isPending ? 'Opening…' : 'Open a pull request'}
            </Button>
          }
          title={`Open a pull request in ${repository}?`}
          verb="Open it"
          keep="Not now"
          isDanger={false}
          onConfirm={() => open.mutate(null)}
        >
          Pushes the changes as a branch of their own, and opens a pull request with the report as its text.
          Whoever sees the repository sees both.
        </Confirm>
      )}
      {handovers.length > 0 && (
        <div className="flex flex-col gap-1 text-xs">
          <p className="text-ink-2">
            At GitHub, in{' '}
            {repositoryUrl === null ? repository : <Elsewhere url={repositoryUrl}>{repository}</Elsewhere>}
          </p>
          <ul className="flex flex-col gap-1">
            {handovers.map((one) => (
              <Line
                key={one.kind}
                handover={one}
                isBusy={retry.isPending}
                onRetry={isAdmin ? retry.mutate : null}
              />
            ))}
          </ul>
        </div>
      )}
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
    </section>
  )
}

type LineProps = {
  handover: HandoverShown
  isBusy: boolean
  /** Null for whoever may not. */
  onRetry: ((kind: HandoverShown['kind']) => void) | null
}

function Line({ handover, isBusy, onRetry }: LineProps) {
  const { kind, status, detail, url } = handover
  const name = handoverName(kind)
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <StatusIcon icon={icons[status]} />
      <span className="font-medium">{url === null ? name : <Elsewhere url={url}>{name}</Elsewhere>}</span>
      <span className="text-ink-3">{handoverStatus(handover)}</span>
      {onRetry !== null && canRetry(handover) && (
        <Button
          size="sm"
          variant="quiet"
          disabled={isBusy}
          onClick={() => onRetry(kind)}
          aria-label={`Try again: ${name}`}
        >
          <RotateCw aria-hidden="true" className="size-3" />
          Try again
        </Button>
      )}
      {detail !== null && (
        <span className="basis-full pl-6 text-ink-2">
          <LongText text={detail} first={600} className="break-words" />
        </span>
      )}
    </li>
  )
}

function Elsewhere({ url, children }: { url: string; children: ReactNode }) {
  return (
    <a href={url} target="_blank" rel="noreferrer" className="break-all underline">
      {children}
    </a>
  )
}
