import { DiffLines } from '@/components/ui/diff-lines'
import type { Transcript } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { attemptText } from '@/lib/view/agent/attempts'
import { lineDiff } from '@/lib/view/format/line-diff'

/** Chooses what is shown of an agent with several attempts: one of them, or a comparison of the last two. */
export type AttemptChoice = number | 'compare'

type Props = { attempts: readonly number[]; chosen: AttemptChoice; onChoose: (choice: AttemptChoice) => void }

export function AttemptPicker({ attempts, chosen, onChoose }: Props) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="text-ink-2">Attempt</span>
      <select
        value={String(chosen)}
        onChange={(event) =>
          onChoose(event.target.value === 'compare' ? 'compare' : Number(event.target.value))
        }
        className="h-8 rounded-md border border-line-strong bg-surface px-2"
      >
        {attempts.map((attempt) => (
          <option key={attempt} value={attempt}>
            {attempt}
            {attempt === attempts.at(-1) ? ', the latest' : ''}
          </option>
        ))}
        <option value="compare">Compare the last two</option>
      </select>
    </label>
  )
}

/** The last two attempts, line by line. */
export function AttemptDiff({
  transcript,
  attempts,
}: {
  transcript: Transcript
  attempts: readonly number[]
}) {
  const money = useMoney()
  const [before, after] = attempts.slice(-2)
  if (before === undefined || after === undefined) return null
  return (
    <section aria-label={`What changed from attempt ${before} to ${after}`}>
      <DiffLines
        lines={lineDiff(attemptText(transcript, before, money), attemptText(transcript, after, money))}
      />
    </section>
  )
}
