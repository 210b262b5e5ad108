import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { CompareGroup } from '@/lib/view/run/compare-runs'

type Props = { groups: CompareGroup[]; titleA: string; titleB: string }

/** Two runs side by side; what is the same is quiet. */
export function CompareTable({ groups, titleA, titleB }: Props) {
  return (
    <ScrollBox label="Side by side" className="panel overflow-x-auto">
      <table className="num w-full min-w-[560px] table-fixed text-sm">
        <caption className="sr-only">
          {titleA} and {titleB}, line by line
        </caption>
        <thead>
          <tr className="border-b">
            <td className="w-32 sm:w-44" />
            {[`A: ${titleA}`, `B: ${titleB}`].map((title) => (
              <th
                key={title}
                scope="col"
                className="truncate px-4 py-2 text-left font-semibold"
                title={title}
              >
                {title}
              </th>
            ))}
            <th scope="col" className="eyebrow w-40 px-4 py-2 text-right">
              From A to B
            </th>
          </tr>
        </thead>
        {groups.map(({ title, rows }) => (
          <tbody key={title}>
            <tr className="border-b bg-sunken">
              <th scope="rowgroup" colSpan={4} className="eyebrow px-4 py-1.5 text-left">
                {title}
              </th>
            </tr>
            {rows.map(({ label, a, b, difference, isSame }) => (
              <tr key={label} className="border-b last:border-0">
                <th
                  scope="row"
                  className="truncate px-4 py-1.5 text-left font-normal text-ink-2"
                  title={label}
                >
                  {label}
                </th>
                {[a, b].map((value, at) => (
                  <td
                    key={at === 0 ? 'a' : 'b'}
                    className={cx('truncate px-4 py-1.5', isSame ? 'text-ink-2' : 'font-medium text-ink')}
                    title={value}
                  >
                    {value}
                  </td>
                ))}
                <td className="px-4 py-1.5 text-right text-ink-2">{difference ?? ''}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  )
}
