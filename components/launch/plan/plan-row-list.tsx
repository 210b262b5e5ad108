import { ChevronRight } from 'lucide-react'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { PlanRow } from '@/lib/view/plan/plan-rows'

/** The rows behind a phase's figures, collapsed at first. */
export function PlanRowList({ phase, rows }: { phase: string; rows: readonly PlanRow[] }) {
  const money = useMoney()
  if (rows.length === 0) return null
  return (
    <details className="group/rows mt-0.5 text-xs">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-0.5 rounded-sm text-ink-3 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-3 group-open/rows:rotate-90" />
        <span>Details</span>
        <span className="sr-only"> of {phase}</span>
      </summary>
      <ul className="num mt-1 flex flex-col gap-2 rounded-md bg-sunken p-2">
        {rows.map(({ id, name, cost, facts }) => (
          <li key={id}>
            <p className="flex items-baseline justify-between gap-2 font-medium">
              <span className="min-w-0 truncate">{name}</span>
              <span className="whitespace-nowrap">{money(cost)}</span>
            </p>
            <dl className="mt-0.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
              {facts.map(({ label, value }) => (
                <div key={label} className="contents">
                  <dt className="text-ink-2">{label}</dt>
                  <dd className="text-right text-ink-2">{money(value)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </details>
  )
}
