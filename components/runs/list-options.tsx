import { Select } from '@/components/ui/form/field'
import { runOrders } from '@/lib/core/ports/run-store'
import { orderText } from '@/lib/view/format/order'
import { largestRunsFirst, runOrderLabels } from '@/lib/view/runs/run-columns'

/** The order of the list where there are no heads to press. */
export function OrderSelect({ sort, onSort }: { sort: string; onSort: (sort: string) => void }) {
  return (
    <Select aria-label="Sort by" value={sort} onChange={(event) => onSort(event.target.value)}>
      <option value="">Newest first</option>
      {runOrders.flatMap((column) =>
        [largestRunsFirst.has(column), !largestRunsFirst.has(column)].map((descends) => (
          <option key={`${column} ${descends}`} value={orderText({ column, descends }) ?? ''}>
            {runOrderLabels[column]}, {descends ? 'descending' : 'ascending'}
          </option>
        )),
      )}
    </Select>
  )
}
