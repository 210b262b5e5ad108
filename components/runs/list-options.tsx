import { Columns3 } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { Menu, MenuCheck } from '@/components/ui/actions/menu'
import { Select } from '@/components/ui/form/field'
import { runOrders } from '@/lib/core/ports/run-store'
import { orderText } from '@/lib/view/format/order'
import { largestRunsFirst, type RunColumn, runColumnNames, runOrderLabels } from '@/lib/view/runs/run-columns'

type Props = { columns: readonly RunColumn[]; onColumns: (columns: RunColumn[]) => void }

/** Which columns the table has; kept by this browser. */
export function ColumnMenu({ columns, onColumns }: Props) {
  return (
    <Menu
      label="Columns"
      trigger={
        <Button>
          <Columns3 aria-hidden="true" className="size-3.5" />
          Columns
        </Button>
      }
    >
      {runColumnNames.map((name) => (
        <MenuCheck
          key={name}
          isChecked={columns.includes(name)}
          onChange={(isShown) =>
            onColumns(runColumnNames.filter((one) => (one === name ? isShown : columns.includes(one))))
          }
        >
          {runOrderLabels[name]}
        </MenuCheck>
      ))}
    </Menu>
  )
}

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
