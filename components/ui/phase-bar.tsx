import { statusLabels } from '@/lib/view/agent/status-display'
import type { Segment } from '@/lib/view/timeline/phase-progress'
import { cx } from './class-names'
import { statusFill } from './status-fill'

/** One stacked bar of agents by state; read aloud as its counts. */
export function PhaseBar({
  segments,
  label,
  height = 6,
}: {
  segments: Segment[]
  label: string
  height?: number
}) {
  const words = segments
    .map((segment) => `${segment.count} ${statusLabels[segment.displayStatus].toLowerCase()}`)
    .join(', ')
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
          key={segment.displayStatus}
          className={cx(statusFill[segment.displayStatus], 'min-w-[2px]')}
          style={{ flexGrow: segment.count, flexBasis: 0 }}
        />
      ))}
    </div>
  )
}
