import { PlanGraph } from '@/components/launch/plan/plan-graph'
import { PlanNumbers } from '@/components/launch/plan/plan-numbers'
import { PlanPhases } from '@/components/launch/plan/plan-phases'
import { Skeleton } from '@/components/ui/messages'
import type { Plan } from '@/lib/api/plan'
import { plural } from '@/lib/view/format/numbers'

type Props = {
  plan: Plan | undefined
  isLoading: boolean
  /** Why there is no plan, where it is not the script's mistake. */
  problem: string | null
  onGoTo: (line: number, column: number) => void
}

/** What the script beside it would do: its phases, its agents and what they may cost. */
export function PlanPreview({ plan, isLoading, problem, onGoTo }: Props) {
  return (
    <aside
      aria-label="Plan preview"
      className="flex min-w-0 flex-col gap-3 rounded-md border bg-surface p-3.5"
    >
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="truncate text-sm font-semibold">{plan?.name ?? 'Plan preview'}</h3>
        <span role="status" className="text-2xs text-ink-3">
          {isLoading ? 'Estimating…' : ''}
        </span>
      </div>
      {problem !== null && <p className="text-xs text-failed">{problem}</p>}
      {plan === undefined && problem === null && isLoading && <Skeleton className="h-24" />}
      {plan === undefined && problem === null && !isLoading && (
        <p className="text-xs text-ink-2">It appears once the script parses.</p>
      )}
      {plan !== undefined && (
        <>
          <PlanGraph plan={plan} />
          <PlanPhases plan={plan} />
          <details className="text-xs">
            <summary className="text-ink-2">{plural(plan.calls.length, 'agent call')}</summary>
            <ul className="mt-1">
              {plan.calls.map(({ line, column, label, multiplicity }) => (
                <li key={`${line}:${column}`}>
                  <button
                    type="button"
                    onClick={() => onGoTo(line, column)}
                    className="flex w-full items-baseline gap-2 rounded-sm px-1 py-0.5 text-left hover:bg-hover"
                  >
                    <span className="num w-8 shrink-0 text-right text-ink-3">
                      <span className="sr-only">Line </span>
                      {line}
                    </span>
                    <span className="min-w-0 flex-1 truncate">{label ?? 'agent'}</span>
                    {multiplicity === 'many' && <span className="text-2xs text-ink-3">many</span>}
                  </button>
                </li>
              ))}
            </ul>
          </details>
          <PlanNumbers plan={plan} />
        </>
      )}
    </aside>
  )
}
