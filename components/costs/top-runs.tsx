import { Download } from 'lucide-react'
import { ButtonLink } from '@/components/ui/actions/button'
import { PageLink } from '@/components/ui/page-link'
import type { CostRow } from '@/lib/api/costs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { formatUsd, knownCost } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'

const SHOWN = 10

type Props = { rows: readonly CostRow[]; count: number; csvHref: string }

/** The runs that spent most in the period. */
export function TopRuns({ rows, count, csvHref }: Props) {
  const money = useMoney()
  return (
    <section aria-label="Most expensive runs" className="panel flex flex-col gap-2 p-4">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">Most expensive runs</h2>
        <ButtonLink href={csvHref} size="sm" download aria-label="Runs as CSV">
          <Download aria-hidden="true" className="size-4" />
        </ButtonLink>
      </div>
      <ol className="num divide-y text-sm">
        {rows.slice(0, SHOWN).map(({ key, title, costNanoUsd, unsettledNanoUsd, turns, unpricedTurns }) => (
          <li key={key.run} className="flex items-baseline justify-between gap-4 py-1.5">
            <PageLink
              href={pages.runCosts(key.run ?? '')}
              dir="auto"
              className="min-w-0 truncate hover:underline"
            >
              {title}
            </PageLink>
            <span className="flex shrink-0 items-baseline gap-4">
              <span className="text-xs text-ink-3 max-sm:hidden">
                {plural(turns, 'response')}
                {unsettledNanoUsd > 0 && `, ${money(formatUsd(unsettledNanoUsd))} unsettled`}
              </span>
              <span className="font-medium">{money(knownCost(costNanoUsd, unpricedTurns))}</span>
            </span>
          </li>
        ))}
      </ol>
      {count > SHOWN && (
        <p className="text-xs text-ink-3">
          Showing {SHOWN} of {formatCount(count)}. Totals above include all runs.
        </p>
      )}
    </section>
  )
}
