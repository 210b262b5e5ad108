'use client'

import { Play, Square } from 'lucide-react'
import { type Ref, useMemo, useRef, useState } from 'react'
import type { EditorHandle } from '@/components/editor/editor-props'
import { ApprovalFields } from '@/components/launch/fields/approval-fields'
import { Button } from '@/components/ui/actions/button'
import { Field, TextArea } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { useApproval } from '@/lib/client/hooks/use-approval'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useAnswer, useDraft } from '@/lib/client/queries/checkpoint-queries'
import { usePlan } from '@/lib/client/queries/run-queries'
import type { RunHeader } from '@/lib/core/run/state'
import { planPreviewBody } from '@/lib/view/launch/launch-again'
import { estimatedByPlan } from '@/lib/view/questions/approval-form'
import { type PlanDecision, planAnswer, planProblems } from '@/lib/view/questions/plan-decision'
import type { AnswerForm } from '@/lib/view/questions/question'
import { PlanPreview } from './plan-preview'
import { ScriptAnswer } from './script-answer'

type Props = { run: RunHeader; checkpointId: string; form: PlanForm }
type PlanForm = Extract<AnswerForm, { kind: 'plan' }>

/** A plan to approve: the script beside what it would do, both live; run it, have it changed, or stop. */
export function PlanAnswer({ run, checkpointId, form }: Props) {
  const [script, setScript] = useDraft(run.id, checkpointId, 'script', form.script)
  const [change, setChange] = useDraft(run.id, checkpointId, 'change', '')
  const [needsWords, setNeedsWords] = useState(false)
  const answer = useAnswer(run.id, checkpointId)
  const editor = useRef<EditorHandle | null>(null)
  const words = useRef<HTMLTextAreaElement>(null)
  const settled = useDebounced(script, 350)
  const body = useMemo(() => (settled.trim() === '' ? null : planPreviewBody(run, settled)), [run, settled])
  const plan = usePlan(body)
  const approval = useApproval(estimatedByPlan(plan.data))

  const { problem, others } = planProblems(
    plan.error === null ? null : problemOf(plan.error),
    answer.error === null ? null : problemOf(answer.error),
    form.scriptName,
  )
  const isChanged = script !== form.script

  const send = (decision: PlanDecision) => {
    const said = planAnswer(form, { decision, script, change })
    const { approved } = approval
    answer.mutate(
      decision === 'run' && approved !== undefined ? { answer: said, approved } : { answer: said },
    )
  }
  const ask = () => {
    if (change.trim() !== '') return send('change')
    setNeedsWords(true)
    words.current?.focus()
  }
  const prefix = `answer-${checkpointId}`
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        <div className="flex min-w-0 flex-col gap-3">
          <ScriptAnswer
            id={`${prefix}-script`}
            label={isChanged ? 'Script (edited)' : 'Script'}
            className="h-[min(40vh,420px)]"
            value={script}
            onValue={(text) => {
              setScript(text)
              answer.reset()
            }}
            problem={problem}
            onReady={(made) => {
              editor.current = made
            }}
          />
          {form.decisions.includes('change') && form.changeName !== null && (
            <ChangeField
              id={`${prefix}-change`}
              ref={words}
              change={change}
              onChange={setChange}
              isMissing={needsWords && change.trim() === ''}
            />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <PlanPreview
            plan={problem === null ? plan.data : undefined}
            isLoading={plan.isFetching || settled !== script}
            problem={problem === null && plan.error !== null ? problemOf(plan.error).detail : null}
            onGoTo={(line, column) => editor.current?.goTo(line, column)}
          />
          <ApprovalFields id={prefix} approval={approval} />
        </div>
      </div>
      {others.map(({ name, message }) => (
        <ErrorNote
          key={message}
          title={name === '' ? 'The answer was not accepted' : name}
          detail={message}
        />
      ))}
      <Decisions
        form={form}
        isSent={answer.isPending || answer.isSuccess}
        isChanged={isChanged}
        canRun={problem === null && approval.error === null}
        canAsk={!isChanged || problem === null}
        onDecision={(decision) => (decision === 'change' ? ask() : send(decision))}
        onUndo={() => setScript(form.script)}
      />
    </div>
  )
}

type ChangeProps = {
  id: string
  ref: Ref<HTMLTextAreaElement>
  change: string
  onChange: (change: string) => void
  isMissing: boolean
}

function ChangeField({ id, ref, change, onChange, isMissing }: ChangeProps) {
  return (
    <Field
      id={id}
      label="Request a change"
      hint="The planner revises the script and asks you again."
      error={isMissing ? 'Describe the change.' : undefined}
    >
      {(wired) => (
        <TextArea
          {...wired}
          ref={ref}
          rows={2}
          holds="words"
          placeholder="Skip the tests, and have two agents check every finding"
          value={change}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

type DecisionsProps = {
  form: PlanForm
  isSent: boolean
  isChanged: boolean
  canRun: boolean
  canAsk: boolean
  onDecision: (decision: PlanDecision) => void
  onUndo: () => void
}

function Decisions({ form, isSent, isChanged, canRun, canAsk, onDecision, onUndo }: DecisionsProps) {
  return (
    <div className="sticky bottom-0 -mx-4 -mb-4 flex flex-wrap items-center gap-2 rounded-b-lg border-t bg-surface px-4 py-3">
      <Button variant="primary" disabled={isSent || !canRun} onClick={() => onDecision('run')}>
        <Play aria-hidden="true" className="size-3.5" />
        {isChanged ? 'Run edited plan' : 'Run this plan'}
      </Button>
      {form.decisions.includes('change') && (
        <Button disabled={isSent || !canAsk} onClick={() => onDecision('change')}>
          Request change
        </Button>
      )}
      {form.decisions.includes('stop') && (
        <Button variant="danger" disabled={isSent} onClick={() => onDecision('stop')}>
          <Square aria-hidden="true" className="size-3.5" />
          Stop
        </Button>
      )}
      {isChanged && (
        <Button variant="quiet" disabled={isSent} onClick={onUndo}>
          Undo my changes
        </Button>
      )}
    </div>
  )
}
