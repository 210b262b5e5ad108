import { Clock } from 'lucide-react'
import { cx } from '@/components/ui/class-names'
import { PhaseBar } from '@/components/ui/phase-bar'
import { useMoney } from '@/lib/client/hooks/money-context'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import type { PhaseProgress } from '@/lib/view/timeline/phase-progress'

type Props = {
  phases: PhaseProgress[]
  hasEnded: boolean
  selected: string | null
  onSelect: (title: string | null) => void
  /** The phase whose time filters every view, and the choice of another one. */
  brushed: string | null
  onBrush: (title: string | null) => void
}

/** One stacked bar per phase, in order. Each filters by its agents, or by the time it was at work. */
export function PhaseStrip({ phases, hasEnded, selected, onSelect, brushed, onBrush }: Props) {
  const money = useMoney()
  if (phases.length === 0) return null
  return (
    <ol
      className="fades-sideways -mx-4 flex gap-1.5 overflow-x-auto px-2 sm:-ml-2 sm:-mr-5 sm:px-0"
      aria-label="Phases"
    >
      {phases.map((phase) => {
        const isOn = selected === phase.title
        return (
          <li key={phase.title} className="group/phase relative min-w-48 flex-1">
            <button
              type="button"
              aria-pressed={isOn}
              onClick={() => onSelect(isOn ? null : phase.title)}
              className={cx(
                'flex w-full flex-col gap-1 rounded-md border px-2 py-1.5 text-left sm:pr-6 transition-colors hover:bg-hover',
                isOn ? 'border-accent bg-accent-soft' : 'border-transparent',
              )}
            >
              <span className="flex w-full items-baseline gap-2 text-xs">
                <span className="truncate font-medium">{phase.title}</span>
                <span className="num ml-auto whitespace-nowrap text-ink-3">
                  {phase.total === 0
                    ? hasEnded
                      ? 'no agents'
                      : 'Not started'
                    : `${formatCount(phase.ended)}/${formatCount(phase.total)} · ${money(formatUsd(phase.spentNanoUsd))}`}
                </span>
              </span>
              <PhaseBar segments={phase.segments} label={phase.title} />
            </button>
            {phase.total > 0 && (
              <button
                type="button"
                aria-pressed={brushed === phase.title}
                aria-label={`Only the time of ${phase.title}`}
                title={`Show only the time range of ${phase.title}`}
                onClick={() => onBrush(brushed === phase.title ? null : phase.title)}
                className={cx(
                  'absolute bottom-[3px] right-0 hidden size-6 place-items-center sm:grid rounded-md transition-opacity hover:bg-hover hover:text-ink focus-visible:opacity-100',
                  brushed === phase.title
                    ? 'bg-accent-soft text-accent'
                    : 'text-ink-3 opacity-0 group-hover/phase:opacity-100 [@media(hover:none)]:opacity-100',
                )}
              >
                <Clock aria-hidden="true" className="size-3.5" />
              </button>
            )}
          </li>
        )
      })}
    </ol>
  )
}
