'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { DropZone } from '@/components/ui/drop-zone'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useRunInput } from '@/lib/client/queries/run-queries'
import { useSaveNew, useWorkflowCheck, useWorkflowVersion } from '@/lib/client/queries/workflow-queries'
import { renamedSource, saveObstacle, starterSource } from '@/lib/view/workflows/workflow-view'
import { EditorPane } from './editor-pane'
import { SaveBar } from './save-bar'

/** A new workflow: from a script that works, from another workflow, or from what a run was launched with. */
export function NewScreen() {
  const params = useSearchParams()
  const from = params.get('from')
  const run = params.get('run')
  const workflow = useWorkflowVersion(from ?? '', null)
  const input = useRunInput(run)
  const error = workflow.error ?? input.error
  const isWaiting = (from !== null && workflow.isPending) || (run !== null && input.isPending)
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">New workflow</h1>
        <p className="text-sm text-ink-2">
          Saved under meta.name. Drop a .js file to open it. Nothing runs until you launch it.
        </p>
      </div>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {isWaiting && error === null && <Loading label="Loading the script…" />}
      {!isWaiting && (
        <NewEditor
          first={
            workflow.data !== undefined
              ? renamedSource(workflow.data.source, workflow.data.name, `${workflow.data.name}-copy`)
              : (input.data?.script ?? starterSource)
          }
        />
      )}
    </div>
  )
}

function NewEditor({ first }: { first: string }) {
  const router = useRouter()
  const [source, setSource] = useState(first)
  const [note, setNote] = useState('')
  const settled = useDebounced(source, 300)
  const check = useWorkflowCheck(settled)
  const save = useSaveNew()
  const obstacle = source.trim() === '' ? 'Write a script first.' : saveObstacle(check.data, null)
  const canSave = obstacle === null && !save.isPending && !save.isSuccess
  const take = async (files: readonly File[]) => {
    const [file] = files
    if (file === undefined) return
    const before = source
    const read = await file.text().catch(() => null)
    if (read === null) return notify(`${file.name} could not be read.`, { isError: true })
    setSource(read)
    notify(`Opened ${file.name}`, { action: { label: 'Undo', act: () => setSource(before) } })
  }
  const act = () => {
    if (!canSave) return
    save.mutate(
      { source, note },
      {
        onSuccess: (saved) => {
          notify(`Saved ${saved.name}`)
          router.push(pages.workflow(saved.name))
        },
      },
    )
  }
  return (
    <DropZone words="Drop a script to open it here" onFiles={(files) => void take(files)}>
      <EditorPane source={source} onSource={setSource} onSave={act} check={check.data} obstacle={obstacle}>
        <SaveBar
          note={note}
          onNote={setNote}
          verb="Save workflow"
          canSave={canSave}
          onSave={act}
          error={save.error}
        />
      </EditorPane>
    </DropZone>
  )
}
