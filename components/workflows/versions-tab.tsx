'use client'

import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useRestoreVersion, useWorkflowDiff } from '@/lib/client/queries/workflow-queries'
import { DiffView } from './diff-view'

type Props = {
  workflow: WorkflowDetail
  from: number | null
  to: number | null
  onCompare: (from: number, to: number) => void
}

/** Every version, and what changed between two of them; the last change when none are chosen. */
export function VersionsTab({ workflow, from, to, onCompare }: Props) {
  const { name, versions } = workflow
  const newest = versions[0]?.version
  const restore = useRestoreVersion(name, versions[0]?.digest ?? '')
  const restoreVersion = (version: number) =>
    restore.mutate(version, {
      onSuccess: (saved) => notify(`Version ${version} is back, as version ${saved.version}`),
      onError: (error) => notify(problemOf(error).detail, { isError: true }),
    })
  if (newest === undefined) {
    return (
      <div className="panel">
        <EmptyState
          title="Built in"
          action={<ButtonLink href={pages.newWorkflow({ from: name })}>Duplicate</ButtonLink>}
        >
          Built-in workflows change with Skein releases. Duplicate one to keep your own versions.
        </EmptyState>
      </div>
    )
  }
  const right = to ?? newest
  const left = from ?? Math.max(1, right - 1)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[360px_minmax(0,1fr)]">
      <ol aria-label="Versions" className="panel divide-y divide-line">
        {versions.map(({ version, note, savedAt, savedBy }) => (
          <li key={version} className="flex items-start justify-between gap-2 px-4 py-2.5">
            <div className="min-w-0">
              <PageLink
                href={pages.workflow(name, { version: String(version) })}
                className="num text-sm font-medium hover:underline"
              >
                Version {version}
              </PageLink>
              <p dir="auto" className="break-words text-xs text-ink-2">
                {note}
              </p>
              <p className="text-xs text-ink-3">
                {savedBy.kind !== 'local' && `${savedBy.name}, `}
                <Ago at={savedAt} />
              </p>
            </div>
            <span className="flex shrink-0 flex-wrap justify-end gap-1">
              {version !== newest && (
                <>
                  <ButtonLink
                    size="sm"
                    variant="quiet"
                    href={pages.workflow(name, { version: String(version) })}
                    aria-label={`View version ${version}`}
                  >
                    View
                  </ButtonLink>
                  <Button
                    size="sm"
                    variant="quiet"
                    disabled={restore.isPending}
                    aria-label={`Restore version ${version}`}
                    title={`Saves it again as version ${newest + 1}`}
                    onClick={() => restoreVersion(version)}
                  >
                    Restore
                  </Button>
                </>
              )}
              {version > 1 && (
                <Button
                  size="sm"
                  variant={version === right && left === version - 1 ? 'secondary' : 'quiet'}
                  aria-pressed={version === right && left === version - 1}
                  aria-label={`Show what version ${version} changed`}
                  onClick={() => onCompare(version - 1, version)}
                >
                  Changes
                </Button>
              )}
            </span>
          </li>
        ))}
      </ol>
      <section aria-label="Comparison" className="flex min-w-0 flex-col gap-3">
        {newest === 1 ? (
          <p className="panel px-4 py-6 text-sm text-ink-2">
            There is one version. Edit the source and save: the change is shown here.
          </p>
        ) : (
          <Comparison name={name} versions={versions} from={left} to={right} onCompare={onCompare} />
        )}
      </section>
    </div>
  )
}

type ComparisonProps = {
  name: string
  versions: WorkflowDetail['versions']
  from: number
  to: number
  onCompare: Props['onCompare']
}

function Comparison({ name, versions, from, to, onCompare }: ComparisonProps) {
  const { data, error } = useWorkflowDiff(name, from, to)
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
        <VersionSelect
          label="From version"
          versions={versions}
          value={from}
          onChange={(version) => onCompare(version, to)}
        />
        <span aria-hidden="true">→</span>
        <VersionSelect
          label="To version"
          versions={versions}
          value={to}
          onChange={(version) => onCompare(from, version)}
        />
      </div>
      {from === to && <p className="panel px-4 py-6 text-sm text-ink-2">Choose two different versions.</p>}
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {from !== to && data === undefined && error === null && <Loading label="Comparing…" />}
      {from !== to && data !== undefined && <DiffView diff={data} />}
    </>
  )
}

type SelectProps = {
  label: string
  versions: WorkflowDetail['versions']
  value: number
  onChange: (version: number) => void
}

function VersionSelect({ label, versions, value, onChange }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
      className="num h-8 rounded-md border border-control bg-surface px-2 text-sm text-ink"
    >
      {versions.map(({ version }) => (
        <option key={version} value={version}>
          Version {version}
        </option>
      ))}
    </select>
  )
}
