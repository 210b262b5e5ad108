import type { ReactNode } from 'react'
import { ScrollBox } from '@/components/ui/scroll-box'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { Crosstab } from '@/lib/view/costs/spending-crosstab'
import { formatUsd, knownCost } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'

type Props = {
  table: Crosstab
  rowName: string
  /** Runs with several tags are counted in several cells. */
  hasOverlaps: boolean
  /** Pairs shown by name, and those summed up in the rest. */
  pairs: { shown: number; omitted: number }
  title: string
  /** Its name among the parts of the page. */
  label: string
  /** What can be chosen about it, and the table as a file. */
  actions: ReactNode
}

/** Rows shown; the rest is in the file. */
const SHOWN = 25

/** Two groups against each other; the darker a cell, the larger its share. */
export function SpendingCrosstab({ table, rowName, hasOverlaps, pairs, title, label, actions }: Props) {
  const money = useMoney()
  const left = table.rows.length - SHOWN
  return (
    <section aria-label={label} className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        <div className="flex flex-wrap items-center gap-2">{actions}</div>
      </div>
      <ScrollBox label={`${title} of spending`} className="overflow-x-auto">
        <table className="num w-full min-w-[480px] border-collapse text-sm">
          <thead>
            <tr className="border-b text-xs text-ink-2">
              <th scope="col" className="py-1.5 pr-3 text-left font-medium">
                {rowName}
              </th>
              {table.columns.map((column) => (
                <th key={column} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {column || 'none'}
                </th>
              ))}
              <th scope="col" className="py-1.5 pl-3 text-right font-medium">
                All
              </th>
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, SHOWN).map(({ name, cells, unpriced, totalNanoUsd }) => (
              <tr key={name} className="border-b last:border-b-0">
                <th scope="row" dir="auto" className="max-w-64 truncate py-1.5 pr-3 text-left font-normal">
                  {name || 'none'}
                </th>
                {cells.map((nano, at) => (
                  <td
                    key={table.columns[at]}
                    className="px-3 py-1.5 text-right"
                    style={{ background: shareColor(nano, table.totalNanoUsd) }}
                  >
                    {nano === 0 && unpriced[at] === 0 ? (
                      <span className="text-ink-3">–</span>
                    ) : (
                      money(knownCost(nano, unpriced[at] ?? 0))
                    )}
                  </td>
                ))}
                <td className="py-1.5 pl-3 text-right font-medium">
                  {money(
                    knownCost(
                      totalNanoUsd,
                      unpriced.reduce((sum, one) => sum + one, 0),
                    ),
                  )}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="border-t border-line-strong font-medium">
              <th scope="row" className="py-1.5 pr-3 text-left font-medium">
                All
              </th>
              {table.totals.map((nano, at) => (
                <td key={table.columns[at]} className="px-3 py-1.5 text-right">
                  {money(formatUsd(nano))}
                </td>
              ))}
              <td className="py-1.5 pl-3 text-right">{money(formatUsd(table.totalNanoUsd))}</td>
            </tr>
          </tfoot>
        </table>
      </ScrollBox>
      {left > 0 && (
        <p className="text-xs text-ink-3">
          Showing {SHOWN} of {formatCount(table.rows.length)} rows, most expensive first. Totals include all
          rows.
        </p>
      )}
      {pairs.omitted > 0 && (
        <p className="text-xs text-ink-3">
          Showing the {formatCount(pairs.shown)} most expensive of {formatCount(pairs.shown + pairs.omitted)}{' '}
          pairs, the rest grouped. Totals are exact; the CSV has every pair.
        </p>
      )}
      {hasOverlaps && (
        <p className="text-xs text-ink-3">
          A run with several tags counts under each tag, so rows can add up to more than the total.
        </p>
      )}
    </section>
  )
}

/** Faint enough that the figure on it stays readable in both themes. */
function shareColor(nano: number, total: number): string | undefined {
  if (nano === 0 || total === 0) return undefined
  return `color-mix(in oklab, var(--color-accent) ${Math.round((nano / total) * 22)}%, transparent)`
}
