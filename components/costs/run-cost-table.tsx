import { ScrollBox } from '@/components/ui/scroll-box'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { Delivery } from '@/lib/core/spec/run'
import { cacheWords } from '@/lib/view/agent/cache-use'
import {
  type CostCell,
  type CostRow,
  type CostSort,
  type CostTable,
  formula,
  kindLabels,
} from '@/lib/view/costs/run-cost-table'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount, formatTokens, percentWords } from '@/lib/view/format/numbers'

type Props = { table: CostTable; rows: readonly CostRow[]; sort: CostSort; onSort: (sort: CostSort) => void }

/** Phase by model, a column a token kind; each cell shows its formula on hover and on focus. */
export function RunCostTable({ table, rows, sort, onSort }: Props) {
  const money = useMoney()
  const head = (name: CostSort, label: string, isRight: boolean) => (
    <th
      key={name}
      scope="col"
      aria-sort={sort === name ? (isRight ? 'descending' : 'ascending') : 'none'}
      className={`px-3 py-2 font-medium ${isRight ? 'text-right' : 'text-left'}`}
    >
      <button
        type="button"
        className="rounded-sm hover:text-accent"
        onClick={() => onSort(sort === name ? 'order' : name)}
      >
        {label}
        {sort === name && <span aria-hidden="true">{isRight ? ' ↓' : ' ↑'}</span>}
      </button>
    </th>
  )
  return (
    <ScrollBox label="Cost by phase, model and token kind" className="panel overflow-x-auto">
      <table className="num w-full min-w-[720px] text-sm">
        <thead>
          <tr className="border-b text-xs text-ink-2">
            {head('phase', 'Phase', false)}
            {head('model', 'Model', false)}
            {head('turns', 'Turns', true)}
            {table.kinds.map((kind) => head(kind, kindLabels[kind], true))}
            {head('cost', 'Cost', true)}
            <th scope="col" className="px-3 py-2 text-right font-medium">
              From cache
            </th>
            <th scope="col" className="w-32 px-3 py-2 text-left font-medium">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className="border-b align-top last:border-0">
              <th scope="row" className="max-w-48 break-words px-3 py-2 text-left font-medium">
                {row.phase}
              </th>
              <td className="px-3 py-2" title={row.model}>
                {modelName(row.model)}
                {row.delivery === 'batch' && (
                  <span className="block text-xs text-ink-3">in batches, × ½</span>
                )}
                {!row.isPriced && (
                  <span className="block text-xs text-waiting">
                    {row.isMetered ? 'no known price' : 'reported no usage'}
                  </span>
                )}
              </td>
              <td className="px-3 py-2 text-right">{formatCount(row.turns)}</td>
              {row.cells.map((cell) => (
                <Cell key={cell.kind} cell={cell} delivery={row.delivery} isPriced={row.isPriced} />
              ))}
              <td className="px-3 py-2 text-right font-medium">{money(formatUsd(row.costNanoUsd))}</td>
              <td className="whitespace-nowrap px-3 py-2 text-right text-ink-2">
                {money(cacheWords(row.cache))}
              </td>
              <td className="px-3 py-2">{row.isPriced && <Share share={row.share} />}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t-2 font-medium">
            <th scope="row" colSpan={2} className="px-3 py-2 text-left">
              All
            </th>
            <td className="px-3 py-2 text-right">
              {formatCount(rows.reduce((sum, { turns }) => sum + turns, 0))}
            </td>
            {table.totals.map((cell) => (
              <Cell key={cell.kind} cell={cell} delivery="live" isPriced isSum />
            ))}
            <td className="px-3 py-2 text-right">
              {money(formatUsd(table.costNanoUsd))}
              {table.unpricedTurns > 0 && <span className="block text-xs text-waiting">plus unpriced</span>}
            </td>
            <td colSpan={2} />
          </tr>
        </tfoot>
      </table>
    </ScrollBox>
  )
}

type CellProps = { cell: CostCell; delivery: Delivery; isPriced: boolean; isSum?: boolean }

function Cell({ cell, delivery, isPriced, isSum = false }: CellProps) {
  const money = useMoney()
  if (cell.count === 0 && (cell.costNanoUsd ?? 0) === 0)
    return <td className="px-3 py-2 text-right text-ink-3">–</td>
  const words = isSum
    ? `${formatCount(cell.count)} in all = ${money(formatUsd(cell.costNanoUsd))}`
    : money(formula(cell, delivery))
  return (
    <td className="px-3 py-2 text-right">
      <button type="button" title={words} className="group relative cursor-help rounded-sm text-right">
        <span className="block">{isPriced ? money(formatUsd(cell.costNanoUsd)) : 'unknown'}</span>
        <span className="block text-xs text-ink-3">{formatTokens(cell.count)}</span>
        <span className="sr-only">{words}</span>
        <span
          aria-hidden="true"
          className="pointer-events-none absolute right-0 top-full z-10 hidden whitespace-nowrap rounded-md border bg-raised px-2 py-1 text-xs shadow-pop group-focus-visible:block group-hover:block"
        >
          {words}
        </span>
      </button>
    </td>
  )
}

function Share({ share }: { share: number }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="whitespace-nowrap text-xs text-ink-2">{percentWords(share, 1)}</span>
    </span>
  )
}
