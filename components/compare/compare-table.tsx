import { type LucideIcon, ThumbsDown, ThumbsUp } from 'lucide-react'
import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { CompareGroup, Verdict } from '@/lib/view/runs/compare-runs'

type Props = { groups: CompareGroup[]; titleA: string; titleB: string }

/** Two runs side by side; what is the same is quiet, what got better or worse says so. */
export function CompareTable({ groups, titleA, titleB }: Props) {
  return (
    <ScrollBox label="Side by side" className="panel overflow-x-auto">
      <table className="num w-full min-w-[640px] table-fixed text-sm">
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
            <th scope="col" className="eyebrow w-56 px-4 py-2 text-right">
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
            {rows.map(({ label, a, b, difference, isSame, verdict, change }) => (
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
                <td className="px-4 py-1.5 text-right text-ink-2">
                  {difference !== null && <Difference words={difference} verdict={verdict} change={change} />}
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  )
}

const looks: Readonly<Record<Verdict, { color: string; fill: string; Mark: LucideIcon | null }>> = {
  better: { color: 'text-ink', fill: 'bg-succeeded', Mark: ThumbsUp },
  worse: { color: 'text-failed', fill: 'bg-failed', Mark: ThumbsDown },
  other: { color: 'text-ink-2', fill: 'bg-control', Mark: null },
}

type DifferenceProps = { words: string; verdict: Verdict; change: number | null }

/** The difference in words, with a mark and a word for what it means, and a bar for its size. */
function Difference({ words, verdict, change }: DifferenceProps) {
  const { color, fill, Mark } = looks[verdict]
  return (
    <span className={cx('flex flex-col items-end gap-1', color)}>
      <span className="inline-flex items-center gap-1.5">
        {Mark !== null && <Mark aria-hidden="true" className="size-3.5" />}
        {words}
        {verdict !== 'other' && <span className="text-xs">{verdict}</span>}
      </span>
      {change !== null && (
        <span aria-hidden="true" className="relative h-1 w-28 rounded-full bg-hover">
          <span
            className={cx('absolute inset-y-0 rounded-full', fill, change < 0 ? 'right-1/2' : 'left-1/2')}
            style={{ width: `${Math.abs(change) * 50}%` }}
          />
        </span>
      )}
    </span>
  )
}
