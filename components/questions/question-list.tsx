'use client'

import { CodeBlock } from '@/components/ui/code-block'
import { Ago } from '@/components/ui/elapsed'
import { LongText } from '@/components/ui/long-text'
import { Markdown } from '@/components/ui/markdown/markdown'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { StatusIcon } from '@/components/ui/status-icon'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import { useRunView } from '@/lib/client/run/use-run'
import { isJsonObject } from '@/lib/core/base/json'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { shownValue } from '@/lib/view/questions/args-form'
import { askedMoney } from '@/lib/view/questions/question'
import { ClosedQuestion } from './closed-question'

/**
 * Everything a run has asked, with what was answered; an open question is answered at the top of the page.
 */
export function QuestionList() {
  const simulated = useIsSimulated()
  const checkpoints = useRunView((view) => view.state?.checkpoints)
  if (checkpoints === undefined || checkpoints.length === 0) {
    return (
      <EmptyState title="No questions">
        Scripts ask with checkpoint(). Open questions appear above the views and on the overview; answered
        ones are kept here.
      </EmptyState>
    )
  }
  return (
    <ScrollBox label="Questions" className="h-full overflow-y-auto">
      <ol className="mx-auto flex max-w-3xl flex-col gap-3 px-4 py-5 sm:px-6">
        {checkpoints.map((checkpoint) => (
          <li key={checkpoint.checkpointId} className="panel flex flex-col gap-2 p-4">
            {checkpoint.status === 'open' ? (
              <StillOpen checkpoint={checkpoint} />
            ) : (
              <ClosedQuestion checkpoint={checkpoint} />
            )}
            {checkpoint.detail !== '' && (
              <div className="text-ink-2">
                <Markdown text={askedMoney(checkpoint, simulated)(checkpoint.detail)} />
              </div>
            )}
            {checkpoint.status === 'answered' &&
              checkpoint.kind === 'question' &&
              isJsonObject(checkpoint.value) && (
                <AnswerParts
                  parts={Object.entries(checkpoint.value).map(([name, value]) => [name, shownValue(value)])}
                />
              )}
          </li>
        ))}
      </ol>
    </ScrollBox>
  )
}

function StillOpen({ checkpoint }: { checkpoint: Checkpoint }) {
  const simulated = useIsSimulated()
  return (
    <p className="flex items-start gap-2 py-1 text-sm">
      <StatusIcon icon="question" className="mt-[3px]" />
      <span>
        <span className="font-medium">{askedMoney(checkpoint, simulated)(checkpoint.title)}</span>{' '}
        <span className="text-ink-2">
          is open, asked <Ago at={checkpoint.openedAt} />
        </span>
      </span>
    </p>
  )
}

/** Long parts are boxed, short ones are inline. */
function AnswerParts({ parts }: { parts: readonly (readonly [string, string])[] }) {
  const isLong = (text: string) => text.includes('\n') || text.length > 160
  const short = parts.filter(([, text]) => !isLong(text))
  return (
    <>
      {short.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
          {short.map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd>
                <LongText text={text} first={2_000} className="break-words" />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {parts
        .filter(([, text]) => isLong(text))
        .map(([name, text]) => (
          <CodeBlock key={name} text={text} label={name} maxHeight={240} />
        ))}
    </>
  )
}
