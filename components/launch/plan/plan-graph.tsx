import type { Plan } from '@/lib/api/plan'
import { shortenText } from '@/lib/core/base/cut-text'
import { formatCount } from '@/lib/view/format/numbers'
import { planGraph } from '@/lib/view/plan/plan-graph'

/** The shape of what would run. The list below says the same in words, so screen readers skip it. */
export function PlanGraph({ plan }: { plan: Plan }) {
  const graph = planGraph(plan)
  if (graph === null) return null
  const { width, height, start, columns, lines } = graph
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${width} ${height}`}
      className="max-h-28 w-full max-w-md shrink-0 self-center"
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      {lines.map((line) => (
        <path key={line} d={line} fill="none" className="stroke-line-strong" strokeWidth={1} />
      ))}
      <rect x={start.x - 5} y={start.y - 5} width={10} height={10} rx={2.5} className="fill-accent" />
      {columns.map(({ title, agents, x, dots }) => (
        <g key={title}>
          {dots.map(({ y, isRest }) =>
            isRest ? (
              <text key={y} x={x} y={y + 3.5} textAnchor="middle" className="fill-ink-2 text-[11px]">
                ⋮
              </text>
            ) : (
              <circle key={y} cx={x} cy={y} r={4} className="fill-surface stroke-accent" strokeWidth={1.5} />
            ),
          )}
          <text x={x} y={height - 3} textAnchor="middle" className="num fill-ink-3 text-[9px]">
            {columnLabel(title, agents)}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** Characters that fit under a column. */
const LABEL_CHARACTERS = 12

/** `Audit ~9`; a long title is shortened, never the count. */
function columnLabel(title: string, agents: number | null): string {
  const count = agents === null ? '' : ` ~${formatCount(agents)}`
  return `${shortenText(title, Math.max(3, LABEL_CHARACTERS - count.length))}${count}`
}
