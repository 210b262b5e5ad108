import type { ReactNode } from 'react'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { DayStack } from '@/lib/view/costs/day-stacks'
import { otherName } from '@/lib/view/costs/spending-crosstab'
import { formatUsd } from '@/lib/view/format/money'

/** Fills by rank. Place in stack and legend tells them apart too, and each bar's title has its figures. */
const fills = ['bg-series-1', 'bg-series-2', 'bg-series-3', 'bg-series-4', 'bg-series-5'] as const

const fillOf = (name: string, at: number) => (name === otherName ? 'bg-control' : (fills[at] ?? 'bg-control'))

type Props = { names: string[]; days: DayStack[]; picker: ReactNode }

/** Daily spend, stacked. */
export function DayBars({ names, days, picker }: Props) {
  const money = useMoney()
  const most = Math.max(1, ...days.map(({ totalNanoUsd }) => totalNanoUsd))
  const every = Math.ceil(days.length / 10)
  const everyNarrow = Math.ceil(days.length / 4)
  return (
    <section aria-label="Daily spend" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">Daily spend</h2>
        {picker}
      </div>
      <div className="flex items-stretch gap-3">
        <div
          aria-hidden="true"
          className="num flex w-14 flex-col justify-between text-right text-xs text-ink-3"
        >
          <span>{money(formatUsd(most))}</span>
          <span>$0</span>
        </div>
        <ul className="flex h-44 min-w-0 flex-1 items-end gap-px border-b border-line-strong">
          {days.map(({ day, totalNanoUsd, parts }) => (
            <li
              key={day}
              title={`${day}: ${money(formatUsd(totalNanoUsd))}\n${parts
                .filter(({ nanoUsd }) => nanoUsd > 0)
                .map(({ name, nanoUsd }) => `${name || 'none'}: ${money(formatUsd(nanoUsd))}`)
                .join('\n')}`}
              className="flex h-full min-w-0 flex-1 flex-col-reverse hover:bg-hover"
            >
              <span className="sr-only">{`${day}: ${money(formatUsd(totalNanoUsd))}`}</span>
              {parts.map(({ name, nanoUsd }, at) => (
                <span
                  key={name}
                  aria-hidden="true"
                  className={fillOf(name, at)}
                  style={{ height: `${(nanoUsd / most) * 100}%` }}
                />
              ))}
            </li>
          ))}
        </ul>
      </div>
      <div aria-hidden="true" className="num ml-[68px] flex text-xs text-ink-3">
        {days.map(({ day }, at) => (
          <span key={day} className="min-w-0 flex-1 whitespace-nowrap">
            {at % every === 0 && <span className="max-sm:hidden">{day.slice(5)}</span>}
            {at % everyNarrow === 0 && <span className="sm:hidden">{day.slice(5)}</span>}
          </span>
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
        {names.map((name, at) => (
          <li key={name} className="flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2.5 rounded-xs ${fillOf(name, at)}`} />
            {name || 'none'}
          </li>
        ))}
      </ul>
    </section>
  )
}
