import { Minus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { formatDuration } from '@/lib/view/format/time'
import { formatMoment } from '@/lib/view/timeline/timeline-scale'

type Props = {
  bySlot: boolean
  onBySlot: (bySlot: boolean) => void
  hasGaps: boolean
  isCollapsed: boolean
  onCollapsed: (isCollapsed: boolean) => void
  hasPath: boolean
  onPath: (hasPath: boolean) => void
  /** Length of the critical path in words, when it is shown. */
  pathWords: string | null
  idleMs: number
  brush: { from: number; until: number } | null
  onBrushWindow: () => void
  onBrushPhase: (() => void) | null
  onClearBrush: () => void
  onZoom: (factor: number) => void
  onFit: () => void
  legend: ReactNode
}

/** What is drawn, and how. */
export function TimelineBar(props: Props) {
  const { bySlot, onBySlot, isCollapsed, onCollapsed, hasPath, onPath, brush } = props
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b bg-surface px-4 py-1.5 text-xs sm:px-5">
      <fieldset className="flex gap-0.5">
        <legend className="sr-only">One row for</legend>
        <Toggle isOn={!bySlot} onPress={() => onBySlot(false)}>
          By agent
        </Toggle>
        <Toggle isOn={bySlot} onPress={() => onBySlot(true)}>
          By slot
        </Toggle>
      </fieldset>
      <Toggle isOn={hasPath} onPress={() => onPath(!hasPath)}>
        Critical path
      </Toggle>
      {(props.hasGaps || !isCollapsed) && (
        <Toggle isOn={isCollapsed} onPress={() => onCollapsed(!isCollapsed)}>
          Hide idle time
        </Toggle>
      )}
      {props.pathWords !== null && <span className="num text-ink-2">{props.pathWords}</span>}
      {props.idleMs > 0 && (
        <span className="num text-ink-3">{formatDuration(props.idleMs)} waiting on parallel()</span>
      )}
      <div className="ml-auto flex flex-wrap items-center gap-1">
        {brush !== null && (
          <span className="num rounded-md bg-accent-soft px-2 py-1">
            Only {formatMoment(brush.from, true)} to {formatMoment(brush.until, true)}
          </span>
        )}
        {brush !== null && (
          <Button size="sm" variant="quiet" onClick={props.onClearBrush}>
            All of it
          </Button>
        )}
        {props.onBrushPhase !== null && (
          <Button size="sm" variant="quiet" onClick={props.onBrushPhase}>
            Time of this phase
          </Button>
        )}
        <Button
          size="sm"
          variant="quiet"
          onClick={props.onBrushWindow}
          title="Filters every view to the time range on screen"
        >
          Filter to visible range
        </Button>
        <Button size="sm" variant="quiet" aria-label="Zoom out" onClick={() => props.onZoom(1 / 0.6)}>
          <Minus aria-hidden="true" className="size-3.5" />
        </Button>
        <Button size="sm" variant="quiet" aria-label="Zoom in" onClick={() => props.onZoom(0.6)}>
          <Plus aria-hidden="true" className="size-3.5" />
        </Button>
        <Button size="sm" variant="quiet" onClick={props.onFit}>
          Fit
        </Button>
        {props.legend}
      </div>
    </div>
  )
}

function Toggle({ isOn, onPress, children }: { isOn: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onPress}
      className={cx(
        'h-7 rounded-md border px-2 transition-colors hover:bg-hover',
        isOn ? 'border-accent bg-accent-soft text-ink' : 'border-line text-ink-2',
      )}
    >
      {children}
    </button>
  )
}
