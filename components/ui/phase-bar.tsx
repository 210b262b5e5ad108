import type { Segment } from '@/lib/view/phase-progress'
import { markLabels } from '@/lib/view/states'
import { cx } from './class-names'
import { stateFill } from './state-fill'

/** One stacked bar of agents by state; read aloud as its counts. */
export function PhaseBar({ segments, label, height = 6 }: { segments: Segment[]; label: string; height?: number }) {
  const words = segments.map((segment) => `${segment.count} ${markLabels[segment.mark].toLowerCase()}`).join(', ')
  return (
    <div
      role="img"
      aria-label={`${label}: ${words || 'no agents yet'}`}
      title={words || 'no agents yet'}
      className="flex w-full gap-px overflow-hidden rounded-full bg-hover"
      style={{ height }}
    >
      {segments.map((segment) => (
        <div
          key={segment.mark}
          className={cx(stateFill[segment.mark], 'min-w-[2px]')}
          style={{ flexGrow: segment.count, flexBasis: 0 }}
        />
      ))}
    </div>
  )
}
