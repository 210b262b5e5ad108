'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import { Loading } from '@/components/ui/messages'
import type { Plan } from '@/lib/api/plan'
import type { LaunchInput, RunInput } from '@/lib/api/runs'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { useLaunchForm } from '@/lib/client/hooks/use-launch-form'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import {
  useCountedPlan,
  useLaunch,
  usePlan,
  useRunInput,
  useSettings,
  useWorkflow,
  useWorkflows,
  useWorkspaces,
} from '@/lib/client/queries/queries'
import { unmetNeeds } from '@/lib/core/spec/needs'
import { deliveryChoiceOf, fieldsForDelivery } from '@/lib/view/launch/delivery-choice'
import { dryRunBody } from '@/lib/view/launch/dry-run-form'
import { type FieldError, problemErrors } from '@/lib/view/launch/field-errors'
import type { FieldName, LaunchForm } from '@/lib/view/launch/launch-form'
import { type ReadForm, readForm } from '@/lib/view/launch/read-launch'
import { estimatedByPlan, readApproved, untouched } from '@/lib/view/questions/approval-form'
import { type ArgField, argError, argFields } from '@/lib/view/questions/args-form'
import { ApprovalFields } from './approval-fields'
import { ArgsFields } from './args-fields'
import { LimitFields } from './limit-fields'
import { ModelFields } from './model-fields'
import { PhaseFields } from './phase-fields'
import { PlanCard } from './plan-card'
import { SourcePicker } from './source-picker'
import { WorkspaceFields } from './workspace-fields'

const auditNames = /audit/i

/** The launcher, empty or filled with what an earlier run was launched with. */
export function LaunchScreen() {
  const params = useSearchParams()
  const from = params.get('from')
  const input = useRunInput(from)
  const workflows = useWorkflows()
  if (from !== null && (input.isPending || workflows.isPending))
    return <Loading label="Loading the settings of that run…" />
  // A pasted script names itself too; only a name of the library can be launched by name.
  const isSaved = workflows.data?.some(({ name }) => name === params.get('workflow')) ?? false
  const isGoal = params.has('goal') || params.has('mode')
  const sourceIfNoGoal = from === null || isSaved ? 'workflow' : 'script'
  const source = isGoal ? 'goal' : sourceIfNoGoal
  return <Launcher key={from} input={input.data ?? null} source={source} />
}

/** What to run, on what, within which limits; beside it what that would do, before anything is paid. */
function Launcher({ input, source }: { input: RunInput | null; source: LaunchForm['source'] }) {
  const router = useRouter()
  const { form: typed, edit, edited } = useLaunchForm(input, source)
  const workflows = useWorkflows()
  const workspaces = useWorkspaces()
  const settings = useSettings()
  const launch = useLaunch()
  const key = useRef({ body: '', key: '' })

  const fallback = workflows.data?.find(({ name }) => auditNames.test(name)) ?? workflows.data?.[0]
  // The first folder is a suggestion: whoever empties the field, or launches a run again that had none, gets
  // none.
  const suggested = edited.has('workspace') || input !== null ? '' : (workspaces.data?.[0]?.path ?? '')
  const form = {
    ...typed,
    workflow: typed.workflow || fallback?.name || '',
    workspace: typed.workspace || suggested,
  }
  const workflow = useWorkflow(form.source === 'workflow' ? form.workflow : '')
  const fields = useMemo(() => argFields(workflow.data?.argsSchema ?? null), [workflow.data])
  const read = withNeeds(withArgs(readForm(form), form.args, fields), workflow.data)
  // What a workflow cannot run without is known once it was read: until then nothing is asked that would be
  // refused.
  const isKnown = form.source !== 'workflow' || !workflow.isPending
  const asked = useDebounced(read.ok && isKnown ? JSON.stringify(read.body) : '', 350)
  const body = useMemo(
    () => (read.ok && asked === JSON.stringify(read.body) ? read.body : null),
    [read, asked],
  )
  const plan = usePlan(body)
  const titles = useMemo(() => phaseTitles(plan.data), [plan.data])
  const [countedFor, setCountedFor] = useState({ asked: '', byProvider: false })
  const trial = useCountedPlan(body, asked !== '' && countedFor.asked === asked, countedFor.byProvider)

  const errors: FieldError[] = read.ok
    ? [
        ...(launch.error === null ? [] : problemErrors(problemOf(launch.error))),
        ...(plan.error === null || body === null ? [] : problemErrors(problemOf(plan.error))),
        ...(trial.error === null || body === null ? [] : problemErrors(problemOf(trial.error))),
      ]
    : read.errors
  const errorOf = (field: FieldName) => errors.find((error) => error.field === field)

  const send = (body: LaunchInput) => {
    if (launch.isPending || launch.isSuccess) return
    const text = JSON.stringify(body)
    // One key for one body: pressing twice, or again after a lost answer, launches once.
    if (key.current.body !== text)
      key.current = { body: text, key: crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}` }
    launch.mutate(
      { body, key: key.current.key },
      { onSuccess: (launched) => router.push(pages.run(launched.id)) },
    )
  }
  const [approvedForm, setApprovedForm] = useState(untouched)
  // What a goal comes to is decided later, by a plan that somebody approves then, or wave by wave.
  const isEstimated = read.ok && read.body.goal === undefined
  const estimated = estimatedByPlan(isEstimated ? (trial.data ?? plan.data) : undefined)
  const approved = readApproved(approvedForm, estimated)
  const withApproval = (own: LaunchInput): LaunchInput =>
    approved === undefined || typeof approved === 'string' ? own : { ...own, approved }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.ok && typeof approved !== 'string') send(withApproval(read.body))
  }

  return (
    <form
      onSubmit={submit}
      noValidate
      className="mx-auto grid w-full max-w-[1240px] items-start gap-6 px-4 py-5 sm:px-6 lg:grid-cols-[minmax(0,1fr)_400px]"
    >
      <div className="flex min-w-0 flex-col gap-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Launch</h1>
          <p className="text-sm text-ink-2">Nothing runs until you launch.</p>
        </div>
        <SourcePicker form={form} edit={edit} workflows={workflows} errorOf={errorOf} />
        <WorkspaceFields
          form={form}
          edit={edit}
          workspaces={workspaces.data ?? []}
          notes={form.workspace === '' ? null : (plan.data?.workspaceNotes ?? null)}
          errorOf={errorOf}
        />
        {form.source !== 'goal' && (
          <ArgsFields key={form.source} form={form} edit={edit} errorOf={errorOf} fields={fields} />
        )}
        <ModelFields form={form} edit={edit} settings={settings.data} errorOf={errorOf} />
        <LimitFields form={form} edit={edit} errorOf={errorOf} />
        {form.source !== 'goal' && (
          <PhaseFields form={form} edit={edit} errorOf={errorOf} titles={titles} settings={settings.data} />
        )}
      </div>
      <PlanCard
        plan={read.ok ? (trial.data ?? plan.data) : undefined}
        limits={read.ok ? read.body.limits : undefined}
        isLoading={read.ok && (plan.isFetching || body === null)}
        errors={errors}
        isReady={read.ok && plan.error === null}
        isLaunching={launch.isPending || launch.isSuccess}
        isAsking={form.approval === 'ask'}
        goal={form.source === 'goal' ? form.mode : null}
        isCounting={trial.isFetching}
        approval={
          <div className="px-4 pb-3">
            <ApprovalFields
              form={approvedForm}
              estimated={estimated}
              onEdit={(change) => setApprovedForm((before) => ({ ...before, ...change }))}
              error={typeof approved === 'string' ? approved : null}
            />
          </div>
        }
        delivery={deliveryChoiceOf(form)}
        onDelivery={(delivery) => {
          const asked = fieldsForDelivery(delivery, form)
          edit('delivery', asked.delivery)
          edit('speed', asked.speed)
          edit('concurrency', asked.concurrency)
        }}
        onCount={
          form.source === 'goal' || body === null
            ? null
            : (byProvider) => setCountedFor({ asked, byProvider })
        }
        onTry={
          form.source === 'goal' || !read.ok
            ? null
            : (items) => send(withApproval({ ...read.body, sampleItems: items }))
        }
        body={body}
        onDryRun={form.source === 'goal' || !read.ok ? null : (faults) => send(dryRunBody(read.body, faults))}
      />
    </form>
  )
}

/** Phases that are announced, and those that calls name, in the order in which they come. */
function phaseTitles(plan: Plan | undefined): string[] {
  if (plan === undefined) return []
  return [...new Set([...plan.phases.map(({ title }) => title), ...plan.rows.map(({ phase }) => phase)])]
}

/** The form as read, refused also for what the workflow cannot run without. */
function withNeeds(read: ReadForm, workflow: WorkflowDetail | undefined): ReadForm {
  if (!read.ok || workflow === undefined || read.body.workflow !== workflow.name) return read
  const unmet = unmetNeeds(workflow.name, workflow.needs, { hasWorkspace: read.body.workspace !== undefined })
  if (unmet.length === 0) return read
  const fieldOf = (need: string) => (need === 'workspace' ? 'workspace' : 'workflow')
  return { ok: false, errors: unmet.map(({ need, message }) => ({ field: fieldOf(need), message })) }
}

/** The form as read, refused also for what the workflow says of its arguments. */
function withArgs(read: ReadForm, args: string, fields: readonly ArgField[] | null): ReadForm {
  const wrong = fields === null ? null : argError(fields, args)
  return wrong === null || !read.ok
    ? read
    : { ok: false, errors: [{ field: 'args', message: wrong.message }] }
}
