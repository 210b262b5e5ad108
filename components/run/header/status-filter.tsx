import { cx } from '@/components/ui/class-names'
import { StatusIcon } from '@/components/ui/status-icon'
import type { StatusCount } from '@/lib/view/agent/status-counts'
import { type DisplayStatus, statusLabels, statusMeanings } from '@/lib/view/agent/status-display'
import { formatCount } from '@/lib/view/format/numbers'

type Props = {
  statusCounts: StatusCount[]
  selected: DisplayStatus | null
  onSelect: (displayStatus: DisplayStatus | null) => void
  questions: number
  /** How many can run at once; null where that is not known, or of no concern any more. */
  slots: number | null
}

/** Agents by state; each counter filters every view below. */
export function StatusFilter({ statusCounts, selected, onSelect, questions, slots }: Props) {
  return (
    <fieldset className="flex min-w-0 flex-wrap gap-1.5 py-0.5">
      <legend className="sr-only">Filter agents by state</legend>
      {questions > 0 && (
        <a
          href="#questions"
          title="Open questions"
          className="flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-accent bg-accent-soft px-2.5 text-sm transition-colors hover:bg-hover"
        >
          <StatusIcon icon="question" />
          <span>Needs you</span>
          <span className="num min-w-[2ch] text-right font-semibold">{formatCount(questions)}</span>
        </a>
      )}
      {statusCounts.map(({ displayStatus, count }) => {
        const isOn = selected === displayStatus
        return (
          <button
            key={displayStatus}
            type="button"
            aria-pressed={isOn}
            title={statusMeanings[displayStatus]}
            onClick={() => onSelect(isOn ? null : displayStatus)}
            className={cx(
              'flex h-7 shrink-0 items-center gap-1.5 rounded-md border px-2.5 text-sm transition-colors hover:bg-hover',
              isOn ? 'border-accent bg-accent-soft' : 'bg-surface',
            )}
          >
            <StatusIcon icon={displayStatus} />
            <span className={count === 0 ? 'text-ink-3' : 'text-ink-2'}>{statusLabels[displayStatus]}</span>
            <span
              className={cx(
                'num min-w-[2ch] text-right font-semibold',
                count === 0 && 'font-normal text-ink-3',
              )}
            >
              {formatCount(count)}
              {displayStatus === 'running' && slots !== null && (
                <span className="font-normal text-ink-3">
                  <span aria-hidden="true">/</span>
                  <span className="sr-only"> of </span>
                  {formatCount(slots)}
                </span>
              )}
            </span>
          </button>
        )
      })}
    </fieldset>
  )
}
