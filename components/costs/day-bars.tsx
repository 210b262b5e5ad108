import type { ReactNode } from 'react'
import { cx } from '@/components/ui/class-names'
import { useMoney } from '@/lib/client/hooks/money-context'
import { axisTicks } from '@/lib/view/costs/axis'
import type { DayStack } from '@/lib/view/costs/day-stacks'
import { otherName } from '@/lib/view/costs/spending-crosstab'
import { formatUsd } from '@/lib/view/format/money'
import { seriesFill } from './series-fill'

const fillOf = (name: string, at: number) => (name === otherName ? 'bg-control' : seriesFill(at))

type Props = {
  names: string[]
  days: DayStack[]
  picker: ReactNode
  /** The day that the rest of the page is about; null for all of them. */
  day: string | null
  onDay: (day: string | null) => void
}

/** Daily spend, stacked; a press on a day narrows the page to it. */
export function DayBars({ names, days, picker, day: chosen, onDay }: Props) {
  const money = useMoney()
  const ticks = axisTicks(Math.max(1, ...days.map(({ totalNanoUsd }) => totalNanoUsd)))
  const top = ticks.at(-1) ?? 1
  const every = Math.ceil(days.length / 10)
  const everyNarrow = Math.ceil(days.length / 4)
  return (
    <section aria-label="Daily spend" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">Daily spend</h2>
        {picker}
      </div>
      <div className="flex items-stretch gap-3">
        <div aria-hidden="true" className="num relative w-14 text-right text-xs text-ink-3">
          {ticks.map((tick) => (
            <span
              key={tick}
              className="absolute right-0 translate-y-1/2"
              style={{ bottom: `${(tick / top) * 100}%` }}
            >
              {tick === 0 ? '$0' : money(formatUsd(tick))}
            </span>
          ))}
        </div>
        <div className="relative h-44 min-w-0 flex-1">
          {ticks.map((tick) => (
            <div
              key={tick}
              aria-hidden="true"
              className="absolute inset-x-0 border-t"
              style={{ bottom: `${(tick / top) * 100}%` }}
            />
          ))}
          <ul className="relative flex h-full items-end gap-px border-b border-line-strong">
            {days.map(({ day, totalNanoUsd, parts }) => (
              <li key={day} className="flex h-full min-w-0 flex-1">
                <button
                  type="button"
                  aria-pressed={day === chosen}
                  disabled={totalNanoUsd === 0}
                  title={`${day}: ${money(formatUsd(totalNanoUsd))}\n${parts
                    .filter(({ nanoUsd }) => nanoUsd > 0)
                    .map(({ name, nanoUsd }) => `${name || 'none'}: ${money(formatUsd(nanoUsd))}`)
                    .join('\n')}`}
                  onClick={() => onDay(day === chosen ? null : day)}
                  className={cx(
                    'flex h-full w-full min-w-0 flex-col-reverse rounded-none hover:bg-hover',
                    chosen !== null && day !== chosen && 'opacity-40',
                  )}
                >
                  <span className="sr-only">{`${day}: ${money(formatUsd(totalNanoUsd))}`}</span>
                  {parts.map(({ name, nanoUsd }, at) => (
                    <span
                      key={name}
                      aria-hidden="true"
                      className={cx('w-full', fillOf(name, at))}
                      style={{ height: `${(nanoUsd / top) * 100}%` }}
                    />
                  ))}
                </button>
              </li>
            ))}
          </ul>
        </div>
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
