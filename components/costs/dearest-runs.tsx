import { PageLink } from '@/components/ui/page-link'
import type { CostRow } from '@/lib/api/costs'
import { pages } from '@/lib/client/paths'
import { formatUsd } from '@/lib/view/money'
import { formatCount } from '@/lib/view/numbers'

const SHOWN = 10

/** The runs of the period that cost most. */
export function DearestRuns({ rows }: { rows: readonly CostRow[] }) {
  return (
    <section aria-label="Dearest runs" className="panel flex flex-col gap-2 p-4">
      <h2 className="text-sm font-semibold">Dearest runs</h2>
      <ol className="num divide-y text-sm">
        {rows.slice(0, SHOWN).map(({ key, title, costNanoUsd, unsettledNanoUsd, turns }) => (
          <li key={key.run} className="flex items-baseline justify-between gap-4 py-1.5">
            <PageLink href={pages.run(key.run ?? '')} className="min-w-0 truncate hover:underline">
              {title}
            </PageLink>
            <span className="flex shrink-0 items-baseline gap-4">
              <span className="text-xs text-ink-3 max-sm:hidden">
                {formatCount(turns)} responses
                {unsettledNanoUsd > 0 && `, ${formatUsd(unsettledNanoUsd)} unsettled`}
              </span>
              <span className="font-medium">{formatUsd(costNanoUsd)}</span>
            </span>
          </li>
        ))}
      </ol>
      {rows.length > SHOWN && (
        <p className="text-xs text-ink-3">
          Showing {SHOWN} of {formatCount(rows.length)}; the totals above count all.
        </p>
      )}
    </section>
  )
}
