import { cx } from '@/components/ui/class-names'
import { PhaseBar } from '@/components/ui/phase-bar'
import type { RunSummary } from '@/lib/api/first/run-list'
import { hasEnded } from '@/lib/core/spec/run-status'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { type DisplayStatus, statusLabels } from '@/lib/view/agent/status-display'
import { plural } from '@/lib/view/format/numbers'
import { miniMap } from '@/lib/view/map/mini-map'
import { segments } from '@/lib/view/timeline/phase-progress'

const rows = 3
const mostColumns = 32
const cell = 4

const fills: Readonly<Record<DisplayStatus, string>> = {
  queued: 'fill-line-strong',
  waiting: 'fill-waiting',
  running: 'fill-running',
  stalled: 'fill-stalled',
  succeeded: 'fill-succeeded',
  flagged: 'fill-flagged',
  failed: 'fill-failed',
  skipped: 'fill-control',
  cancelled: 'fill-control',
  reused: 'fill-reused',
}

/** A run that goes on as a few cells, phase after phase; one that has ended as one bar. */
export function RunMiniature({ run }: { run: RunSummary }) {
  const map = hasEnded(run.status) ? null : miniMap(phaseGroups(run.phases).of(run.phases), rows, mostColumns)
  const bar = segments(run.totals.agents)
  if (map === null) return <PhaseBar segments={bar} label="Agents" height={4} />
  const words = bar.map(({ displayStatus, count }) => `${count} ${statusLabels[displayStatus].toLowerCase()}`)
  const label = `Agents: ${words.join(', ')}`
  const [width, height] = [mostColumns * cell, rows * cell]
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="block max-w-full"
    >
      <title>{`${label}. A cell is ${map.perCell === 1 ? '1 agent' : `up to ${plural(map.perCell, 'agent')}`}.`}</title>
      {map.cells.map(({ x, y, displayStatus }) => (
        <rect
          key={`${x} ${y}`}
          x={x * cell}
          y={y * cell}
          width={cell - 1}
          height={cell - 1}
          rx="0.5"
          className={cx(fills[displayStatus], displayStatus === 'running' && 'animate-breathe')}
        />
      ))}
    </svg>
  )
}
