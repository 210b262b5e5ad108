'use client'

import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import type { DeletedWorkflow } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useDeletedWorkflows, useRestoreWorkflow } from '@/lib/client/queries/workflow-queries'
import { plural } from '@/lib/view/format/numbers'

/** Workflows that were deleted, to be brought back; asked for when it is opened. */
export function DeletedList() {
  const [isOpen, setOpen] = useState(false)
  const { data, error } = useDeletedWorkflows(isOpen)
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-flex w-fit rounded-md px-1 py-1 text-ink-2 hover:text-ink">
        Deleted workflows
      </summary>
      <div className="panel mt-2">
        {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
        {data === undefined && error === null && <Loading label="Loading deleted workflows…" />}
        {data?.length === 0 && <p className="px-4 py-4 text-ink-2">Nothing was deleted.</p>}
        {data !== undefined && data.length > 0 && (
          <ul aria-label="Deleted workflows" className="divide-y divide-line">
            {data.map((workflow) => (
              <DeletedRow key={workflow.name} workflow={workflow} />
            ))}
          </ul>
        )}
      </div>
    </details>
  )
}

function DeletedRow({ workflow: { name, deletedAt, versions, isNameTaken } }: { workflow: DeletedWorkflow }) {
  const restore = useRestoreWorkflow()
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5">
      <div className="min-w-0">
        <p dir="auto" className="font-medium [overflow-wrap:anywhere]">
          {name}
        </p>
        <p className="text-xs text-ink-3">
          {plural(versions, 'version')}, deleted <Ago at={deletedAt} />
          {isNameTaken && '. Another workflow has its name: rename or delete that one first.'}
        </p>
      </div>
      <Button
        size="sm"
        aria-label={`Restore ${name}`}
        disabled={isNameTaken || restore.isPending}
        onClick={() =>
          restore.mutate(name, {
            onSuccess: () => notify(`${name} is back, with all its versions`),
            onError: (error) => notify(problemOf(error).detail, { isError: true }),
          })
        }
      >
        <Undo2 aria-hidden="true" className="size-3.5" />
        Restore
      </Button>
    </li>
  )
}
