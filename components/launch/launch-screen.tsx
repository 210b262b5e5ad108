'use client'

import { useSearchParams } from 'next/navigation'
import { type FormEvent, useMemo } from 'react'
import { Loading } from '@/components/ui/messages'
import type { LaunchInput, RunInput } from '@/lib/api/runs'
import { type Approval, useApproval } from '@/lib/client/hooks/use-approval'
import { useLaunchForm } from '@/lib/client/hooks/use-launch-form'
import { useRunInput } from '@/lib/client/queries/run-queries'
import { useSettings, useWorkspaces } from '@/lib/client/queries/server-queries'
import { useWorkflow, useWorkflows } from '@/lib/client/queries/workflow-queries'
import { deliveryChoiceOf, fieldsForDelivery } from '@/lib/view/launch/delivery-choice'
import { dryRunBody } from '@/lib/view/launch/dry-run-form'
import type { FieldError } from '@/lib/view/launch/field-errors'
import type { FieldName, LaunchForm } from '@/lib/view/launch/launch-form'
import { phaseTitles } from '@/lib/view/launch/plan-view'
import { readForm, withArgs, withNeeds } from '@/lib/view/launch/read-launch'
import { estimatedByPlan } from '@/lib/view/questions/approval-form'
import { argFields } from '@/lib/view/questions/args-form'
import { ApprovalFields } from './fields/approval-fields'
import { ArgsFields } from './fields/args-fields'
import { LimitFields } from './fields/limit-fields'
import { ModelFields } from './fields/model-fields'
import { PhaseFields } from './fields/phase-fields'
import { SourcePicker } from './fields/source-picker'
import { WorkspaceFields } from './fields/workspace-fields'
import { PlanCard } from './plan/plan-card'
import { useLaunchPlan } from './use-launch-plan'
import { useSendOnce } from './use-send-once'

const auditNames = /audit/i

/** The launch form, empty or filled with the settings of an earlier run. */
export function LaunchScreen() {
  const params = useSearchParams()
  const from = params.get('from')
  const input = useRunInput(from)
  const workflows = useWorkflows()
  if (from !== null && (input.isPending || workflows.isPending))
    return <Loading label="Loading the settings of that run…" />
  // A pasted script has a name too, but only workflows of the library can be launched by name.
  const isSaved = workflows.data?.some(({ name }) => name === params.get('workflow')) ?? false
  const isGoal = params.has('goal') || params.has('mode')
  const sourceIfNoGoal = from === null || isSaved ? 'workflow' : 'script'
  const source = isGoal ? 'goal' : sourceIfNoGoal
  return <Launcher key={from} input={input.data ?? null} source={source} />
}

/** What to run, on which folder, within which limits; beside it the plan, before anything is paid. */
function Launcher({ input, source }: { input: RunInput | null; source: LaunchForm['source'] }) {
  const { form, edit, workflows, workspaces } = useSuggestedForm(input, source)
  const isGoal = form.source === 'goal'
  const settings = useSettings()
  const { read, isKnown, fields } = useReadForm(form)
  const planned = useLaunchPlan(read, isKnown)
  const titles = useMemo(() => phaseTitles(planned.outline), [planned.outline])
  const { send, isSent, errors: refusals } = useSendOnce()
  const errors: FieldError[] = read.ok ? [...refusals, ...planned.errors] : read.errors
  const errorOf = (field: FieldName) => errors.find((error) => error.field === field)

  // A goal has no estimate to approve: its plan is approved later, or it is decided wave by wave.
  const approval = useApproval(estimatedByPlan(isGoal ? undefined : planned.plan))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.ok && approval.error === null) send(withApproval(read.body, approval))
  }
  /** An estimate, a try and a dry run are of scripts: a goal has none yet. */
  const ofScript = isGoal || !read.ok ? null : read.body

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
          workspaces={workspaces}
          notes={form.workspace === '' ? null : (planned.plan?.workspaceNotes ?? null)}
          errorOf={errorOf}
        />
        {!isGoal && (
          <ArgsFields key={form.source} form={form} edit={edit} errorOf={errorOf} fields={fields} />
        )}
        <ModelFields form={form} edit={edit} settings={settings.data} errorOf={errorOf} />
        <LimitFields form={form} edit={edit} errorOf={errorOf} />
        {!isGoal && (
          <PhaseFields form={form} edit={edit} errorOf={errorOf} titles={titles} settings={settings.data} />
        )}
      </div>
      <PlanCard
        plan={planned.plan}
        limits={planned.limits}
        isLoading={planned.isLoading}
        errors={errors}
        isReady={read.ok && !planned.isRefused}
        isLaunching={isSent}
        isAsking={form.approval === 'ask'}
        goal={isGoal ? form.mode : null}
        isCounting={planned.isCounting}
        approval={
          <div className="px-4 pb-3">
            <ApprovalFields approval={approval} />
          </div>
        }
        delivery={deliveryChoiceOf(form)}
        onDelivery={(delivery) => {
          const asked = fieldsForDelivery(delivery, form)
          edit('delivery', asked.delivery)
          edit('speed', asked.speed)
          edit('concurrency', asked.concurrency)
        }}
        onCount={isGoal || planned.body === null ? null : planned.count}
        onTry={ofScript && ((items) => send(withApproval({ ...ofScript, sampleItems: items }, approval)))}
        body={planned.body}
        onDryRun={ofScript && ((faults) => send(dryRunBody(ofScript, faults)))}
      />
    </form>
  )
}

/** The form read against the workflow that it names, which has to be fetched first. */
function useReadForm(form: LaunchForm) {
  const workflow = useWorkflow(form.source === 'workflow' ? form.workflow : '')
  const fields = useMemo(() => argFields(workflow.data?.argsSchema ?? null), [workflow.data])
  return {
    read: withNeeds(withArgs(readForm(form), form.args, fields), workflow.data),
    // Until a workflow was read, its needs are not known: a plan asked for before might be refused.
    isKnown: form.source !== 'workflow' || !workflow.isPending,
    fields,
  }
}

function withApproval(body: LaunchInput, { approved }: Approval): LaunchInput {
  return approved === undefined ? body : { ...body, approved }
}

/** The form, with a workflow and a folder suggested where the person has chosen none. */
function useSuggestedForm(input: RunInput | null, source: LaunchForm['source']) {
  const { form, edit, edited } = useLaunchForm(input, source)
  const workflows = useWorkflows()
  const workspaces = useWorkspaces().data ?? []
  const workflow = workflows.data?.find(({ name }) => auditNames.test(name)) ?? workflows.data?.[0]
  // A field that was emptied stays empty, and so does that of a run which had no folder.
  const workspace = edited.has('workspace') || input !== null ? undefined : workspaces[0]
  return {
    form: {
      ...form,
      workflow: form.workflow || (workflow?.name ?? ''),
      workspace: form.workspace || (workspace?.path ?? ''),
    },
    edit,
    workflows,
    workspaces,
  }
}
