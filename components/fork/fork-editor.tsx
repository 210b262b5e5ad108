'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useMemo, useState } from 'react'
import { SourceEditor } from '@/components/editor/source-editor'
import { ApprovalFields } from '@/components/launch/fields/approval-fields'
import { Field, TextArea } from '@/components/ui/form/field'
import type { ForkInput } from '@/lib/api/fork'
import type { RunInput } from '@/lib/api/runs'
import type { SourceProblem } from '@/lib/api/workflows'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useApproval } from '@/lib/client/hooks/use-approval'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useFork, useForkPreview } from '@/lib/client/queries/fork-queries'
import { useRunView } from '@/lib/client/run/use-run'
import type { RunHeader } from '@/lib/core/run/state'
import type { MoneyWords } from '@/lib/view/format/money'
import { type FieldError, placeOf, problemErrors } from '@/lib/view/launch/field-errors'
import { type EditFork, forkForm, readFork } from '@/lib/view/launch/fork-form'
import { estimatedByFork } from '@/lib/view/questions/approval-form'
import { ForkAgents } from './fork-agents'
import { ForkFields } from './fork-fields'
import { ForkVerdict } from './fork-verdict'

/**
 * A fork's script, arguments, limits and single prompts on the left; what it would reuse and cost on the
 * right.
 */
export function ForkEditor({
  run,
  input,
  agentId,
}: {
  run: RunHeader
  input: RunInput
  agentId: string | null
}) {
  const router = useRouter()
  const money = useMoney()
  const [origin] = useState(() => forkForm(run, input, null))
  const [form, setForm] = useState(() => forkForm(run, input, agentId))
  const [asked, setAsked] = useState<{ text: string; body: ForkInput } | null>(null)
  const ended = useRunView((view) => view.state?.run.endedAt ?? `seq ${view.state?.totals.turns ?? 0}`)
  const [version] = useState(ended)
  const preview = useForkPreview(run.id, asked?.body ?? null, version)
  const launch = useFork(run.id)
  const edit: EditFork = (field, value) => setForm((before) => ({ ...before, [field]: value }))

  const read = readFork(form, origin)
  const text = read.ok ? JSON.stringify(read.body) : ''
  const isCurrent = read.ok && asked?.text === text
  const trial = isCurrent ? preview.data : undefined
  const approval = useApproval(estimatedByFork(trial))
  const previewState = () => {
    if (!read.ok) return 'wrong'
    if (isCurrent) return preview.isFetching ? 'running' : 'ready'
    return asked === null ? 'new' : 'stale'
  }
  const refused = launch.error ?? (isCurrent ? preview.error : null)
  const refusals = refused === null ? [] : problemErrors(problemOf(refused))
  const errors: FieldError[] = read.ok ? refusals : read.errors
  const scriptError = errors.find(({ field }) => field === 'script')
  const thrown = trial?.error ?? null
  const problems = useMemo(
    () => placed(scriptError, thrown, money),
    [scriptError?.message, scriptError?.line, thrown, money],
  )

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!read.ok || approval.error !== null || launch.isPending || launch.isSuccess) return
    const { approved } = approval
    launch.mutate(approved === undefined ? read.body : { ...read.body, approved }, {
      onSuccess: ({ id }) => router.push(pages.run(id)),
    })
  }
  return (
    <form onSubmit={submit} noValidate className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px]">
      <div className="flex min-w-0 flex-col gap-4">
        <ForkAgents form={form} edit={edit} runId={run.id} />
        <ScriptField
          script={form.script}
          onScript={(script) => edit('script', script)}
          problems={problems}
          isInvalid={scriptError !== undefined || thrown !== null}
        />
        <Field
          id="fork-args"
          label="Arguments, as JSON"
          error={errors.find(({ field }) => field === 'args')?.message}
        >
          {(wired) => (
            <TextArea
              {...wired}
              rows={form.args.split('\n').length > 3 ? 6 : 2}
              value={form.args}
              onChange={(event) => edit('args', event.target.value)}
              placeholder="none"
            />
          )}
        </Field>
        <ForkFields form={form} edit={edit} errors={errors} hasWorkspace={run.workspace !== null} />
      </div>
      <ForkVerdict
        preview={trial}
        state={previewState()}
        errors={errors.filter(({ field }) => field !== 'script' || problems.length === 0)}
        isLaunching={launch.isPending || launch.isSuccess}
        approval={trial !== undefined && <ApprovalFields id="fork" approval={approval} />}
        onPreview={() => read.ok && setAsked({ text, body: read.body })}
      />
    </form>
  )
}

type ScriptFieldProps = {
  script: string
  onScript: (script: string) => void
  problems: readonly SourceProblem[]
  isInvalid: boolean
}

function ScriptField({ script, onScript, problems, isInvalid }: ScriptFieldProps) {
  const [first] = problems
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span id="fork-script-label" className="text-xs font-medium text-ink-2">
        Script
      </span>
      <SourceEditor
        id="fork-script"
        value={script}
        onChange={onScript}
        problems={problems}
        labelledBy="fork-script-label"
        describedBy="fork-script-note"
        isInvalid={isInvalid}
        className="h-64"
      />
      <p id="fork-script-note" className={first === undefined ? 'text-xs text-ink-3' : 'text-xs text-failed'}>
        {first === undefined
          ? 'Unchanged calls reuse the original run’s answers. Esc, then Tab, leaves the editor.'
          : placedText(first)}
      </p>
    </div>
  )
}

type Thrown = { message: string; line: number | null; column: number | null } | null

/** What is wrong with the script and where: refused by the parser, or thrown in the preview. */
function placed(refused: FieldError | undefined, thrown: Thrown, money: MoneyWords): SourceProblem[] {
  if (refused !== undefined)
    return [{ message: refused.message, line: refused.line ?? null, column: refused.column ?? null }]
  return thrown === null ? [] : [{ message: money(thrown.message), line: thrown.line, column: thrown.column }]
}

function placedText({ message, line, column }: SourceProblem): string {
  const place = placeOf({ ...(line === null ? {} : { line }), ...(column === null ? {} : { column }) })
  return place === null ? message : `${place.charAt(0).toUpperCase()}${place.slice(1)}: ${message}`
}
