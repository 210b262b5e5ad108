import type { Plan } from '@/lib/api/plan'
import { useMoney } from '@/lib/client/hooks/money-context'
import { modelName } from '@/lib/view/format/model-name'
import { planRows } from '@/lib/view/plan/plan-rows'
import { planPhases } from '@/lib/view/plan/plan-view'
import { PlanRowList } from './plan-row-list'

/**
 * Phases in order, each with its models, its agents and its share of the money, and the rows those are summed
 * from.
 */
export function PlanPhases({ plan }: { plan: Plan }) {
  const money = useMoney()
  const phases = planPhases(plan)
  return (
    <ol className="flex flex-col">
      {phases.map((phase, index) => (
        <li key={phase.title} className="relative flex gap-3 pb-3 last:pb-0">
          {index < phases.length - 1 && (
            <span aria-hidden="true" className="absolute left-[9px] top-5 bottom-0 w-px bg-line-strong" />
          )}
          <span
            aria-hidden="true"
            className="num z-10 mt-0.5 flex size-[19px] shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface text-2xs text-ink-2"
          >
            {index + 1}
          </span>
          <div className="min-w-0 flex-1">
            <div className="flex items-baseline justify-between gap-2">
              <p className="truncate text-sm font-medium">{phase.title}</p>
              <p className="num whitespace-nowrap text-xs text-ink-2">{money(phase.cost)}</p>
            </div>
            <p className="num text-xs text-ink-3">
              {[phase.agents, ...phase.models.map(modelName)].join(' · ')}
            </p>
            {phase.detail !== null && <p className="line-clamp-2 text-xs text-ink-3">{phase.detail}</p>}
            <PlanRowList phase={phase.title} rows={planRows(plan, phase.title)} />
          </div>
        </li>
      ))}
      {phases.length === 0 && <li className="text-sm text-ink-2">The script defines no phases.</li>}
    </ol>
  )
}
