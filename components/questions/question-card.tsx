'use client'

import { useEffect, useRef } from 'react'
import { cx } from '@/components/ui/class-names'
import { Ago } from '@/components/ui/elapsed'
import { UnderHeading } from '@/components/ui/heading'
import { Markdown } from '@/components/ui/markdown/markdown'
import { StatusIcon } from '@/components/ui/status-icon'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import { assertNever } from '@/lib/core/base/assert-never'
import type { OpenCheckpoint } from '@/lib/core/run/checkpoints'
import type { RunHeader } from '@/lib/core/run/state'
import { answerForm, askedMoney } from '@/lib/view/questions/question'
import { ApprovalAnswer } from './approval-answer'
import { FormAnswer } from './form-answer'
import { PlanAnswer } from './plan-answer'
import { TimeLeft } from './time-left'
import { YesNoAnswer } from './yes-no-answer'

type Props = { run: RunHeader; question: OpenCheckpoint; isLinked: boolean }

/** One open question and the controls to answer it. A link to it moves the focus here. */
export function QuestionCard({ run, question, isLinked }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  const money = askedMoney(question, useIsSimulated())
  const { checkpointId, title, detail, openedAt, callSite } = question
  useEffect(() => {
    if (isLinked) heading.current?.focus()
  }, [isLinked])
  return (
    <article
      aria-labelledby={`question-${checkpointId}`}
      className={cx(
        'flex flex-col gap-3 rounded-lg border bg-surface p-4',
        isLinked ? 'border-accent' : 'border-line-strong',
      )}
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <h2
          ref={heading}
          id={`question-${checkpointId}`}
          tabIndex={-1}
          className="flex min-w-0 items-center gap-2 text-base font-semibold"
        >
          <StatusIcon icon="question" size={16} />
          <span className="min-w-0 break-words">{money(title)}</span>
        </h2>
        <span className="text-xs text-ink-3">
          asked <Ago at={openedAt} />
          {callSite !== null && ` in line ${callSite.line}`}
        </span>
        <span className="sm:ml-auto">
          <TimeLeft question={question} isYesNo={question.input === null} />
        </span>
      </header>
      {detail !== '' && (
        <div className="max-w-3xl text-ink-2">
          <UnderHeading level={2}>
            <Markdown text={money(detail)} />
          </UnderHeading>
        </div>
      )}
      <Answer run={run} question={question} />
    </article>
  )
}

function Answer({ run, question }: { run: RunHeader; question: OpenCheckpoint }) {
  const form = answerForm(question)
  const { checkpointId, title } = question
  switch (form.kind) {
    case 'yes-no':
      return <YesNoAnswer runId={run.id} checkpointId={checkpointId} title={title} />
    case 'plan':
      return <PlanAnswer run={run} checkpointId={checkpointId} form={form} />
    case 'fields':
      return <FormAnswer runId={run.id} checkpointId={checkpointId} {...form} />
    case 'approval':
      return <ApprovalAnswer runId={run.id} checkpointId={checkpointId} form={form} />
    case 'json':
      return (
        <FormAnswer
          runId={run.id}
          checkpointId={checkpointId}
          fields={null}
          isBare={false}
          start={form.start}
        />
      )
    default:
      return assertNever(form)
  }
}
