'use client'

import { Copy, Download, Play, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { saveFile } from '@/lib/client/http/save-file'
import { useDeleteWorkflow, useRestoreWorkflow } from '@/lib/client/queries/workflow-queries'
import { isOwn } from '@/lib/view/workflows/workflow-view'
import { OriginBadge } from './origin-badge'

/** What the workflow is, and what can be done with it. */
export function WorkflowHead({ workflow }: { workflow: WorkflowDetail }) {
  const { name, description, origin, originPath, version, source } = workflow
  const newest = workflow.versions[0]?.version ?? null
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 max-w-3xl">
        <h1 className="break-words text-xl font-semibold tracking-tight">{name}</h1>
        <p className="break-words text-sm text-ink-2">{description}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
          <OriginBadge origin={origin} path={originPath} />
          {version !== null && (
            <span className="num">
              version {version}
              {newest !== null && version !== newest && ` of ${newest}`}
            </span>
          )}
          {originPath !== null && <span className="min-w-0 break-all">{originPath}</span>}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => saveFile(`${fileName(name)}.js`, source)}>
          <Download aria-hidden="true" className="size-3.5" />
          Download
        </Button>
        <ButtonLink href={pages.newWorkflow({ from: name })}>
          <Copy aria-hidden="true" className="size-3.5" />
          Duplicate
        </ButtonLink>
        {isOwn(workflow) && <DeleteButton name={name} />}
        <ButtonLink variant="primary" href={pages.launchWorkflow(name)}>
          <Play aria-hidden="true" className="size-3.5" />
          Launch
        </ButtonLink>
      </div>
    </header>
  )
}

/** Deletes at once and offers to undo it: nothing is lost, so nothing is asked. */
function DeleteButton({ name }: { name: string }) {
  const router = useRouter()
  const remove = useDeleteWorkflow()
  const restore = useRestoreWorkflow()
  const fail = (error: Error) => notify(problemOf(error).detail, { isError: true })
  const undo = () =>
    restore.mutateAsync(name).then(() => notify(`${name} is back, with all its versions`), fail)
  return (
    <Button
      variant="danger"
      disabled={remove.isPending}
      onClick={() =>
        remove.mutate(name, {
          onError: fail,
          onSuccess: () => {
            router.push(pages.workflows)
            notify(`Deleted ${name}`, { action: { label: 'Undo', act: () => void undo() } })
          },
        })
      }
    >
      <Trash2 aria-hidden="true" className="size-3.5" />
      Delete
    </Button>
  )
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'workflow'
}
