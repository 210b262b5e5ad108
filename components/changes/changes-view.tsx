'use client'

import { useMemo } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Segments } from '@/components/ui/form/segments'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { Changes } from '@/lib/api/changes'
import { useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { problemOf } from '@/lib/client/http/api'
import { useChanges } from '@/lib/client/queries/change-queries'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { changeLists, useRunUrl } from '@/lib/client/run/use-run-url'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { changesVersion, checkLines, whyNotMerged } from '@/lib/view/changes/change-words'
import { fileRows, neighbourPath, shownFiles } from '@/lib/view/changes/file-rows'
import { plural } from '@/lib/view/format/numbers'
import { ChangesHead } from './changes-head'
import { ChecksNote, NotMergedNote } from './changes-notes'
import { FileDiffPanel } from './file-diff-panel'
import { FileList } from './file-list'
import { PatchList } from './patch-list'

/** What the agents of a run changed: by file, by agent, line by line; and what a person can do with it. */
export function ChangesView() {
  const { id } = useLiveRun()
  const run = useRunView((view) => view.state?.run)
  const version = useThrottledView((view) => (view.state === null ? '' : changesVersion(view.state.run)))
  const [{ by }] = useRunUrl()
  const isAtWork = run !== undefined && !hasEnded(run.status)
  const { data, error, isPending } = useChanges({ runId: id, agent: by }, version, {
    isAtWork,
    isAsked: version !== '',
  })
  if (error !== null) return <Refused error={error} isOfAgent={by !== null} />
  if (isPending || run === undefined) return <Loading label="Loading the changes…" />
  if (data.agents.length === 0) {
    return (
      <EmptyState title="No files were changed">
        {isAtWork
          ? 'What agents change appears here once it is merged.'
          : 'The agents of this run could write, and left every file as it was.'}
      </EmptyState>
    )
  }
  return <LoadedChanges changes={data} run={run} version={version} />
}

function Refused({ error, isOfAgent }: { error: Error; isOfAgent: boolean }) {
  const [, setUrl] = useRunUrl()
  const problem = problemOf(error)
  return (
    <div className="mx-auto max-w-3xl p-5">
      <ErrorNote
        title={problem.title}
        detail={problem.detail}
        action={
          isOfAgent && (
            <Button size="sm" onClick={() => void setUrl({ by: null, file: null })}>
              All changes
            </Button>
          )
        }
      />
    </div>
  )
}

type Props = { changes: Changes; run: RunHeader; version: string }

function LoadedChanges({ changes, run, version }: Props) {
  const { id } = useLiveRun()
  const [{ by, file, list }, setUrl] = useRunUrl()
  const replay = useReplay()
  const log = useRunView((view) => view.state?.log)
  const agents = useRunView((view) => view.state?.agents)
  const rows = useMemo(() => fileRows(changes.files), [changes.files])
  const files = useMemo(() => shownFiles(rows), [rows])
  const open = files.find(({ path }) => path === file) ?? files[0] ?? null
  const step = (to: 1 | -1) =>
    void setUrl({ file: neighbourPath(files, open?.path ?? null, to), list: 'files' })
  useHotkeys({ j: () => step(1), k: () => step(-1) })
  const left = useMemo(
    () =>
      log === undefined || agents === undefined
        ? []
        : changes.agents
            .filter(({ status }) => status === 'conflict')
            .map(({ agentId, label }) => ({ agentId, label, why: whyNotMerged({ log, agents }, agentId) })),
    [changes.agents, log, agents],
  )
  const whose = changes.agents.find(({ agentId }) => agentId === by) ?? null
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ChangesHead
        changes={changes}
        run={run}
        whose={whose}
        isReadOnly={replay.atMs !== null}
        onAll={() => void setUrl({ by: null, file: null })}
      />
      {left.length > 0 && by === null && <NotMergedNote runId={id} agents={left} />}
      {log !== undefined && by === null && <ChecksNote checks={checkLines(log)} />}
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="flex max-h-[44dvh] min-h-40 shrink-0 flex-col border-b bg-surface lg:max-h-none lg:w-80 lg:border-b-0 lg:border-r">
          <div className="border-b px-2 py-1.5">
            <Segments
              legend="List"
              value={list}
              onValue={(name) => void setUrl({ list: name })}
              options={changeLists.map((name) => ({
                value: name,
                label:
                  name === 'files'
                    ? plural(changes.files.length, 'file')
                    : plural(changes.agents.length, 'agent'),
              }))}
            />
          </div>
          {list === 'files' ? (
            <FileList
              rows={rows}
              open={open?.path ?? null}
              onOpen={(path) => void setUrl({ file: path })}
              onStep={step}
            />
          ) : (
            <PatchList
              agents={changes.agents}
              chosen={by}
              onChoose={(agentId) => void setUrl({ by: agentId, file: null, list: 'files' })}
            />
          )}
        </div>
        <FileDiffPanel whose={{ runId: id, agent: by }} file={open} version={version} />
      </div>
    </div>
  )
}
