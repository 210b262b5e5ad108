'use client'

import { Download } from 'lucide-react'
import { parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { ButtonLink } from '@/components/ui/actions/button'
import { Select } from '@/components/ui/form/field'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import type { CostsAsked } from '@/lib/api/costs'
import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useCosts } from '@/lib/client/queries/queries'
import {
  type CrossName,
  crossNames,
  crosstab,
  dayStacks,
  dayTurns,
  narrowed,
  type Period,
  periodDays,
  periods,
} from '@/lib/view/costs/costs'
import { marginOf, withOmittedRows } from '@/lib/view/costs/omitted-rows'
import { CostNotes } from './cost-notes'
import { CostTable } from './cost-table'
import { CostTiles } from './cost-tiles'
import { CostsTabs } from './costs-tabs'
import { DayBars } from './day-bars'
import { TopRuns } from './top-runs'
import { WhatIfPanel } from './what-if-panel'

const stackings = ['model', 'workflow', 'phase', 'user', 'tag', 'run'] as const satisfies readonly CrossName[]
const sides = ['phase', 'model', 'tokenKind', 'workflow', 'run', 'user', 'tag', 'day'] as const

const parsers = {
  period: parseAsStringLiteral(periods).withDefault('30d'),
  by: parseAsStringLiteral(stackings).withDefault('model'),
  down: parseAsStringLiteral(sides).withDefault('phase'),
  across: parseAsStringLiteral(sides).withDefault('model'),
  money: parseAsStringLiteral(['real', 'simulated']),
}

const periodNames: Record<Period, string> = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  month: 'This month',
  'last-month': 'Last month',
}

const csvOf = (query: CostsAsked) => addressOf(costApi.getCostsCsv, { query })

/**
 * What was spent: a period, drawn by day, crossed as one likes, and its most expensive runs. All of it is in
 * the address.
 */
export function CostsScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const [nowMs] = useState(() => Date.now())
  const period = {
    ...periodDays(url.period, nowMs),
    ...(url.money === null ? {} : { simulated: flag(url.money) }),
  }
  const daily = useCosts({ ...period, groupBy: `day,${url.by}` })
  const { down, across } = url
  const cross = `${down},${across}`
  const crossed = useCosts({ ...period, groupBy: cross })
  const runs = useCosts({ ...period, groupBy: 'run' })
  const byDay = ['day', url.by] as const
  const dailyMargin = useCosts({ ...period, groupBy: marginOf(byDay) }, (daily.data?.omitted.rows ?? 0) > 0)
  const sidesOf = [down, across] as const
  const crossedMargin = useCosts(
    { ...period, groupBy: marginOf(sidesOf) },
    (crossed.data?.omitted.rows ?? 0) > 0,
  )
  const error = daily.error ?? crossed.error ?? runs.error
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Costs</h1>
          <p className="text-sm text-ink-2">
            {daily.data !== undefined && `${daily.data.from} to ${daily.data.to}. `}
            {dayTurns(new Date(nowMs).getTimezoneOffset())}
            {daily.data?.simulated === true && ' Simulated cost: what it would have been.'}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <div className="w-40">
            <Select
              aria-label="Period"
              value={url.period}
              onChange={(event) =>
                void setUrl({ period: periods.find((one) => one === event.target.value) ?? null })
              }
            >
              {periods.map((one) => (
                <option key={one} value={one}>
                  {periodNames[one]}
                </option>
              ))}
            </Select>
          </div>
          <div className="w-40">
            <Select
              aria-label="Money"
              value={url.money ?? (daily.data?.simulated ? 'simulated' : 'real')}
              onChange={(event) =>
                void setUrl({ money: event.target.value === 'real' ? 'real' : 'simulated' })
              }
            >
              <option value="real">Real money</option>
              <option value="simulated">Simulated</option>
            </Select>
          </div>
          <ButtonLink href={csvOf({ ...period, groupBy: `day,${url.by}` })} download>
            <Download aria-hidden="true" className="size-4" />
            CSV
          </ButtonLink>
        </div>
      </div>
      <CostsTabs />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {error === null && daily.data === undefined && <Loading label="Loading…" />}
      <MoneyProvider simulated={daily.data?.simulated === true}>
        {daily.data !== undefined && <CostTiles costs={daily.data} />}
        {daily.data !== undefined && daily.data.totals.turns === 0 && (
          <div className="panel">
            <EmptyState
              title="No costs in this period"
              action={
                <ButtonLink href={pages.launch} variant="primary">
                  Launch a run
                </ButtonLink>
              }
            >
              Costs are shown here by day, model, workflow, phase and person.
            </EmptyState>
          </div>
        )}
        {daily.data !== undefined && daily.data.totals.turns > 0 && (
          <DayBars
            {...dayStacks(
              { ...daily.data, rows: withOmittedRows(daily.data, byDay, dailyMargin.data?.rows) },
              url.by,
            )}
            picker={
              <div className="w-40">
                <Select
                  aria-label="Stacked by"
                  value={url.by}
                  onChange={(event) =>
                    void setUrl({ by: stackings.find((one) => one === event.target.value) ?? null })
                  }
                >
                  {stackings.map((one) => (
                    <option key={one} value={one}>
                      by {crossNames[one]}
                    </option>
                  ))}
                </Select>
              </div>
            }
          />
        )}
        {crossed.data !== undefined && crossed.data.totals.turns > 0 && (
          <CostTable
            table={narrowed(
              crosstab(withOmittedRows(crossed.data, sidesOf, crossedMargin.data?.rows), down, across),
            )}
            rowName={crossNames[down]}
            hasOverlaps={down === 'tag' || across === 'tag'}
            pairs={{ shown: crossed.data.rows.length, omitted: crossed.data.omitted.rows }}
            csvHref={csvOf({ ...period, groupBy: cross })}
            picker={
              <>
                <Side
                  label="Rows"
                  value={down}
                  other={across}
                  onValue={(value) => void setUrl({ down: value })}
                />
                <span aria-hidden="true" className="text-ink-3">
                  ×
                </span>
                <Side
                  label="Columns"
                  value={across}
                  other={down}
                  onValue={(value) => void setUrl({ across: value })}
                />
              </>
            }
          />
        )}
        {daily.data !== undefined && daily.data.totals.turns > 0 && <CostNotes period={period} />}
        {daily.data !== undefined && daily.data.totals.turns > 0 && <WhatIfPanel of={period} />}
        {runs.data !== undefined && runs.data.rows.length > 0 && (
          <TopRuns
            rows={runs.data.rows}
            count={runs.data.rows.length + runs.data.omitted.rows}
            csvHref={csvOf({ ...period, groupBy: 'run' })}
          />
        )}
      </MoneyProvider>
    </div>
  )
}

type Side = (typeof sides)[number]
type SideProps = { label: string; value: Side; other: Side; onValue: (value: Side) => void }

/** One side of the crosstab; what the other side shows cannot be chosen again. */
function Side({ label, value, other, onValue }: SideProps) {
  return (
    <div className="w-32">
      <Select
        aria-label={label}
        value={value}
        onChange={(event) => onValue(sides.find((one) => one === event.target.value) ?? value)}
      >
        {sides.map((one) => (
          <option key={one} value={one} disabled={one === other}>
            {crossNames[one]}
          </option>
        ))}
      </Select>
    </div>
  )
}

function flag(money: 'real' | 'simulated'): '0' | '1' {
  return money === 'simulated' ? '1' : '0'
}
