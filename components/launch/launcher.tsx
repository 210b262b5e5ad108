'use client'

import { useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Arriving } from '@/components/ui/arriving'
import type { Plan } from '@/lib/api/plan'
import type { LaunchInput, RunInput } from '@/lib/api/runs'
import type { Settings } from '@/lib/api/settings'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { type Approval, useApproval } from '@/lib/client/hooks/use-approval'
import { useCommandKey } from '@/lib/client/hooks/use-hotkeys'
import { useLaunchForm } from '@/lib/client/hooks/use-launch-form'
import { useSettings, useWorkspaces } from '@/lib/client/queries/server-queries'
import { useGoalSources } from '@/lib/client/queries/use-goal-sources'
import { useWorkflow, useWorkflows } from '@/lib/client/queries/workflow-queries'
import { advancedChanges, advancedSummary } from '@/lib/view/launch/advanced-changes'
import { deliveryChoiceOf, fieldsForDelivery } from '@/lib/view/launch/delivery-choice'
import { dryRunBody } from '@/lib/view/launch/dry-run-form'
import { type FieldError, shownErrors } from '@/lib/view/launch/field-errors'
import { type FieldName, fieldNames, type LaunchForm } from '@/lib/view/launch/launch-form'
import { readForm, withArgs, withNeeds } from '@/lib/view/launch/read-launch'
import { permissionFields } from '@/lib/view/permissions/permission-form'
import { permissionProposals } from '@/lib/view/permissions/permission-proposals'
import { permissionRefusals } from '@/lib/view/permissions/permission-refusals'
import { phaseTitles } from '@/lib/view/plan/plan-view'
import { estimatedByPlan } from '@/lib/view/questions/approval-form'
import { argFields } from '@/lib/view/questions/args-form'
import { Advanced } from './advanced'
import { ApprovalFields } from './fields/approval-fields'
import { ArgsFields } from './fields/args-fields'
import { CapField } from './fields/cap-field'
import type { FormProps } from './fields/form-props'
import { LimitFields } from './fields/limit-fields'
import { ModelFields } from './fields/model-fields'
import { NotesField } from './fields/notes-field'
import { PermissionFields } from './fields/permission-fields'
import { PermissionSummary } from './fields/permission-summary'
import { PhaseFields } from './fields/phase-fields'
import { SourcePicker } from './fields/source-picker'
import { PlanCard } from './plan/plan-card'
import { WorkspaceFields } from './sources/workspace-fields'
import { useLaunchPlan } from './use-launch-plan'
import { type Sending, useSendOnce } from './use-send-once'

const auditNames = /audit/i

/** A launch that is kept, whose form is saved in place of being launched. */
export type Kept = { name: string; form: LaunchForm; sending: Sending }

type LauncherProps = { input: RunInput | null; source: LaunchForm['source']; kept: Kept | null }

/** What to run, on which folder, for how much; beside it the plan, before anything is paid. */
export function Launcher({ input, source, kept }: LauncherProps) {
  const { form, edit, edited, workflows, workspaces, areAnswered } = useSuggestedForm(
    input,
    source,
    kept?.form,
  )
  const isGoal = form.source === 'goal'
  const added = useGoalSources(form.workspace, (path) => edit('workspace', path))
  const settings = useSettings()
  const { read, isKnown, fields, needs, text } = useReadForm(form)
  const planned = useLaunchPlan(read, isKnown)
  const launching = useSendOnce()
  const { send, isSent, errors: refusals } = kept?.sending ?? launching
  const { isTried, setTried, touched, touch } = useTouched(edited)
  const all: FieldError[] = read.ok ? [...refusals, ...planned.errors] : read.errors
  const errors = shownErrors(all, touched, isTried)
  const props = { form, edit, errorOf: (field: FieldName) => errors.find((error) => error.field === field) }

  // A goal has no estimate to approve: its plan is approved later, or it is decided wave by wave.
  const approval = useApproval(estimatedByPlan(isGoal ? undefined : planned.plan))
  // What is being added is not in the folder yet: a launch would go without it.
  const isAdding = added.progress !== null
  const submit = () => {
    setTried()
    if (read.ok && !isAdding && !planned.isRefused && approval.error === null)
      send(kept === null ? withApproval(read.body, approval) : read.body)
  }
  const page = useRef<HTMLFormElement>(null)
  useCommandKey('enter', () => {
    if (document.querySelector('[role="dialog"],[role="alertdialog"]') === null) page.current?.requestSubmit()
  })
  const advanced = useAdvanced(errors, approval)
  const needsInputs = fields?.some(({ isRequired }) => isRequired) === true
  const inputs = isGoal ? null : <ArgsFields key={form.source} {...props} fields={fields} />
  const proposals = useMemo(
    () => permissionProposals({ text, needs }, form.permissions),
    [text, needs, form.permissions],
  )
  /** An estimate, a try and a dry run are of scripts: a goal has none yet. */
  const ofScript = isGoal || !read.ok || kept !== null ? null : read.body

  return (
    <form
      ref={page}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      onBlur={(event) => touch(event.target.id)}
      noValidate
      className="mx-auto grid w-full max-w-[1240px] items-start gap-6 px-4 py-5 max-lg:pb-36 sm:px-6 lg:grid-cols-[minmax(0,1fr)_400px]"
    >
      <div className="flex min-w-0 flex-col gap-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">
            {kept === null ? 'Launch' : `What ${kept.name} launches`}
          </h1>
          <p className="text-sm text-ink-2">
            {kept === null
              ? 'Nothing runs until you launch.'
              : 'Saved, it holds from the next time on. Runs that have begun stay as they are.'}
          </p>
        </div>
        <SourcePicker {...props} added={added} workflows={workflows} />
        <Arriving
          isThere={isGoal || (areAnswered && (isKnown || form.workflow === ''))}
          className="flex min-w-0 flex-col gap-6"
        >
          {needsInputs && inputs}
          <WorkspaceFields {...props} workspaces={workspaces} />
          <PermissionSummary
            form={form}
            edit={edit}
            proposals={proposals}
            refusals={permissionRefusals(settings.data)}
            onOpen={() => advanced.show('section-what-agents-may-do')}
          />
          <CapField {...props} />
          <Advanced
            summary={advancedSummary(advancedChanges(form), 'inputs, permissions, model, limits')}
            isOpen={advanced.isOpen}
            onOpen={advanced.setOpen}
          >
            {!needsInputs && inputs}
            <PermissionFields
              {...props}
              refusals={permissionRefusals(settings.data)}
              shellNote={settings.data?.sandbox.note}
            />
            {form.workspace !== '' && planned.plan?.workspaceNotes != null && (
              <NotesField {...props} notes={planned.plan.workspaceNotes} />
            )}
            <ModelFields {...props} settings={settings.data} />
            <LimitFields {...props} />
            {planned.plan !== undefined && !isGoal && kept === null && (
              <MoneyProvider simulated={planned.plan.simulated}>
                <ApprovalFields approval={approval} />
              </MoneyProvider>
            )}
            {!isGoal && <PhasesOf {...props} outline={planned.outline} settings={settings.data} />}
          </Advanced>
        </Arriving>
      </div>
      <PlanCard
        plan={planned.plan}
        limits={planned.limits}
        isLoading={planned.isLoading}
        errors={errors}
        canPress={
          !isAdding && (read.ok ? !planned.isRefused && approval.error === null : errors.length === 0)
        }
        isReady={read.ok && !planned.isRefused}
        isLaunching={isSent}
        saves={kept?.name ?? null}
        isAsking={form.approval === 'ask'}
        onLimit={form.onLimit}
        onRaise={(usd) => edit('usd', String(usd))}
        goal={isGoal ? form.mode : null}
        isCounting={planned.isCounting}
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

type PhasesProps = FormProps & { outline: Plan | undefined; settings: Settings | undefined }

function PhasesOf({ outline, ...props }: PhasesProps) {
  const titles = useMemo(() => phaseTitles(outline), [outline])
  return <PhaseFields {...props} titles={titles} />
}

/** Where somebody has been in the form, and whether they tried to launch it. */
function useTouched(edited: ReadonlySet<FieldName>) {
  const [isTried, setTried] = useState(false)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const touched = useMemo(
    () => new Set(fieldNames.filter((name) => edited.has(name) || left.has(name))),
    [edited, left],
  )
  return {
    isTried,
    setTried: () => setTried(true),
    touched,
    touch: (id: string) => setLeft((before) => (before.has(id) ? before : new Set(before).add(id))),
  }
}

/** The fold of the form: open where somebody opened it, and where something in it is wrong. */
function useAdvanced(errors: readonly FieldError[], approval: Approval) {
  const [isOpened, setOpen] = useState(false)
  const isWrong =
    approval.error !== null || errors.some(({ field }) => field !== null && !openFields.includes(field))
  return {
    isOpen: isOpened || isWrong,
    setOpen,
    show: (id: string) => {
      flushSync(() => setOpen(true))
      document.getElementById(id)?.scrollIntoView({ block: 'center' })
    },
  }
}

/** Fields outside of the fold. */
const openFields: readonly FieldName[] = ['source', 'goal', 'mode', 'workflow', 'script', 'workspace', 'usd']

const noNeeds: readonly string[] = []

/** The form read against the workflow that it names, which has to be fetched first. */
function useReadForm(form: LaunchForm) {
  const workflow = useWorkflow(form.source === 'workflow' ? form.workflow : '')
  const fields = useMemo(() => argFields(workflow.data?.argsSchema ?? null), [workflow.data])
  const texts = { goal: form.goal, script: form.script, workflow: workflow.data?.source ?? '' }
  return {
    read: withNeeds(withArgs(readForm(form), form.args, fields), workflow.data),
    // Until a workflow was read, its needs are not known: a plan asked for before might be refused.
    isKnown: form.source !== 'workflow' || !workflow.isPending,
    fields,
    needs: (form.source === 'workflow' ? workflow.data?.needs : undefined) ?? noNeeds,
    /** What stands in for its prompts before any of them is written. */
    text: texts[form.source],
  }
}

function withApproval(body: LaunchInput, { approved }: Approval): LaunchInput {
  return approved === undefined ? body : { ...body, approved }
}

/** The form, with a workflow and a folder suggested where the person has chosen none. */
function useSuggestedForm(input: RunInput | null, source: LaunchForm['source'], kept?: LaunchForm) {
  const { form, edit, edited } = useLaunchForm(input, source, kept)
  const workflows = useWorkflows()
  const folders = useWorkspaces()
  const workspaces = folders.data ?? []
  const initial = useSettings().data?.initialPermissions
  const workflow = workflows.data?.find(({ name }) => auditNames.test(name)) ?? workflows.data?.[0]
  // A field that was emptied stays empty, and so does that of a run which had no folder.
  const workspace = edited.has('workspace') || input !== null ? undefined : workspaces[0]
  return {
    form: {
      ...form,
      workflow: form.workflow || (workflow?.name ?? ''),
      workspace: form.workspace || (workspace?.path ?? ''),
      permissions:
        edited.has('permissions') || input !== null || initial === undefined
          ? form.permissions
          : permissionFields({ ...initial, mcp: [] }, initial.whenNotPermitted),
    },
    edit,
    edited,
    workflows,
    workspaces,
    /** Whether what may be chosen is known, or why it is not. */
    areAnswered: !workflows.isPending && !folders.isPending,
  }
}
