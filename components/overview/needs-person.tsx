import { TimeLeft } from '@/components/questions/time-left'
import { YesNoAnswer } from '@/components/questions/yes-no-answer'
import { ButtonLink } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { UnderHeading } from '@/components/ui/heading'
import { Markdown } from '@/components/ui/markdown/markdown'
import { PageLink } from '@/components/ui/page-link'
import { StatusIcon } from '@/components/ui/status-icon'
import type { OverviewFrame, OverviewQuestion } from '@/lib/api/first/overview'
import { pages } from '@/lib/client/http/pages'
import { moneyWords } from '@/lib/view/format/money'
import { askedMoney } from '@/lib/view/questions/question'

type Item = OverviewFrame['needsPerson'][number]

const acts = {
  approval: 'Review and approve',
  paused: 'Decide',
  budget: 'Raise the limit or end it',
  stalled: 'Look',
  checkpoint: 'Answer',
} as const
const icons = {
  approval: 'queued',
  paused: 'paused',
  budget: 'limit',
  stalled: 'stalled',
  checkpoint: 'question',
} as const

/** What goes no further until somebody decides. A yes or no is answered right here. */
export function NeedsPerson({ items }: { items: readonly Item[] }) {
  return (
    <section aria-labelledby="needs-title" className="panel border-waiting/60">
      <h2 id="needs-title" className="border-b px-4 py-2 text-sm font-semibold">
        Needs you <span className="num font-normal text-ink-3">{items.length}</span>
      </h2>
      <ul>
        {items.map((item) => (
          <li
            key={`${item.runId}.${item.kind}.${item.checkpointId ?? ''}`}
            className="border-b last:border-0"
          >
            {item.checkpointId !== null && item.question !== null ? (
              <Question item={item} checkpointId={item.checkpointId} question={item.question} />
            ) : (
              <Decision item={item} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Decision({ item }: { item: Item }) {
  return (
    <PageLink
      href={pages.run(item.runId)}
      className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 text-sm transition-colors hover:bg-hover"
    >
      <StatusIcon icon={icons[item.kind]} />
      <span className="font-medium">{item.title}</span>
      <span className="min-w-0 flex-1 text-ink-2 max-sm:order-last max-sm:basis-full">
        {moneyWords(item.simulated)(item.detail)}
      </span>
      <span className="text-accent max-sm:ml-auto">{acts[item.kind]} →</span>
    </PageLink>
  )
}

type QuestionProps = { item: Item; checkpointId: string; question: OverviewQuestion }

function Question({ item, checkpointId, question }: QuestionProps) {
  const { runId, simulated } = item
  const { openedAt, isYesNo } = question
  const money = askedMoney(question, simulated)
  const title = money(question.title)
  const detail = money(question.detail)
  return (
    <article aria-label={title} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <StatusIcon icon="question" className="mt-[3px]" />
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
        <h3 className="break-words text-sm font-semibold">{title}</h3>
        <p className="flex flex-wrap gap-x-2 text-xs text-ink-3">
          <PageLink
            href={pages.question(runId, checkpointId)}
            className="truncate text-accent hover:underline"
          >
            {item.title}
          </PageLink>
          <span>
            asked <Ago at={openedAt} />
          </span>
          <TimeLeft question={question} isYesNo={isYesNo} />
        </p>
        {detail !== '' && (
          <div className="line-clamp-3 max-w-3xl text-ink-2">
            <UnderHeading level={3}>
              <Markdown text={detail} />
            </UnderHeading>
          </div>
        )}
      </div>
      <div className="max-sm:basis-full max-sm:pl-[30px]">
        {isYesNo ? (
          <YesNoAnswer runId={runId} checkpointId={checkpointId} title={title} />
        ) : (
          <ButtonLink
            variant="primary"
            href={pages.question(runId, checkpointId)}
            aria-label={`Answer: ${title}`}
          >
            Answer
          </ButtonLink>
        )}
      </div>
    </article>
  )
}
