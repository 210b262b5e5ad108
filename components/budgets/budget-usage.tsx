import { formatCap, formatUsd } from '@/lib/view/format/money'
import { percent } from '@/lib/view/format/numbers'

type Props = {
  label: string
  spentNanoUsd: number
  unsettledNanoUsd?: number
  reservedNanoUsd: number | null
  projectedNanoUsd: number | null
  capNanoUsd: number | null
}

/**
 * The use of a budget: spent, reserved for turns in flight, and the projection. Every figure is also given in
 * words.
 */
export function BudgetUsage({
  label,
  spentNanoUsd,
  unsettledNanoUsd = 0,
  reservedNanoUsd,
  projectedNanoUsd,
  capNanoUsd,
}: Props) {
  const used = spentNanoUsd + unsettledNanoUsd
  const share = (part: number) => (capNanoUsd === null ? 0 : Math.min(100, (part / capNanoUsd) * 100))
  const isOver = capNanoUsd !== null && projectedNanoUsd !== null && projectedNanoUsd > capNanoUsd
  return (
    <div className="num flex flex-col gap-1.5">
      <p className="text-lg font-semibold">
        {formatUsd(used)}
        <span className="font-normal text-ink-3">
          {capNanoUsd === null ? ' no cap' : ` of ${formatCap(capNanoUsd)}, ${percent(used, capNanoUsd)}%`}
        </span>
      </p>
      {capNanoUsd !== null && (
        <div
          role="img"
          aria-label={`${label}: ${formatUsd(used)} of ${formatCap(capNanoUsd)} used`}
          className="relative h-1.5 w-full overflow-hidden rounded-full bg-hover"
        >
          <div className="flex h-full">
            <div className="bg-ink" style={{ width: `${share(spentNanoUsd)}%` }} />
            <div className="hatched" style={{ width: `${share(unsettledNanoUsd)}%` }} />
            <div className="bg-control opacity-60" style={{ width: `${share(reservedNanoUsd ?? 0)}%` }} />
          </div>
          {[50, 80].map((at) => (
            <div key={at} className="absolute inset-y-0 w-px bg-line-strong" style={{ left: `${at}%` }} />
          ))}
        </div>
      )}
      <p className="text-xs text-ink-3">
        {reservedNanoUsd !== null &&
          `${formatUsd(reservedNanoUsd)} reserved, ${formatUsd(unsettledNanoUsd)} of it unsettled; `}
        {projectedNanoUsd === null ? (
          'not enough data for a projection'
        ) : (
          <span className={isOver ? 'text-waiting' : undefined}>
            {formatUsd(projectedNanoUsd)} at this pace{isOver && ', over the cap'}
          </span>
        )}
      </p>
    </div>
  )
}
