'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { StatusIcon } from '@/components/ui/status-icon'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useWorkspaces } from '@/lib/client/queries/server-queries'
import { useImport, useWorkspaceWorkflows } from '@/lib/client/queries/workflow-queries'
import { plural } from '@/lib/view/format/numbers'
import { problemText } from '@/lib/view/workflows/workflow-view'
import { ImportReportList } from './import-report'

type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }

/** Imports every script in the `.claude/workflows` of a folder, after showing which these are. */
export function ImportFolder({ isOpen, onOpenChange }: Props) {
  return (
    <Dialog title="Import from a workspace" isOpen={isOpen} onOpenChange={onOpenChange}>
      <FolderForm />
    </Dialog>
  )
}

function FolderForm() {
  const workspaces = useWorkspaces()
  const [typed, setTyped] = useState<string | null>(null)
  const path = typed ?? workspaces.data?.[0]?.path ?? ''
  const found = useWorkspaceWorkflows(useDebounced(path, 300))
  const importing = useImport()
  if (importing.data !== undefined) return <ImportReportList files={importing.data.files} />
  const problem = found.error === null ? null : problemOf(found.error)
  const scripts = found.data ?? []
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        importing.mutate({ workspace: path })
      }}
    >
      <Field
        id="import-folder"
        label="Folder"
        hint="Reads .claude/workflows/*.js in this folder."
        error={problem?.detail}
      >
        {(wired) => (
          <>
            <Input
              {...wired}
              list="import-folders"
              value={path}
              onChange={(event) => setTyped(event.target.value)}
            />
            <datalist id="import-folders">
              {(workspaces.data ?? []).map((workspace) => (
                <option key={workspace.path} value={workspace.path} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      {scripts.length > 0 && (
        <ul aria-label="Scripts found" className="flex flex-col gap-1.5">
          {scripts.map(({ name, originPath, problem: wrong }) => (
            <li key={originPath} className="flex items-start gap-2 text-sm">
              <StatusIcon icon={wrong === null ? 'queued' : 'failed'} className="mt-0.5" />
              <span className="min-w-0 break-words">
                {name}
                {wrong !== null && <span className="block text-xs text-failed">{problemText(wrong)}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {found.isSuccess && scripts.length === 0 && (
        <p className="text-sm text-ink-2">This folder has no scripts in .claude/workflows.</p>
      )}
      {importing.error !== null && (
        <ErrorNote title={problemOf(importing.error).title} detail={problemOf(importing.error).detail} />
      )}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={scripts.length === 0 || importing.isPending}>
          {scripts.length === 0 ? 'Import' : `Import ${plural(scripts.length, 'script')}`}
        </Button>
      </div>
    </form>
  )
}
