'use client'

import { cx } from '@/components/ui/class-names'
import { useNow } from '@/lib/client/run/use-now'
import type { Question } from '@/lib/core/agent/question'
import { timeLeft } from '@/lib/view/questions/question'

type Props = { question: Pick<Question, 'dueAt' | 'hasDefault' | 'default'>; isYesNo: boolean }

/** How long a question can still be answered, and what happens then. */
export function TimeLeft({ question, isYesNo }: Props) {
  const now = useNow(question.dueAt !== null)
  if (now === 0) return null
  const told = timeLeft({ ...question, isYesNo }, now)
  if (told === null) return null
  return (
    <span className="num text-xs text-ink-2">
      <span className={cx('font-medium', told.isShort && 'text-stalled')}>{told.left}</span>, {told.after}
    </span>
  )
}
