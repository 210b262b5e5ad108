'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import type { WorkflowCheck, WorkflowDetail } from '@/lib/api/workflows'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useSaveVersion, useWorkflowCheck } from '@/lib/client/queries/workflow-queries'
import { isOwn, saveObstacle } from '@/lib/view/workflows/workflow-view'
import type { Draft } from './draft'
import { EditorPane } from './editor-pane'
import { SaveBar } from './save-bar'

type Props = {
  workflow: WorkflowDetail
  isOld: boolean
  draft: Draft | null
  onDraft: (draft: Draft | null) => void
  onNewest: () => void
}

/** The source: to edit where it is one's own, to read where it ships with Skein or is an old version. */
export function SourceTab({ workflow, isOld, draft, onDraft, onNewest }: Props) {
  if (!isOwn(workflow) || isOld) {
    return (
      <ReadOnly workflow={workflow}>
        {isOld ? (
          <div className="flex flex-wrap items-center gap-2">
            <Button
              onClick={() => {
                onDraft({ source: workflow.source, basedOn: workflow.versions[0]?.digest ?? '' })
                onNewest()
              }}
            >
              Edit from version {workflow.version}
            </Button>
            <Button variant="quiet" onClick={onNewest}>
              Show the newest
            </Button>
          </div>
        ) : (
          <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
            Built in, read-only.
            <ButtonLink size="sm" href={pages.newWorkflow({ from: workflow.name })}>
              Duplicate to edit
            </ButtonLink>
          </p>
        )}
      </ReadOnly>
    )
  }
  return <Editing workflow={workflow} draft={draft} onDraft={onDraft} />
}

function ReadOnly({ workflow, children }: { workflow: WorkflowDetail; children: React.ReactNode }) {
  const check = useMemo(() => checkOf(workflow), [workflow])
  return (
    <EditorPane source={workflow.source} check={check} obstacle={null}>
      {children}
    </EditorPane>
  )
}

function Editing({ workflow, draft, onDraft }: Pick<Props, 'workflow' | 'draft' | 'onDraft'>) {
  const router = useRouter()
  const [note, setNote] = useState('')
  const source = draft?.source ?? workflow.source
  const isChanged = draft !== null && draft.source !== workflow.source
  const settled = useDebounced(source, 300)
  const asked = useWorkflowCheck(settled, isChanged)
  const stored = useMemo(() => checkOf(workflow), [workflow])
  const check = isChanged ? asked.data : stored
  const save = useSaveVersion(workflow.name)
  const obstacle = isChanged ? saveObstacle(check, workflow.name) : null
  const canSave = isChanged && obstacle === null && !save.isPending
  useKeepUnsaved(isChanged)

  const act = (basedOn = draft?.basedOn ?? workflow.digest) => {
    if (!canSave) return
    save.mutate(
      { source, note, basedOn },
      {
        onSuccess: (saved) => {
          onDraft(null)
          setNote('')
          notify(`Saved version ${saved.version} of ${saved.name}`)
          if (saved.name !== workflow.name) router.replace(pages.workflow(saved.name))
        },
      },
    )
  }
  const isStale = save.error !== null && problemOf(save.error).errors?.[0]?.path === 'basedOn'
  const newest = workflow.versions[0]
  return (
    <EditorPane
      source={source}
      onSource={(typed) => onDraft({ source: typed, basedOn: draft?.basedOn ?? workflow.digest })}
      onSave={() => act()}
      check={check}
      obstacle={obstacle}
    >
      {(isChanged || save.error !== null) && (
        <SaveBar
          note={note}
          onNote={setNote}
          verb={`Save version ${(newest?.version ?? 0) + 1}`}
          canSave={canSave}
          onSave={() => act()}
          error={save.error}
          errorAction={
            isStale && newest !== undefined && newest.digest !== draft?.basedOn ? (
              <Button size="sm" onClick={() => act(newest.digest)}>
                Save mine as version {newest.version + 1}
              </Button>
            ) : undefined
          }
        >
          <Button
            variant="quiet"
            onClick={() => {
              onDraft(null)
              save.reset()
            }}
          >
            Discard changes
          </Button>
        </SaveBar>
      )}
    </EditorPane>
  )
}

/** What the server said of the source when it was fetched, so it need not be asked again. */
function checkOf({
  name,
  description,
  whenToUse,
  phases,
  argsSchema,
  needs,
  calls,
  problem,
}: WorkflowDetail): WorkflowCheck {
  return {
    meta: problem === null ? { name, description, whenToUse, phases, argsSchema, needs } : null,
    calls,
    nameTakenBy: null,
    problems: problem === null ? [] : [problem],
  }
}

/** The browser asks before a page with unsaved text is closed. */
function useKeepUnsaved(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isChanged])
}
