'use client'

import { Play, Square } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { EditorHandle } from '@/components/editor/editor-props'
import { ApprovalFields } from '@/components/launch/fields/approval-fields'
import { Button } from '@/components/ui/actions/button'
import { Field, TextArea } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useAnswer, useDraft } from '@/lib/client/queries/checkpoint-queries'
import { usePlan } from '@/lib/client/queries/queries'
import type { RunHeader } from '@/lib/core/run/state'
import { planPreviewBody } from '@/lib/view/launch/launch-again'
import { estimatedByPlan, readApproved, untouched } from '@/lib/view/questions/approval-form'
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
  const [approvedForm, setApprovedForm] = useState(untouched)
  const estimated = estimatedByPlan(plan.data)
  const approved = readApproved(approvedForm, estimated)

  const { problem, others } = planProblems(
    plan.error === null ? null : problemOf(plan.error),
    answer.error === null ? null : problemOf(answer.error),
    form.scriptName,
  )
  const isChanged = script !== form.script

  const send = (decision: PlanDecision) => {
    const said = planAnswer(form, { decision, script, change })
    if (decision !== 'run' || approved === undefined) answer.mutate({ answer: said })
    else if (typeof approved !== 'string') answer.mutate({ answer: said, approved })
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
            <Field
              id={`${prefix}-change`}
              label="Request a change"
              hint="The planner revises the script and asks you again."
              error={needsWords && change.trim() === '' ? 'Describe the change.' : undefined}
            >
              {(wired) => (
                <TextArea
                  {...wired}
                  ref={words}
                  rows={2}
                  holds="words"
                  placeholder="Skip the tests, and have two agents check every finding"
                  value={change}
                  onChange={(event) => setChange(event.target.value)}
                />
              )}
            </Field>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <PlanPreview
            plan={problem === null ? plan.data : undefined}
            isLoading={plan.isFetching || settled !== script}
            problem={problem === null && plan.error !== null ? problemOf(plan.error).detail : null}
            onGoTo={(line, column) => editor.current?.goTo(line, column)}
          />
          <ApprovalFields
            id={prefix}
            form={approvedForm}
            estimated={estimated}
            onEdit={(change) => setApprovedForm((before) => ({ ...before, ...change }))}
            error={typeof approved === 'string' ? approved : null}
          />
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
        canRun={problem === null && typeof approved !== 'string'}
        canAsk={!isChanged || problem === null}
        onDecision={(decision) => (decision === 'change' ? ask() : send(decision))}
        onUndo={() => setScript(form.script)}
      />
    </div>
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
