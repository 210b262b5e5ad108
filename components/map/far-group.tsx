import { StatusIcon } from '@/components/ui/status-icon'
import type { StatusCounts } from '@/lib/core/agent/agent-status'
import { statusLabels } from '@/lib/view/agent/status-display'
import { formatCount } from '@/lib/view/format/numbers'
import { dominant } from '@/lib/view/map/group-counts'
import type { Box } from '@/lib/view/map/map-shape'
import type { PhaseProgress } from '@/lib/view/timeline/phase-progress'

type Props = { title: string; box: Box; counts: StatusCounts; progress: PhaseProgress }

/**
 * A group seen from afar: its count, and the state that matters most. Large, since the canvas scales it down.
 */
export function FarGroup({ title, box, counts, progress }: Props) {
  const displayStatus = dominant(counts)
  const size = Math.min(110, Math.max(36, Math.min(box.width * 0.19, box.height * 0.24)))
  return (
    <div
      aria-hidden="true"
      className="absolute inset-0 flex flex-col items-center justify-center gap-[0.2em] overflow-hidden rounded-lg bg-raised px-2 text-center leading-tight"
      style={{ fontSize: `max(${size * 0.42}px, var(--map-text))` }}
    >
      <span className="line-clamp-2 font-medium text-ink-2">{title}</span>
      <span
        className="num flex items-center gap-[0.2em] font-semibold"
        style={{ fontSize: `max(${size}px, var(--map-text))` }}
      >
        <StatusIcon icon={displayStatus} className="size-[0.72em]" />
        {formatCount(progress.total)}
      </span>
      <span data-room="far" className="num text-ink-3">
        {formatCount(counts[displayStatus])} {statusLabels[displayStatus].toLowerCase()}
      </span>
    </div>
  )
}
