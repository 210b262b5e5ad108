'use client'

import { Check, FolderInput, GitBranch, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { RunGithub } from '@/components/github/run-github'
import { Button } from '@/components/ui/actions/button'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { Confirm, Dialog } from '@/components/ui/actions/dialog'
import { Ago } from '@/components/ui/elapsed'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { Changes } from '@/lib/api/changes'
import { problemOf } from '@/lib/client/http/api'
import { useApplyChanges, useMakeBranch, useUndoApply } from '@/lib/client/queries/change-queries'
import type { Conflict } from '@/lib/core/agent/patch'
import { defaultBranch } from '@/lib/core/run/branch-name'
import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { conflictAdvice } from '@/lib/view/changes/change-words'
import { plural } from '@/lib/view/format/numbers'

type Props = { changes: Changes; run: RunHeader }

/** Bringing the changes into the workspace or onto a branch, what was done so far, and taking it back. */
export function ApplyPanel({ changes, run }: Props) {
  const apply = useApplyChanges(run.id)
  const undo = useUndoApply(run.id)
  const { applied } = changes
  const isInWorkspace = applied?.isCurrent === true
  const failed = apply.error ?? undo.error
  const problem = failed === null ? null : problemOf(failed)
  const folder = run.workspace?.root ?? 'the workspace'
  const isBusy = apply.isPending || undo.isPending
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {hasEnded(run.status) ? (
          <>
            {!isInWorkspace && changes.files.length > 0 && (
              <Confirm
                trigger={
                  <Button variant="primary" size="sm" disabled={isBusy}>
                    <FolderInput aria-hidden="true" className="size-3.5" />
                    {apply.isPending ? 'Applying…' : 'Apply to the workspace'}
                  </Button>
                }
                title={`Apply ${plural(changes.files.length, 'changed file')}?`}
                verb="Apply"
                keep="Not now"
                isDanger={false}
                onConfirm={() => {
                  undo.reset()
                  apply.mutate()
                }}
              >
                Writes {plural(changes.files.length, 'file')} in{' '}
                <span className="break-all font-mono text-xs">{folder}</span>: all of them, or none where
                something changed there meanwhile that does not fit. Undo puts every byte back.
              </Confirm>
            )}
            {applied !== null && (
              <Button
                size="sm"
                disabled={isBusy}
                onClick={() => {
                  apply.reset()
                  undo.mutate()
                }}
              >
                <Undo2 aria-hidden="true" className="size-3.5" />
                {undo.isPending ? 'Undoing…' : 'Undo'}
              </Button>
            )}
            {changes.canBranch && changes.files.length > 0 && <MakeBranch run={run} />}
          </>
        ) : (
          <p className="text-xs text-ink-2">They can be applied once the run has ended.</p>
        )}
        {applied !== null && (
          <p role="status" className="flex min-w-0 items-center gap-1.5 text-xs text-ink-2">
            <Check aria-hidden="true" className="size-3.5 shrink-0 text-succeeded" />
            <span>
              {plural(applied.files, 'file')} applied by {applied.by}, <Ago at={applied.at} />
              {!isInWorkspace && '; more was changed since'}
            </span>
          </p>
        )}
      </div>
      {changes.branches.map(({ branch, commit }) => (
        <p key={branch} className="flex flex-wrap items-center gap-1.5 text-xs text-ink-2">
          <GitBranch aria-hidden="true" className="size-3.5 shrink-0" />
          On the branch <span className="break-all font-mono">{branch}</span>
          <span className="font-mono text-ink-3">{commit.slice(0, 10)}</span>
          <CopyButton text={`git switch ${branch}`} label="Copy the command that switches to it" />
        </p>
      ))}
      <RunGithub run={run} />
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
      {apply.data?.kind === 'conflict' && <Conflicts conflicts={apply.data.conflicts} />}
    </div>
  )
}

function Conflicts({ conflicts }: { conflicts: readonly Conflict[] }) {
  return (
    <div role="alert" className="rounded-md border border-failed/50 px-3 py-2.5 text-sm">
      <p className="font-medium">
        Nothing was written: {plural(conflicts.length, 'file')} changed in your folder since the run began
      </p>
      <ul className="mt-1.5 flex max-h-56 flex-col gap-2 overflow-y-auto text-xs text-ink-2">
        {conflicts.map((conflict) => (
          <li key={conflict.path}>
            <span className="break-all font-mono font-medium text-ink">{conflict.path}</span>
            {conflict.detail !== '' && ` ${conflict.detail}`}
            <span className="block">{conflictAdvice(conflict)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function MakeBranch({ run }: { run: RunHeader }) {
  const [isOpen, setOpen] = useState(false)
  const [branch, setBranch] = useState(() => defaultBranch(run))
  const make = useMakeBranch(run.id)
  const isEmpty = branch.trim() === ''
  const error = make.error === null ? undefined : problemOf(make.error).detail
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <GitBranch aria-hidden="true" className="size-3.5" />
        Make a branch
      </Button>
      <Dialog title="Make a branch" isOpen={isOpen} onOpenChange={setOpen}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isEmpty) make.mutate({ branch: branch.trim() }, { onSuccess: () => setOpen(false) })
          }}
        >
          <Field
            id="branch"
            label="Name of the branch"
            hint="One commit on top of the one agents began from. What is checked out stays as it is."
            error={error ?? (isEmpty ? 'Enter a name.' : undefined)}
          >
            {(wired) => (
              <Input
                {...wired}
                autoComplete="off"
                spellCheck={false}
                className="font-mono text-xs"
                value={branch}
                onChange={(event) => {
                  make.reset()
                  setBranch(event.target.value)
                }}
              />
            )}
          </Field>
          <Button type="submit" variant="primary" disabled={isEmpty || make.isPending} className="self-end">
            {make.isPending ? 'Making…' : 'Make the branch'}
          </Button>
        </form>
      </Dialog>
    </>
  )
}
