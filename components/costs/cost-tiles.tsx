import type { Costs } from '@/lib/api/costs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { formatCap, formatUsd, knownCost } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'

/** The figures above the fold. What cannot be known yet says so. */
export function CostTiles({ costs }: { costs: Costs }) {
  const money = useMoney()
  const { totals, projection, agents } = costs
  return (
    <dl className="panel num grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 lg:grid-cols-6">
      <Tile label="Spent" value={money(knownCost(totals.costNanoUsd, totals.unpricedTurns))}>
        {plural(totals.turns, 'response')}
        {totals.unpricedTurns > 0 && `, ${totals.unpricedTurns} without a price`}
      </Tile>
      <Tile label="Projected month" value={projection === null ? '–' : money(formatUsd(projection.nanoUsd))}>
        {projection === null
          ? 'Not enough data'
          : `UTC month ${projection.month}, from ${plural(projection.basedOnDays, 'day')}`}
      </Tile>
      <Tile label="Budget" value={money(formatCap(costs.monthCapNanoUsd ?? costs.dayCapNanoUsd))}>
        {costs.monthCapNanoUsd === null
          ? 'per day, all runs'
          : `per month; ${money(formatCap(costs.dayCapNanoUsd))} per day`}
      </Tile>
      <Tile label="Saved by cache" value={money(formatUsd(costs.savedByCacheNanoUsd))}>
        compared with no caching
      </Tile>
      <Tile
        label="Per answer"
        value={
          agents.perSuccessNanoUsd === null
            ? '–'
            : money(knownCost(agents.perSuccessNanoUsd, totals.unpricedTurns))
        }
      >
        {plural(agents.succeeded, 'agent')} answered
      </Tile>
      <Tile label="Unsettled" value={money(formatUsd(totals.unsettledNanoUsd))}>
        interrupted turns
      </Tile>
    </dl>
  )
}

function Tile({ label, value, children }: { label: string; value: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5 bg-surface px-4 py-3">
      <dt className="text-xs text-ink-2">{label}</dt>
      <dd className="text-lg font-semibold">{value}</dd>
      <dd className="text-xs text-ink-3">{children}</dd>
    </div>
  )
}
