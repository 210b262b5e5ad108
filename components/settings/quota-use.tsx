import type { QuotaShown } from '@/lib/api/budgets'
import { amountUsed, limitWords } from '@/lib/view/costs/quota-words'
import { percent } from '@/lib/view/format/numbers'

/** What is used of a quota, as a bar and in words. */
export function QuotaUse({ quota }: { quota: QuotaShown }) {
  const { subject, period, unit, limit, used, reserved, now } = quota
  const share = (part: number) => Math.min(100, (part / limit) * 100)
  const isFull = used + reserved >= limit
  return (
    <div className="num flex flex-col gap-1">
      <p className="text-sm">
        <span className="font-medium">{amountUsed(unit, used)}</span>
        <span className="text-ink-3">
          {' '}
          of {limitWords(unit, limit)} a {period}, {percent(used, limit)}%
        </span>
      </p>
      <div
        role="img"
        aria-label={`${subject.name}: ${amountUsed(unit, used)} of ${limitWords(unit, limit)} used`}
        className="flex h-1.5 w-full overflow-hidden rounded-full bg-hover"
      >
        <div className={isFull ? 'bg-waiting' : 'bg-ink'} style={{ width: `${share(used)}%` }} />
        <div className="bg-control opacity-60" style={{ width: `${share(reserved)}%` }} />
      </div>
      <p className="text-xs text-ink-3">
        {now} (UTC){unit !== 'agents' && `, ${amountUsed(unit, reserved)} reserved for turns in flight`}
      </p>
    </div>
  )
}
