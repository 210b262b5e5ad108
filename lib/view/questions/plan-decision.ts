import type { Problem } from '@/lib/api/problem'
import type { SourceProblem } from '@/lib/api/workflows'
import type { Json } from '@/lib/core/base/json'
import { type AnswerForm, answerErrors } from './question'

type PlanForm = Extract<AnswerForm, { kind: 'plan' }>

export type PlanDecision = 'run' | 'change' | 'stop'

/** What a person gave back of a plan: the script as edited, and the change that is asked for. */
type PlanGiven = { decision: PlanDecision; script: string; change: string }

/**
 * The answer to a plan. A script that was edited goes with it unless the plan is stopped; words go only with
 * a request for a change.
 */
export function planAnswer(form: PlanForm, { decision, script, change }: PlanGiven): { [key: string]: Json } {
  const isEdited = script !== form.script && decision !== 'stop'
  const words = decision === 'change' ? change.trim() : ''
  return {
    decision,
    ...(isEdited ? { [form.scriptName]: script } : {}),
    ...(form.changeName === null || words === '' ? {} : { [form.changeName]: words }),
  }
}

/**
 * What is wrong with the script of a plan, which holds it back: what its answer was refused for, else what
 * its plan was. Beside it every other refusal of the answer.
 */
export function planProblems(
  ofPlan: Problem | null,
  ofAnswer: Problem | null,
  scriptName: string,
): { problem: SourceProblem | null; others: { name: string; message: string }[] } {
  const sent = ofAnswer === null ? [] : answerErrors(ofAnswer)
  const refused = sent.find(({ name }) => name === scriptName)
  const unread = ofPlan?.errors?.find(({ path }) => path === 'script')
  const found = refused ?? unread
  return {
    problem:
      found === undefined
        ? null
        : { message: found.message, line: found.line ?? null, column: found.column ?? null },
    others: sent.filter((error) => error !== refused),
  }
}
