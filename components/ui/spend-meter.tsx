import { useMoney } from '@/lib/client/hooks/money-context'
import type { RunSpend } from '@/lib/view/agent/run-spend'
import { formatCap, formatUsd } from '@/lib/view/format/money'

/** Spent, unsettled and reserved against a cap, in one line; nothing is hidden in a tooltip. */
export function SpendMeter({ spend, label }: { spend: RunSpend; label: string }) {
  const money = useMoney()
  const { shares } = spend
  const sentence = `${label}: ${money(formatUsd(spend.spent))} spent, ${money(formatUsd(spend.unsettled))} unsettled, ${money(formatUsd(spend.reserved))} reserved, cap ${money(formatCap(spend.cap))}`
  return (
    <div role="img" aria-label={sentence} className="flex h-1.5 w-full overflow-hidden rounded-full bg-hover">
      <div className="bg-ink" style={{ width: `${shares.spent * 100}%` }} />
      <div className="hatched" style={{ width: `${shares.unsettled * 100}%` }} />
      <div className="bg-control opacity-60" style={{ width: `${shares.reserved * 100}%` }} />
    </div>
  )
}

/** The words under or beside a meter. */
export function SpendWords({ spend }: { spend: RunSpend }) {
  const money = useMoney()
  return (
    <>
      {money(formatUsd(spend.spent))}
      {spend.isUnknown && (
        <span title="Some turns have no known price and are not in this sum"> + unknown</span>
      )}
      <span className="text-ink-3">
        {spend.cap === null ? ' no cap' : ` of ${money(formatCap(spend.cap))}`}
      </span>
    </>
  )
}
